import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folder, KEYS, program, start, waxseal } from './waxseal.js'

const CARD = '4111 1111 1111 1111'
let home: ReturnType<typeof folder>
beforeEach(() => {
  home = folder()
})
afterEach(() => home.remove())
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(home.at(name), content)
  return home.at(name)
}
const run = (args: string, options: Parameters<typeof waxseal>[1] = {}) =>
  waxseal(args.split(' '), { cwd: home.path, ...options })

describe('keygen', () => {
  it('prints an entry that seals and opens', async () => {
    const { out, err, code } = await run('keygen')
    expect(out).toMatch(/^k1:[A-Za-z0-9_+/=-]{43,44}\n$/)
    expect([err, code]).toEqual(['', 0])
    const env = { WAXSEAL_KEYS: out.trim() }
    const sealed = await run('seal --text -c app=x', { input: CARD, env })
    expect((await run('open -c app=x', { input: sealed.out, env })).out).toBe(CARD)
  })

  it('begins a file that nobody else reads, and goes on with it', async () => {
    expect((await run('keygen -o keys.txt')).code).toBe(0)
    expect(statSync(home.at('keys.txt')).mode & 0o777).toBe(0o600)
    const keys = ['--keys', `file://${home.at('keys.txt')}`]
    const sealed = await waxseal(['seal', '--text', '-c', 'app=x', ...keys], { input: CARD })
    const added = await run('keygen --add keys.txt --json')
    expect(JSON.parse(added.out)).toEqual({ kid: 'k2', file: 'keys.txt', opens: ['k2', 'k1'] })
    expect(statSync(home.at('keys.txt')).mode & 0o777).toBe(0o600)
    expect((await waxseal(['open', '-c', 'app=x', ...keys], { input: sealed.out })).out).toBe(CARD)
    const anew = await waxseal(['seal', '--text', '-c', 'app=x', ...keys], { input: CARD })
    expect(anew.out).toContain('wax1.c256.k2~1.')
  })

  it('loses no key where several are added at once', async () => {
    await run('keygen -o keys.txt')
    const added = await Promise.all(Array.from({ length: 4 }, () => run('keygen --add keys.txt --json')))
    expect(added.map(({ code, err }) => [code, err])).toEqual(added.map(() => [0, '']))
    const entries = readFileSync(home.at('keys.txt'), 'utf8').trim().split('\n')
    expect(entries.map((entry) => entry.split(':')[0])).toEqual(['k5', 'k4', 'k3', 'k2', 'k1'])
    expect(readdirSync(home.path)).toEqual(['keys.txt'])
  })

  it('does not go on with a file at which another one is', async () => {
    await run('keygen -o keys.txt')
    write('.keys.txt.lock', '')
    const { code, err } = await run('keygen --add keys.txt')
    expect([code, err]).toEqual([1, expect.stringContaining('another command is at work on')])
    expect(readdirSync(home.path)).toEqual(['.keys.txt.lock', 'keys.txt'])
  })

  it('names a lonely key before another one joins it', async () => {
    write('keys.txt', `${KEYS.slice(3)}\n`)
    execFileSync('chmod', ['600', home.at('keys.txt')])
    const sealed = await waxseal(['seal', '--text', '-c', 'app=x'], { input: CARD })
    await run('keygen --add keys.txt')
    const opened = await waxseal(['open', '-c', 'app=x', '--keys', `file://${home.at('keys.txt')}`], { input: sealed.out })
    expect(opened.out).toBe(CARD)
  })

  it('goes on with the file that a link points at', async () => {
    await run('keygen -o keys.txt')
    symlinkSync('keys.txt', home.at('link'))
    expect((await run('keygen --add link')).code).toBe(0)
    expect(readFileSync(home.at('keys.txt'), 'utf8')).toMatch(/^k2:\S+\nk1:\S+\n$/)
  })

  it('writes over nothing', async () => {
    write('keys.txt', 'precious')
    const { code, err } = await run('keygen -o keys.txt')
    expect(code).toBe(2)
    expect(err).toContain('is there already')
    expect(readFileSync(home.at('keys.txt'), 'utf8')).toBe('precious')
    expect((await run('keygen --add keys.txt')).code).toBe(2)
    expect(readFileSync(home.at('keys.txt'), 'utf8')).toBe('precious')
    expect(readdirSync(home.path)).toEqual(['keys.txt'])
  })
})

describe('seal and open', () => {
  it.each([0, 1, 16_383, 16_384, 16_385, 3_000_000])('carry a file of %i bytes', async (length) => {
    const bytes = crypto.getRandomValues(new Uint8Array(Math.min(length, 65_536)))
    const content = Buffer.alloc(length, bytes)
    write('in', content)
    expect((await run('seal in -c app=x -o out.wax')).code).toBe(0)
    expect(statSync(home.at('out.wax')).mode & 0o777).toBe(0o600)
    expect((await run('open out.wax -c app=x')).bytes.equals(content)).toBe(true)
    expect((await run('open -c app=x', { input: readFileSync(home.at('out.wax')) })).bytes.equals(content)).toBe(true)
    expect((await run('open out.wax -c app=x -o back')).code).toBe(0)
    expect(readFileSync(home.at('back')).equals(content)).toBe(true)
  })

  it.each(['\ufeffmark', 'ü\r\n', '', new Uint8Array([0xff, 0, 0xfe])])('carry the text %j in string form', async (input) => {
    const { out } = await run('seal --text -c app=x', { input })
    expect((await run('open -c app=x', { input: out })).bytes.equals(Buffer.from(input as string))).toBe(true)
  })

  it('leave no file of what is cut short', async () => {
    write('in', Buffer.alloc(3_000_000, 1))
    await run('seal in -c app=x -o out.wax')
    const cut = readFileSync(home.at('out.wax')).subarray(0, 2_000_000)
    write('cut.wax', cut)
    const { code, err } = await run('open cut.wax -c app=x -o back')
    expect(code).toBe(1)
    expect(err).toContain('open_failed')
    expect(readdirSync(home.path).sort()).toEqual(['cut.wax', 'in', 'out.wax'])
    const piped = await run('open -c app=x', { input: cut })
    expect([piped.code, piped.err]).toEqual([1, expect.stringContaining('not all of it')])
  })

  const LINES = [
    { id: 1, card: CARD, note: 'a' },
    { id: 2, card: '5555 5555 5555 4444', note: 'ü\u2028' },
  ]
  const jsonl = LINES.map((line) => JSON.stringify(line)).join('\n')

  it('seal fields of lines, and leave the rest readable', async () => {
    const { out, err } = await run('seal --jsonl -f /card -c app=x', { input: `\ufeff${jsonl}\r\n\r\n` })
    expect(err).toBe('2 sealed\n')
    const sealed = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(sealed).toMatchObject([
      { id: 1, card: '[sealed]' },
      { id: 2, card: '[sealed]', note: 'ü\u2028' },
    ])
    expect((await run('open --jsonl -c app=x -q', { input: out })).out).toBe(`${jsonl}\n`)
  })

  it('seal what is found to be personal', async () => {
    const { out } = await run('seal --detect -c app=x', { input: JSON.stringify({ plan: 'gold', contact: 'ada@example.com' }) })
    expect(JSON.parse(out)).toMatchObject({ plan: 'gold', contact: '[sealed]' })
    expect(JSON.parse((await run('open -c app=x', { input: out })).out)).toEqual({ plan: 'gold', contact: 'ada@example.com' })
  })

  it('seal lines as values', async () => {
    const { out } = await run('seal --jsonl -c app=x', { input: jsonl })
    expect(out).toMatch(/^(wax1\.\S+\n){2}$/)
    expect((await run('open --jsonl -c app=x', { input: out })).out).toBe(`${jsonl}\n`)
  })

  it('open under the context that is carried', async () => {
    const { out } = await run('seal --text -c app=x -c job=y --store-context', { input: CARD })
    expect((await run('open --stored', { input: out })).out).toBe(CARD)
    expect((await run('open --stored -c job=y', { input: out })).out).toBe(CARD)
    expect((await run('open --stored -c job=z', { input: out })).code).toBe(1)
  })

  it('put lines that fail aside, and lose none', async () => {
    const bad = ['nonsense', '{"id":9007199254740993}', '{"$wax":"x"}']
    const { code, out, err } = await run('seal --jsonl -f /card -c app=x --rejects bad.jsonl', {
      input: [bad[0], jsonl, bad[1], bad[2]].join('\n'),
    })
    expect(code).toBe(1)
    expect(out.trim().split('\n')).toHaveLength(2)
    expect(readFileSync(home.at('bad.jsonl'), 'utf8')).toBe(`${bad.join('\n')}\n`)
    expect(err).toContain('line 1:')
    expect(err).toContain('2 sealed, 3 put into bad.jsonl')
    expect(err).not.toContain('nonsense')
  })

  it('end at the first line that fails, and keep no half of a file', async () => {
    const { code, err } = await run('seal --jsonl -c app=x -o out.jsonl', { input: `${jsonl}\nnonsense` })
    expect([code, err.split('\n')[0]]).toEqual([1, 'waxseal: line 3: it is not JSON'])
    expect(readdirSync(home.path)).toEqual([])
  })

  it('stop with a reader that has seen enough', () => {
    write('many.jsonl', `${jsonl}\n`.repeat(20_000))
    const command = `"${process.execPath}" "${program}" seal --jsonl -c app=x many.jsonl 2>err.txt | head -n 1; echo "\${PIPESTATUS[0]}"`
    const out = execFileSync('bash', ['-c', command], { cwd: home.path, env: { ...process.env, WAXSEAL_KEYS: KEYS } }).toString()
    expect(out).toMatch(/^wax1\.\S+\n0\n$/)
    expect(readFileSync(home.at('err.txt'), 'utf8')).toBe('')
  })

  it('hold the heap where it is, however long a run lasts', async () => {
    write('long.jsonl', `${JSON.stringify({ card: CARD, note: 'a'.repeat(900) })}\n`.repeat(50_000))
    const spaces = `import v8 from 'node:v8'
      process.on('exit', () => console.error('space', v8.getHeapSpaceStatistics().find((each) => each.space_name === 'new_space').space_size))`
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(spaces)}` }
    const { err } = await run('seal long.jsonl --jsonl -f /card -c app=x -o /dev/null', { env })
    expect(err).toMatch(/^50000 sealed\nspace \d+\n$/)
    expect(Number(/space (\d+)/.exec(err)![1])).toBeLessThanOrEqual(16 * 1024 * 1024)
  })

  it('take back nothing of what was found for a reader that has seen enough', () => {
    write(
      'many.json',
      `[${Array.from({ length: 9000 }, (_, at) => JSON.stringify({ [`user${at}x`]: 'ada@example.com' })).join(',')}]`,
    )
    const command = `"${process.execPath}" "${program}" scan --fail --json many.json | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`
    expect(execFileSync('bash', ['-c', command], { cwd: home.path }).toString()).toBe('1\n')
  })

  it('say when the disk is full', () => {
    const command = `"${process.execPath}" "${program}" seal --text -c app=x > /dev/full`
    const run = () =>
      execFileSync('bash', ['-c', command], { input: CARD, env: { ...process.env, WAXSEAL_KEYS: KEYS }, stdio: 'pipe' })
    expect(run).toThrow(expect.objectContaining({ status: 1, stderr: Buffer.from('waxseal: no space is left on the device\n') }))
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('leave nothing behind after %s', async (signal) => {
    const { child, ended } = start(['seal', '-c', 'app=x', '-o', 'out.wax'], { cwd: home.path })
    child.stdin.on('error', () => undefined)
    child.stdin.write(Buffer.alloc(1_000_000))
    while (readdirSync(home.path).length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    child.kill(signal)
    expect((await ended).code).toBe(signal === 'SIGINT' ? 130 : 143)
    expect(readdirSync(home.path)).toEqual([])
  })

  it('replace a file only when told, and only by a whole one', async () => {
    write('out.wax', 'precious')
    expect((await run('seal -c app=x -o out.wax', { input: CARD })).code).toBe(2)
    expect((await run('seal -c app=x -o out.wax --force --keys env://NOTHING', { input: CARD })).code).toBe(2)
    expect(readFileSync(home.at('out.wax'), 'utf8')).toBe('precious')
    expect((await run('seal -c app=x -o out.wax --force', { input: CARD })).code).toBe(0)
    expect((await run('open out.wax -c app=x')).out).toBe(CARD)
  })

  it('write into what is no file', async () => {
    expect((await run('seal -c app=x -o /dev/null', { input: CARD })).code).toBe(0)
  })
})

describe('inspect', () => {
  it('tells of one envelope', async () => {
    const { out } = await run('seal --text -c app=x -c job=y --store-context', { input: CARD })
    const { out: shown, code } = await run('inspect', { input: out, env: { WAXSEAL_KEYS: undefined } })
    expect(code).toBe(0)
    expect(shown).toContain('key       k1, version 1\n')
    expect(shown).toContain('context   app=x job=y\n')
  })

  it('tells of a long file by its beginning', async () => {
    write('in', Buffer.alloc(20_000_000))
    await run('seal in -c app=x -o out.wax')
    const { out } = await run('inspect out.wax --json')
    expect(JSON.parse(out)).toMatchObject([
      { kid: 'k1', form: 'bytes', length: statSync(home.at('out.wax')).size, frameBytes: 20_000_001 },
    ])
  })

  it('finds envelopes in documents and lines, and what is wrong with them', async () => {
    const { out } = await run('seal --text -c app=x', { input: CARD })
    const document = { a: { 'b/c': [out.trim()] }, broken: `${out.trim()}=`, next: 'wax2.new', note: 'waxing' }
    write('d.json', JSON.stringify(document, null, 2))
    const found = await run('inspect d.json --json')
    expect(found.code).toBe(1)
    expect(JSON.parse(found.out)).toMatchObject([
      { where: '/a/b~1c/0', kid: 'k1' },
      { where: '/broken', problem: expect.stringContaining('malformed') },
      { where: '/next', problem: expect.stringContaining('unsupported_version') },
    ])
    write('lines', `${out}${JSON.stringify({ x: out.trim() })}\n`)
    expect((await run('inspect lines')).out).toContain('line 2 /x')
  })

  it('says so of what nests too deep', async () => {
    const { out, err, code } = await run('inspect', { input: `${'['.repeat(20_000)}${']'.repeat(20_000)}` })
    expect([code, out, err]).toEqual([1, expect.stringContaining('nests deeper than 200 levels'), ''])
  })

  it('shows no control characters of whoever wrote the context', async () => {
    const { out } = await waxseal(['seal', '--text', '-c', 'app=\u001b[2J\u202e', '--store-context'], { input: CARD })
    expect((await run('inspect', { input: out })).out).toContain('app=\\u{1b}[2J\\u{202e}')
  })
})

const SECRET = 'zanzibar-canary'
describe('a command line that is wrong, or meets what is', () => {
  it.each([
    ['', '', 2, 'Usage: waxseal'],
    ['bogus', '', 2, "unknown command 'bogus'"],
    ['seal --bogus', '', 2, "unknown option '--bogus'"],
    ['seal', SECRET, 2, '--context is required'],
    [`seal -c ${SECRET.slice(0, 3)}`, SECRET, 2, '--context takes name=value'],
    ['seal -c a=1 -c a=2', SECRET, 2, '--context has a twice'],
    ['seal -c $scope=1', SECRET, 2, 'begins with $'],
    ['seal missing -c a=1', '', 1, 'missing: there is no such file or directory'],
    ['seal . -c a=1', '', 1, 'directory'],
    ['seal -c a=1 --keys env://NOTHING', SECRET, 2, 'NOTHING'],
    ['seal -c a=1 --keys bogus://x', SECRET, 2, '--keys does not fit'],
    ['seal -c a=1 --keys file:///nowhere/keys', SECRET, 2, '/nowhere/keys'],
    ['seal -c a=1 -f /card', SECRET, 1, 'it is not JSON'],
    ['seal -c a=1 -f card', '{}', 2, 'config'],
    ['seal -c a=1 --text --jsonl', SECRET, 2, '--text goes with neither'],
    ['seal -c a=1 --rejects r', SECRET, 2, '--rejects goes with --jsonl'],
    ['seal -c a=1 -o /nowhere/out', SECRET, 1, '/nowhere'],
    ['open -c a=1', SECRET, 1, 'it is not JSON'],
    ['open -c a=1', `"${SECRET}"`, 1, 'plaintext_rejected'],
    ['open -c a=1', `{"card":"${SECRET}"}`, 1, 'plaintext_rejected'],
    ['open', SECRET, 2, '--context is required'],
    ['open -c a=1', new Uint8Array([0xc1, 9, 9]), 1, 'malformed'],
    ['open -c a=1', new Uint8Array([0xff, 0xfe]), 1, 'is not UTF-8'],
    ['open --codec-endpoint ftp://x', '{}', 2, '--codec-endpoint is an address'],
    ['open --codec-endpoint http://example.com', '{}', 2, '--codec-endpoint is https://'],
    [`open --codec-endpoint http://127.0.0.1:1 --codec-auth ${SECRET}`, '{}', 2, 'not the secret itself'],
    ['open --codec-endpoint http://127.0.0.1:1 --codec-auth env:NOTHING', '{}', 2, 'env:NOTHING is missing or empty'],
    ['open --codec-endpoint http://127.0.0.1:1', '{}', 1, 'does not answer'],
    [`open --codec-endpoint http://ada:${SECRET}@127.0.0.1:1`, '{}', 2, '--codec-endpoint holds a name or a password'],
    [`open --codec-endpoint https://${SECRET}@codec.example.com`, '{}', 2, '--codec-endpoint holds a name or a password'],
    ['open --codec-endpoint http://127.0.0.1:1 -c none', '{}', 2, '--context none says nothing to a codec server'],
    ['scan --prefix x', '{}', 2, '--prefix goes with --queue'],
    ['inspect', SECRET, 1, 'neither an envelope nor JSON'],
    ['inspect', '{}', 1, 'nothing in standard input is sealed'],
    ['keygen --kid K1', '', 2, '--kid is 1 to 64'],
    ['keygen -o a --add b', '', 2, 'give one of them'],
  ] as const)('%s', async (args, input, code, message) => {
    const { out, err, ...ended } = await waxseal(args === '' ? [] : args.split(' '), { input, cwd: home.path })
    expect(ended.code).toBe(code)
    expect(out + err).toContain(message)
    expect(out + err).not.toContain(SECRET)
    expect(err).not.toMatch(/\n\s+at /)
    expect(readdirSync(home.path)).toEqual([])
  })

  it('shows a stack with --debug, and nothing of the data in it', async () => {
    const { err } = await run('open -c a=1 --debug', { input: SECRET })
    expect(err).toMatch(/\n {4}at /)
    expect(err).not.toContain(SECRET)
  })
})

describe('a codec server', () => {
  const answering = async (answer: (body: string, headers: Record<string, unknown>) => [number, unknown]) => {
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const piece of request) body += piece
      const [status, value] = answer(body, { ...request.headers, path: request.url })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`,
      [Symbol.dispose]: () => void server.close(),
    }
  }

  it('opens instead, and needs no keys here', async () => {
    let seen: unknown
    using server = await answering((body, headers) => {
      seen = {
        ...JSON.parse(body),
        path: headers.path,
        authorization: headers.authorization,
        reason: headers['x-waxseal-reason'],
      }
      return [200, { document: { card: '•••• 1111' }, report: [{ pointer: '', outcome: 'masked' }] }]
    })
    const args = ['open', '--codec-endpoint', server.url, '--codec-auth', 'env:TOKEN', '--reason', 'case', '-c', 'app=x']
    const { out, err, code } = await waxseal(args, {
      input: '{"$wax":"wax1.x"}',
      env: { TOKEN: SECRET, WAXSEAL_KEYS: undefined },
    })
    expect([out, err, code]).toEqual(['{"card":"•••• 1111"}\n', '', 0])
    expect(seen).toEqual({
      document: { $wax: 'wax1.x' },
      context: { app: 'x' },
      path: '/base/open',
      authorization: `Bearer ${SECRET}`,
      reason: 'case',
    })
  })

  it('is told of when it does not open', async () => {
    using server = await answering(() => [200, { document: { a: 'wax1.x' }, report: [{ pointer: '/a', outcome: 'refused' }] }])
    const { out, err, code } = await waxseal(['open', '--codec-endpoint', server.url], { input: '{"a":"wax1.x"}' })
    expect([out, err, code]).toEqual(['{"a":"wax1.x"}\n', '/a: refused\n', 1])
  })

  it('says why it refuses, in its own words', async () => {
    using server = await answering(() => [401, { error: { code: 'unauthenticated', message: SECRET } }])
    const { err, code } = await waxseal(['open', '--codec-endpoint', server.url], { input: '{}' })
    expect([err.split('\n')[0], code]).toEqual(['waxseal: the codec server answered 401 (unauthenticated)', 1])
    expect(err).not.toContain(SECRET)
  })
})

describe('completion', () => {
  const completed = (...words: string[]) =>
    execFileSync(
      'bash',
      [
        '-c',
        `source <("$0" "$1" completion bash); shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _waxseal; echo "\${COMPREPLY[@]}"`,
        process.execPath,
        program,
        ...words,
      ],
      { encoding: 'utf8', stdio: 'pipe' },
    ).trim()

  it.each([
    [['waxseal', 'ins'], /^inspect$/],
    [['waxseal', 'seal', '--st'], /^--store-context$/],
    [['waxseal', 'completion', ''], /^bash zsh fish$/],
    [['waxseal', 'seal', 'file'], /^$/],
    [['waxseal', '$(touch pwned)', ''], /^keygen inspect .* help$/],
  ])('in bash, of %j', (words, expected) => {
    expect(completed(...words)).toMatch(expected)
    expect(readdirSync(home.path)).toEqual([])
  })
})
