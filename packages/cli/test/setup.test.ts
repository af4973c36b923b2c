import { on, once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { generateKey } from '@waxseal/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atTerminal, folder, start, waxseal } from './waxseal.js'

let home: ReturnType<typeof folder>
beforeEach(() => {
  home = folder()
})
afterEach(() => home.remove())
const run = (args: string, options: Parameters<typeof waxseal>[1] = {}) =>
  waxseal(args.split(' '), { cwd: home.path, ...options })

describe('init', () => {
  it.each(['env', 'file', 'aws', 'gcp', 'azure', 'vault-transit', 'store'])(
    'writes a configuration with %s that fits',
    async (keys) => {
      for (const format of ['mjs', 'json']) {
        rmSync(home.at('waxseal.config.mjs'), { force: true })
        expect((await run(`init --keys ${keys} --as ${format} --codec-server`)).code).toBe(0)
        const { out } = await run(`doctor --json --config waxseal.config.${format}`)
        const found = JSON.parse(out) as { check: string; state: string }[]
        // A file of code imports the package that the empty folder has not.
        if (format === 'json') expect(found.find(({ check }) => check === 'configuration')?.state).toBe('ok')
        else
          expect(readFileSync(home.at('waxseal.config.mjs'), 'utf8')).toMatch(
            /^import { defineConfig }.*\n\nexport default defineConfig\({\n {2}keys: /,
          )
      }
    },
  )

  it('asks, and writes nothing over what is there', async () => {
    const { err, code } = await run('init')
    expect([code, err]).toEqual([2, expect.stringContaining('--keys is missing')])
    writeFileSync(home.at('waxseal.config.json'), 'mine')
    expect((await run('init --keys env --as json')).code).toBe(2)
    expect(readFileSync(home.at('waxseal.config.json'), 'utf8')).toBe('mine')
    const beside = await run('init --keys env --as ts')
    expect([beside.code, beside.err]).toEqual([2, expect.stringContaining('waxseal.config.json is here already')])
    expect(readdirSync(home.path)).toEqual(['waxseal.config.json'])
  })

  it('asks a person at a terminal', async () => {
    const steps = [
      ['Where are the keys', '\x1b[B\x1b[B\r'],
      ['TypeScript', '\r'],
      ['With a codec server', '\r'],
    ] as const
    expect((await atTerminal(['init'], steps, { cwd: home.path })).code).toBe(0)
    expect(readFileSync(home.at('waxseal.config.ts'), 'utf8')).toContain("keys: 'aws://alias/waxseal?region=eu-central-1'")
  })

  it('writes nothing after Ctrl-C', async () => {
    const { code, shown } = await atTerminal(['init'], [['Where are the keys', '\x03']], { cwd: home.path })
    expect([code, shown]).toEqual([130, expect.stringContaining('nothing was written')])
    expect(readdirSync(home.path)).toEqual([])
  })
})

describe('doctor', () => {
  const states = async (args: string, env: Record<string, string | undefined> = {}) => {
    const { out, code } = await run(`doctor --json ${args}`.trim(), { env })
    return {
      code,
      states: Object.fromEntries(
        (JSON.parse(out) as { check: string; state: string }[]).map(({ check, state }) => [check, state]),
      ),
    }
  }

  it('says that all is well', async () => {
    expect(await states('--keys env://WAXSEAL_KEYS')).toEqual({
      code: 0,
      states: { runtime: 'ok', FIPS: 'ok', configuration: 'ok', keys: 'ok', audit: 'warning', clock: 'ok' },
    })
  })

  it('says what is wrong, and goes on', async () => {
    writeFileSync(home.at('waxseal.config.json'), '{"keys":"env://MISSING"}')
    const found = await states('')
    expect(found).toMatchObject({ code: 1, states: { configuration: 'ok', keys: 'wrong', clock: 'ok' } })
    writeFileSync(home.at('waxseal.config.json'), '{"keys":"zanzibar-canary"}')
    const { out } = await run('doctor')
    expect(out).toContain('keys must be a key URI')
    expect(out).not.toContain('zanzibar-canary')
  })

  it('finds plaintext that was left', async () => {
    writeFileSync(home.at('jobs.jsonl'), '{"email":"ada@example.com"}')
    expect(await states('jobs.jsonl --keys env://WAXSEAL_KEYS')).toMatchObject({ code: 1, states: { plaintext: 'wrong' } })
    writeFileSync(home.at('jobs.jsonl'), '{"plan":"gold"}')
    expect(await states('jobs.jsonl --keys env://WAXSEAL_KEYS')).toMatchObject({ code: 0, states: { plaintext: 'ok' } })
  })

  it('verifies the trail', async () => {
    const audit = { to: 'file', path: 'audit.jsonl', key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', audit }))
    expect(await states('', { AUDIT_KEY: generateKey() })).toMatchObject({ code: 0, states: { audit: 'ok' } })
    writeFileSync(home.at('audit.jsonl'), '{}\n')
    expect(await states('', { AUDIT_KEY: generateKey() })).toMatchObject({ code: 1, states: { audit: 'wrong' } })
  })
})

describe('fakes', () => {
  it('run until they are ended', async () => {
    const { child, ended } = start(['fakes', '--only', 'aws-kms'], { cwd: home.path })
    const [first] = (await once(child.stdout, 'data')) as [Buffer]
    expect(first.toString()).toMatch(/^# aws-kms at http:\/\/127\.0\.0\.1:\d+\n/)
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    expect((await run('fakes --only nothing')).code).toBe(2)
  })
})

describe('serve', () => {
  it('runs the codec server of the configuration until it is ended', async () => {
    expect((await run('init --keys env --as json --codec-server')).code).toBe(0)
    const config = JSON.parse(readFileSync(home.at('waxseal.config.json'), 'utf8'))
    config.codecServer.listen = { port: 0 }
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify(config))
    const { child, ended } = start(['serve'], { cwd: home.path, env: { WAXSEAL_AUDIT_KEY: generateKey() } })
    let log = ''
    for await (const [piece] of on(child.stderr, 'data') as AsyncIterable<[Buffer]>) {
      log += piece
      if (log.includes('"started"')) break
    }
    const { port } = JSON.parse(log.split('\n').find((line) => line.includes('"started"'))!) as { port: number }
    const sealed = await run('seal --text --store-context -c app=x', { input: '4111 1111 1111 1111' })
    const opened = await waxseal(['open', '--codec-endpoint', `http://127.0.0.1:${port}`], { input: sealed.out })
    expect(opened.out).toBe('•••• 1111')
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })

  it('says what is missing', async () => {
    writeFileSync(home.at('waxseal.config.json'), '{"keys":"env://WAXSEAL_KEYS"}')
    const { code, err } = await run('serve')
    expect([code, err]).toEqual([2, expect.stringContaining('codecServer is missing')])
  })
})
