import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folder, waxseal } from './waxseal.js'

const CARD = '4111 1111 1111 1111'
let home: ReturnType<typeof folder>
beforeEach(() => {
  home = folder()
})
afterEach(() => home.remove())
const write = (name: string, content: string) => writeFileSync(home.at(name), content)
const run = (args: string, options: Parameters<typeof waxseal>[1] = {}) =>
  waxseal(args.split(' '), { cwd: home.path, ...options })
const scanned = async (args: string, input = '') => JSON.parse((await run(`scan --json ${args}`.trim(), { input })).out)
const places = ({ findings }: { findings: { of: string; field: string; type: string; records: number }[] }) =>
  findings.map(({ of, field, type, records }) => `${of} ${field} ${type} ${records}`)

const USERS = [
  { id: 1, contact: { email: 'ada@example.com' }, cards: [{ number: CARD }, { number: '5555 5555 5555 4444' }], plan: 'gold' },
  { id: 2, contact: { email: 'bob@example.org' }, cards: [], plan: 'free' },
]
const lines = USERS.map((user) => JSON.stringify(user)).join('\n')

describe('scan', () => {
  it('counts records by field and type, and shows no value', async () => {
    write('users.jsonl', lines)
    const { out, err, code } = await run('scan users.jsonl')
    expect([err, code]).toEqual(['', 0])
    expect(out).toContain('/contact/email')
    expect(out).toContain('/cards/*/number')
    expect(out).toContain('•••• 1111')
    for (const value of ['ada@', 'bob@', CARD, '4111']) expect(out).not.toContain(value)
    expect(places(await scanned('users.jsonl'))).toEqual([
      'users.jsonl /contact/email EMAIL 2',
      'users.jsonl /cards/*/number CREDIT_CARD 1',
    ])
  })

  it('reads every format, by name or as told', async () => {
    write('a.csv', '\ufeffid,mail,note\r\n1,ada@example.com,\r\n2,,"a,\n""b"""\r\n')
    write('b.json', JSON.stringify(USERS))
    write('c.log', 'signed in: ada@example.com\nsigned out\n')
    write('d.data', lines)
    expect(places(await scanned('a.csv'))).toEqual(['a.csv /mail EMAIL 1'])
    expect(places(await scanned('b.json'))).toContain('b.json /contact/email EMAIL 2')
    expect(places(await scanned('c.log'))).toEqual(['c.log  EMAIL 1'])
    expect(places(await scanned('d.data --format jsonl'))).toContain('d.data /contact/email EMAIL 2')
    expect(places(await scanned('', lines))).toContain('standard input /contact/email EMAIL 2')
    expect((await run('scan d.data')).code).toBe(2)
  })

  it('goes through a directory, and says what it could not read', async () => {
    mkdirSync(home.at('data/deep'), { recursive: true })
    write('data/deep/users.jsonl', lines)
    write('data/broken.jsonl', `zanzibar-canary\n${lines}`)
    write('data/broken.csv', 'a,b\n"x')
    write('data/image.png', 'ada@example.com')
    const { out, err, code } = await run('scan data --json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ records: 4, affected: 4 })
    expect(err.trim().split('\n').sort()).toEqual([
      'data/broken.csv: it is no CSV (CSV_QUOTE_NOT_CLOSED)',
      'data/broken.jsonl: line 1 is not JSON',
    ])
    expect(out + err).not.toContain('zanzibar-canary')
  })

  it('takes names that are ids for data, and lists what is sealed', async () => {
    const sealed = (await run('seal --text -c app=x', { input: CARD })).out.trim()
    const record = {
      users: { '3f0c6a9e-5b1d-4c7a-9d2e-8f1a2b3c4d5e': { mail: 'ada@example.com' }, '17': { mail: 'b@example.com' } },
      card: sealed,
    }
    const scan = await scanned('', JSON.stringify(record))
    expect(places(scan)).toEqual(['standard input /users/*/mail EMAIL 1'])
    expect(scan.sealed).toEqual([{ of: 'standard input', field: '/card', records: 1 }])
  })

  it('fails where that was asked for', async () => {
    expect((await run('scan --fail', { input: lines })).code).toBe(1)
    expect((await run('scan --fail', { input: '{"plan":"gold"}' })).code).toBe(0)
    expect(await scanned('--limit 1', lines)).toMatchObject({ records: 1 })
  })

  it('reads a table of SQLite, JSON in its columns too', async () => {
    const db = new DatabaseSync(home.at('app.db'))
    db.exec('create table users (id integer primary key, mail text, profile text, avatar blob)')
    const insert = db.prepare('insert into users (mail, profile, avatar) values (?, ?, ?)')
    db.exec('begin')
    for (let at = 0; at < 2500; at++) insert.run(`u${at}@example.com`, '{"phone":"+44 20 7946 0958"}', new Uint8Array([1, 2]))
    db.exec('commit')
    db.close()
    const scan = await scanned('--database sqlite:app.db --table users')
    expect(places(scan)).toEqual(['users /mail EMAIL 2500', 'users /profile/phone PHONE 2500'])
  })

  it.each([
    ['scan missing', 1],
    ['scan --table users', 2],
    ['scan --database env:NOTHING --table users', 2],
    ['scan --database postgres://user:zanzibar@x/y --table users', 2],
    ['scan --database sqlite:nothing.db --table users;drop', 2],
    ['scan a --redis env:X --queue q', 2],
    ['scan --limit 0', 2],
    ['suggest --scan missing.json', 1],
  ])('%s ends with %i', async (args, code) => {
    const { err, ...ended } = await run(args)
    expect(ended.code).toBe(code)
    expect(err).not.toMatch(/zanzibar|\n\s+at /)
  })
})

describe('the HTML report', () => {
  it('is one page without scripts, in which data is text', async () => {
    const hostile = {
      '<img src=x onerror=alert(1)>': 'ada@example.com',
      '"><script>': 'b@example.com',
      '\u202e': 'c@example.com',
    }
    await run('scan --html report.html', { input: JSON.stringify(hostile) })
    const page = readFileSync(home.at('report.html'), 'utf8')
    expect(page).toContain('EMAIL')
    expect(page).toContain("default-src 'none'")
    expect(page).not.toMatch(/<img|<script|\u202e|https?:|ada@/)
    expect((await run('scan --html report.html', { input: '{}' })).code).toBe(2)
  })
})

describe('suggest', () => {
  it('groups fields, and writes what can be compiled and used', async () => {
    const { out, code } = await run('suggest', { input: `${lines}\n{"token":"ghp_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789"}` })
    expect(code).toBe(0)
    expect(out).toContain("'/contact/email', // EMAIL in 2")
    write('scan.json', (await run('scan --json', { input: lines })).out)
    expect(JSON.parse((await run('suggest --scan scan.json --json')).out)).toEqual({
      'standard input': { groups: { pii: ['/contact/email'], pci: ['/cards/*/number'] } },
    })
  })

  it('suggests nothing where there is nothing', async () => {
    expect((await run('suggest', { input: '{"plan":"gold"}' })).code).toBe(1)
    write('scan.json', '{"findings":[{"of":1}]}')
    expect((await run('suggest --scan scan.json')).code).toBe(2)
  })
})
