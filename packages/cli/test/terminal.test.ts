import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { generateKey } from '@waxseal/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atTerminal, folder, waxseal } from './waxseal.js'

const CTRL_C = '\x03'
const CTRL_D = '\x04'
let home: ReturnType<typeof folder>
beforeEach(() => {
  home = folder()
})
afterEach(() => home.remove())

/** The codes that hide a cursor and keep lines from wrapping come in pairs, of which the last one gives both back. */
function expectRestored(shown: string): void {
  expect(shown).toContain('\x1b[?25l')
  expect(shown.lastIndexOf('\x1b[?25h')).toBeGreaterThan(shown.lastIndexOf('\x1b[?25l'))
  expect(shown.lastIndexOf('\x1b[?7h')).toBeGreaterThan(shown.lastIndexOf('\x1b[?7l'))
}

describe('lines of many megabytes', () => {
  const writeLines = (megabytes: number) =>
    writeFileSync(
      home.at('in.jsonl'),
      `${JSON.stringify({ card: '4111 1111 1111 1111', note: 'a'.repeat(950) })}\n`.repeat(megabytes * 1000),
    )
  const seal = ['seal', 'in.jsonl', '--jsonl', '-c', 'app=x', '-f', '/card']

  it('show how far they are and how long the rest takes', async () => {
    writeLines(12)
    const { code, shown } = await atTerminal([...seal, '-o', 'out.jsonl'], [], { cwd: home.path })
    expect(code).toBe(0)
    expect(shown).toMatch(/[█░]{40} \d+% \| \d+\/12 MB \| \d+ s left/)
    expect(shown).toContain('\r\x1b[2K12000 sealed\r\n')
    expectRestored(shown)
    const opened = await atTerminal(['open', 'out.jsonl', '--jsonl', '-c', 'app=x'], [], { cwd: home.path, out: 'back' })
    expect([opened.code, opened.shown]).toEqual([0, expect.stringMatching(/% \| \d+\/\d+ MB \| \d+ s left/)])
    expect(readFileSync(home.at('back')).equals(readFileSync(home.at('in.jsonl')))).toBe(true)
  })

  it('say above the bar what goes wrong meanwhile', async () => {
    writeLines(12)
    writeFileSync(home.at('in.jsonl'), 'nonsense\n', { flag: 'a' })
    const args = [...seal, '--rejects', 'bad', '-o', 'out.jsonl']
    const { code, shown } = await atTerminal(args, [], { cwd: home.path })
    expect(code).toBe(1)
    expect(shown).toContain('\r\x1b[2Kline 12001: it is not JSON\r\n\x1b7')
    expect(shown).toContain('\r\x1b[2K12000 sealed, 1 put into bad\r\n\x1b7')
  })

  it('are not drawn into when they come out at the terminal', async () => {
    writeLines(9)
    const { code, shown } = await atTerminal(seal, [['sealed\\]', CTRL_C]], { cwd: home.path })
    // By the signal itself, which a shell calls 130.
    expect([code, shown.includes('\x1b[?25l')]).toEqual([-2, false])
  })

  it('show nothing where nobody wants to know', async () => {
    writeLines(9)
    expect(await atTerminal([...seal, '-q', '-o', 'out.jsonl'], [], { cwd: home.path })).toEqual({ code: 0, shown: '' })
  })

  it.each([[['-o', 'out.jsonl']], [['--rejects', 'bad', '-o', 'out.jsonl']]])(
    'leave nothing behind on Ctrl-C with %j',
    async (args) => {
      writeLines(60)
      const { code, shown } = await atTerminal([...seal, ...args], [['% .* s left', CTRL_C]], { cwd: home.path })
      expect(code).toBe(130)
      expectRestored(shown)
      expect(readdirSync(home.path)).toEqual(['in.jsonl'])
    },
  )

  it.each([[seal], [['scan', 'in.jsonl']]])('end at once on Ctrl-C: %j', async (args) => {
    writeLines(60)
    const step = ['% .* s left|records in', CTRL_C] as const
    const { code, shown } = await atTerminal(args, [step], { cwd: home.path, out: '/dev/null' })
    expect(code).toBe(130)
    expectRestored(shown)
  })
})

describe('a run through a table', () => {
  const context = { app: 'crm', row: '{id}' }
  beforeEach(() => {
    const tables = [{ database: 'sqlite:app.db', table: 'users', column: 'ssn', context }]
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', tables }))
    const db = new DatabaseSync(home.at('app.db'))
    db.exec('create table users (id integer primary key, ssn text); begin')
    const insert = db.prepare('insert into users (ssn) values (?)')
    for (let at = 0; at < 2000; at++) insert.run(`078-05-${at}`)
    db.exec('commit')
    db.close()
  })

  it('shows rows, rate and the time that is left, and ends in order on Ctrl-C', async () => {
    const steps = [['s left', CTRL_C]] as const
    const { code, shown } = await atTerminal(['migrate', '--page-size', '50', '--rate', '500'], steps, { cwd: home.path })
    expect(shown).toMatch(/users\.ssn [█░]{40} \d+\/2000 rows \| \d+ a second \| \d+ s left/)
    expect([code, shown]).toEqual([130, expect.stringContaining('the same command goes on there')])
    expectRestored(shown)
    expect(existsSync(home.at('.waxseal'))).toBe(true)
    const { out } = await waxseal(['migrate', '--json'], { cwd: home.path })
    expect(JSON.parse(out)).toMatchObject({ complete: true, targets: [{ skipped: [] }] })
  })
})

describe('what has to be confirmed', () => {
  const env = { ROOT_KEYS: `r1:${generateKey()}`, AUDIT_KEY: generateKey(), WAXSEAL_KEYS: undefined }
  const shred = (typed: string) => atTerminal(['keys', 'shred', 'tenant:acme'], [['to go on: ', typed]], { cwd: home.path, env })

  it('is, by its name alone', async () => {
    const store = { database: 'sqlite:keys.db', root: 'env://ROOT_KEYS', audit: { id: 'a1', secret: 'env:AUDIT_KEY' } }
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: { store } }))
    await waxseal(['keys', 'migrate'], { cwd: home.path, env })
    await waxseal(['keys', 'create', 'default', '--scope', 'tenant:acme'], { cwd: home.path, env })
    for (const [typed, code, message] of [
      [CTRL_C, 130, 'stopped: nothing was done'],
      [CTRL_D, 130, 'stopped: nothing was done'],
      ['yes\r', 1, 'not confirmed: nothing was done'],
      ['tenant:acme\r', 0, 'keys gone: 1'],
    ] as const) {
      const ended = await shred(typed)
      expect([ended.code, ended.shown]).toEqual([code, expect.stringContaining(message)])
    }
  })
})
