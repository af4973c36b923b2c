import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folder, waxseal } from './waxseal.js'

let home: ReturnType<typeof folder>
beforeEach(() => {
  home = folder()
})
afterEach(() => home.remove())
const run = (args: string, input: string | Uint8Array = '', env = {}) => waxseal(args.split(' '), { cwd: home.path, input, env })
const write = (name: string, content: string | Uint8Array) => writeFileSync(home.at(name), content)

describe('lines', () => {
  it.each(['{"card":"a","card":"b"}', '{"a":[{"\\"x:":1,"y":{"z":1,"z":2}}]}'])(
    'with a member twice are refused: %s',
    async (line) => {
      const { code, out, err } = await run('seal --jsonl -f /card -c a=1', line)
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain('a member twice')
    },
  )

  it('keep members of any name', async () => {
    const line = '{"__proto__":{"x:":1},"constructor":"\\\\\\":","card":"1","":{}}'
    const { out } = await run('seal --jsonl -f /card -c a=1', line)
    expect((await run('open --jsonl -c a=1', out)).out).toBe(`${line}\n`)
  })

  it('without a field to seal are told of', async () => {
    expect((await run('seal --jsonl -f /card -c a=1', '{"cards":1}\n{"card":1}')).err).toBe(
      '2 sealed, 1 of them without a field to seal\n',
    )
    expect((await run('seal -f /card -c a=1', '{}')).err).toBe('it has no field to seal\n')
    expect((await run('seal --detect -c a=1', '{"mail":"ada@example.com"}')).err).toBe('')
  })

  it('are put aside byte by byte, what is no UTF-8 too', async () => {
    const bad = Buffer.from([0x20, 0xff, 0x20, 0x0d, 0x0a])
    const input = Buffer.concat([Buffer.from('{"a":1}\n'), bad, Buffer.from('{"a":2}')])
    const { code, out, err } = await run('seal --jsonl -c a=1 --rejects bad', input)
    expect([code, out.split('\n')]).toEqual([1, [expect.any(String), expect.any(String), '']])
    expect(err).toBe('line 2: line 2 is not UTF-8\n2 sealed, 1 put into bad\n')
    expect(readFileSync(home.at('bad')).equals(bad)).toBe(true)
  })

  it('are put aside where nothing is lost', async () => {
    write('bad', 'precious')
    expect((await run('seal --jsonl -c a=1 -o out --rejects bad', '{}')).code).toBe(2)
    expect((await run('seal --jsonl -c a=1 -o out --rejects ./out --force', '{}\nx')).err).toContain('one place')
    expect((await run('seal --jsonl -c a=1 --rejects - --force', '{}\nx')).code).toBe(2)
    expect(readFileSync(home.at('bad'), 'utf8')).toBe('precious')
    expect((await run('seal --jsonl -c a=1 -o out --rejects bad --force', '{}\nx')).code).toBe(1)
    expect(readFileSync(home.at('bad'), 'utf8')).toBe('x\n')
  })

  it('of bytes do not come out as something else', async () => {
    const bytes = new Uint8Array([0xff, 0xfe])
    const { out } = await run('seal --text -c a=1', bytes)
    const opened = await run('open --jsonl -c a=1', out)
    expect([opened.code, opened.out, opened.err]).toEqual([1, '', expect.stringContaining('it holds bytes')])
    expect((await run('open -c a=1', out)).bytes.equals(bytes)).toBe(true)
  })
})

describe('a codec server that lies', () => {
  async function asked(answer: string, input: string, ...args: string[]) {
    const bodies: string[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const piece of request) body += piece
      bodies.push(body)
      response.writeHead(answer === '' ? 503 : 200).end(answer)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ended = await waxseal(['open', '--codec-endpoint', url, ...args], { input, cwd: home.path })
    server.close()
    return { ...ended, bodies }
  }
  const GOOD = '{"document":{},"report":[]}'

  it('is not asked by what a document smuggles into the request', async () => {
    const { code, bodies } = await asked(GOOD, '{},"context":{"app":"other"},"scope":"tenant:other"')
    expect([code, bodies]).toEqual([1, []])
  })

  it.each(['{"report":[]}', '{"document":1}', 'null', '[]', 'x', '{"document":{"a":9007199254740993},"report":[]}'])(
    'is not believed: %s',
    async (answer) => {
      const { code, out, err } = await asked(answer, '{}')
      expect([code, out]).toEqual([1, ''])
      expect(err).not.toContain('unexpected')
    },
  )

  it('moves no cursor', async () => {
    const report = [{ pointer: '/\u001b]0;x\u0007\u202e', outcome: 'refused' }]
    const { err } = await asked(JSON.stringify({ document: {}, report }), '{}')
    expect(err).toBe('/\\u{1b}]0;x\\u{7}\\u{202e}: refused\n')
  })

  it('that is down ends the run, and rejects no lines', async () => {
    const { code, err } = await asked('', '{}\n{}', '--jsonl', '--rejects', 'bad')
    expect([code, err.split('\n')[0]]).toEqual([1, 'waxseal: line 1: the codec server answered 503'])
    expect(readdirSync(home.path)).toEqual([])
  })
})

describe('a scan', () => {
  const scanned = async (args: string, input = '') => {
    const { out } = await run(`scan --json ${args}`.trim(), input)
    return JSON.parse(out) as {
      findings: { field: string; type: string; sample: string }[]
      sealed: unknown[]
      problems: string[]
    }
  }
  const fieldsOf = async (args: string, input = '') => (await scanned(args, input)).findings.map(({ field }) => field)

  it('looks at every column of CSV', async () => {
    expect(await fieldsOf('--format csv', 'a,a\nada@example.com,x\n')).toEqual(['/a'])
    expect(await fieldsOf('--format csv', 'a,a\nx,ada@example.com\n')).toEqual(['/a#2'])
    expect(await fieldsOf('--format csv', 'a\nx,ada@example.com\n')).toEqual(['/#2'])
    expect(await fieldsOf('--format csv', '__proto__\nada@example.com\n')).toEqual(['/__proto__'])
  })

  it('shows no value that stands where a name should', async () => {
    expect(await fieldsOf('--format csv', '4111 1111 1111 1111\n5555 5555 5555 4444\n')).toEqual(['/*'])
    const { out } = await run('scan', '{"4111 1111 1111 1111":{"mail":"ada@example.com"},"+44 20 7946 0958":"b@example.com"}')
    expect(out).not.toMatch(/4111|7946/)
  })

  it('takes for sealed only what is', async () => {
    expect(await fieldsOf('', '{"x":"wax1. mail ada@example.com"}')).toEqual(['/x'])
  })

  it('says what it cannot read or look at, and goes on', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const { findings, problems } = await scanned('', `${deep}\n{"mail":"ada@example.com"}`)
    expect([findings.length, problems]).toEqual([1, [expect.stringMatching(/^standard input: record 1 could not be looked at/)]])
    const { err } = await run('scan --format csv /proc/self/mem')
    expect(err).toBe('/proc/self/mem: it is no CSV (EIO)\n')
  })

  it('has an end where names have none', async () => {
    const document = Object.fromEntries(Array.from({ length: 12_000 }, (_, at) => [`user${at}x`, 'ada@example.com']))
    const input = JSON.stringify(document)
    const { findings, problems } = await scanned('', input)
    expect([findings.length, problems]).toEqual([10_000, [expect.stringContaining('more than 10,000 different places')]])
    expect((await run('suggest', input)).code).toBe(0)
  })

  it('does not call nothing clean', async () => {
    expect((await run('scan')).out).toContain('there are no records')
  })

  it('shows names of files without what a terminal obeys', async () => {
    mkdirSync(home.at('data'))
    write('data/\u001b]0;x\u0007.jsonl', 'x')
    expect((await run('scan data')).err).toContain('data/\\u{1b}]0;x\\u{7}.jsonl: line 1 is not JSON')
    for (const sign of ['\u001b', '\u0007']) expect((await run('scan --json data')).out).not.toContain(sign)
  })
})

describe('suggest', () => {
  it.each([{ type: 'EMAIL\nprocess.exit()' }, { type: 'EMAIL\u2028x()' }, { records: '1\nx()' }, { type: 1 }, { of: null }])(
    'writes no source that a scan smuggles in: %j',
    async (part) => {
      write('scan.json', JSON.stringify({ findings: [{ of: 'a', field: '/a', type: 'EMAIL', records: 1, ...part }] }))
      expect(await run('suggest --scan scan.json')).toMatchObject({ code: 2, out: '' })
    },
  )

  it('keeps every sign of a field', async () => {
    const { out } = await run('suggest', JSON.stringify({ "a\u200d'\\b": 'ada@example.com' }))
    expect(out).toContain("'/a\\u{200d}\\'\\\\b', // EMAIL in 1")
  })

  it('takes a scan or a place', async () => {
    write('scan.json', '{"findings":[]}')
    expect((await run('suggest --scan scan.json other.jsonl')).code).toBe(2)
  })
})

describe('a command line', () => {
  it('runs nothing that another user may have compiled', async () => {
    mkdirSync(home.at('tmp'))
    const env = { TMPDIR: home.at('tmp'), HOME: home.path, XDG_CACHE_HOME: undefined }
    expect((await run('--version', '', env)).code).toBe(0)
    expect(readdirSync(home.at('tmp'))).toEqual([])
  })

  it.each([
    ['keys rotate --bogus', 2],
    ['seal --token=zanzibar-canary', 2],
    ['open --reason x -c a=1', 2],
    ['open --codec-endpoint http://127.0.0.1:1 -f /a', 2],
    ['doctor --json', 1],
  ])('%s ends with %i', async (args, code) => {
    const ended = await run(args, '{}', { WAXSEAL_KEYS_URI: args.startsWith('doctor') ? 'env://NOTHING' : undefined })
    expect(ended.code).toBe(code)
    expect(ended.err).not.toContain('zanzibar-canary')
  })
})
