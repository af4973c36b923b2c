import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { generateKey } from '@waxseal/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { folder, start, waxseal } from './waxseal.js'

const K1 = `k1:${generateKey()}`
const K2 = `k2:${generateKey()}`
const AUDIT_KEY = generateKey()
let home: ReturnType<typeof folder>
const env = (keys = K1) => ({ WAXSEAL_KEYS: keys, AUDIT_KEY })
const run = (args: string, keys?: string) => waxseal(args.split(' '), { cwd: home.path, env: env(keys) })

const context = (field: string) => ({ app: 'crm', table: 'users', field, row: '{id}' })
const TABLES = [
  { database: 'sqlite:app.db', table: 'users', column: 'ssn', context: context('ssn') },
  {
    database: 'sqlite:app.db',
    table: 'users',
    column: 'profile',
    holds: 'document',
    context: context('profile'),
    policy: { fields: ['/phone'] },
  },
]

function withDatabase<T>(work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(home.at('app.db'))
  db.exec('pragma busy_timeout = 10000')
  try {
    return work(db)
  } finally {
    db.close()
  }
}

function fill(rows: number): void {
  withDatabase((db) => {
    db.exec('create table users (id integer primary key, ssn text, profile text)')
    const insert = db.prepare('insert into users (ssn, profile) values (?, ?)')
    db.exec('begin')
    for (let at = 1; at <= rows; at++) insert.run(`078-05-${at}`, `{"phone":"+44 20 ${at}","plan":"gold"}`)
    db.exec('commit')
  })
}
const rows = () =>
  withDatabase((db) => db.prepare('select id, ssn, profile from users order by id').all()) as {
    id: number
    ssn: string
    profile: string
  }[]

beforeEach(() => {
  home = folder()
  const audit = { to: 'file', path: 'audit.jsonl', key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
  writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', audit, tables: TABLES }))
})
afterEach(() => home.remove())

it('seals what is in clear, moves it to the next key, and takes it back', async () => {
  fill(1200)
  const before = rows()
  const dry = await run('migrate --dry-run')
  expect([dry.code, rows()]).toEqual([0, before])
  expect(dry.out).toContain('would be sealed')

  expect((await run('migrate --page-size 100')).code).toBe(0)
  for (const { ssn, profile } of rows()) {
    expect(ssn).toMatch(/^wax1\.c256\.k1~1\./)
    expect(JSON.parse(profile)).toMatchObject({ phone: '[sealed]', plan: 'gold' })
  }
  const again = JSON.parse((await run('migrate --json')).out) as { targets: { moved: number; current: number }[] }
  expect(again.targets.map(({ moved }) => moved)).toEqual([0, 0])
  const opened = await waxseal(['open', '-c', 'app=crm', '-c', 'table=users', '-c', 'field=ssn', '-c', 'row=7'], {
    input: rows()[6]!.ssn,
    env: env(),
  })
  expect(opened.out).toBe('078-05-7')

  expect((await run('reseal --target users.ssn', `${K2},${K1}`)).code).toBe(0)
  expect(rows().every(({ ssn }) => ssn.startsWith('wax1.c256.k2~1.'))).toBe(true)
  expect(rows().some(({ profile }) => profile.includes('.k2~1.'))).toBe(false)

  const unconfirmed = await run('migrate --reverse', `${K2},${K1}`)
  expect([unconfirmed.code, unconfirmed.err]).toEqual([2, expect.stringContaining('has to be confirmed')])
  expect((await run('migrate --reverse --confirm users.ssn', `${K2},${K1}`)).code).toBe(2)
  const taken = await run('migrate --reverse --actor ann --confirm users.ssn,users.profile', `${K2},${K1}`)
  expect([taken.code, taken.err]).toEqual([0, ''])
  expect(rows().map(({ ssn, profile }) => [ssn, JSON.parse(profile)])).toEqual(
    before.map(({ ssn, profile }) => [ssn, JSON.parse(profile)]),
  )
  expect((await run('doctor')).out).toMatch(/ok +audit +2 records in order/)
})

it('goes on after it was killed, and loses no row', async () => {
  fill(3000)
  for (let kill = 0; kill < 2; kill++) {
    const { child, ended } = start(['migrate', '--page-size', '50', '--rate', '4000'], { cwd: home.path, env: env() })
    while (!existsSync(home.at('.waxseal/migrate')) || readdirSync(home.at('.waxseal/migrate')).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGKILL')
    await ended
  }
  expect((await run('migrate')).code).toBe(0)
  expect(rows().every(({ ssn, profile }) => ssn.startsWith('wax1.') && profile.includes('"$wax":"wax1.'))).toBe(true)
  await run('migrate --reverse --confirm users.ssn,users.profile')
  expect(rows().map(({ ssn }) => ssn)).toEqual(Array.from({ length: 3000 }, (_, at) => `078-05-${at + 1}`))
})

it('ends in order on Ctrl-C', async () => {
  fill(3000)
  const { child, ended } = start(['migrate', '--page-size', '50', '--rate', '1000'], { cwd: home.path, env: env() })
  while (!existsSync(home.at('.waxseal/migrate'))) await new Promise((resolve) => setTimeout(resolve, 20))
  child.kill('SIGINT')
  const { code, err } = await ended
  expect([code, err]).toEqual([130, expect.stringContaining('the same command goes on there')])
  expect((await run('migrate')).code).toBe(0)
  expect(rows().every(({ ssn }) => ssn.startsWith('wax1.'))).toBe(true)
})

it('says what it left, and why', async () => {
  fill(3)
  expect((await run('migrate')).code).toBe(0)
  withDatabase((db) => db.exec('update users set ssn = (select ssn from users where id = 1) where id = 2'))
  const { code, out } = await run('reseal --json', `${K2},${K1}`)
  expect(code).toBe(1)
  expect(JSON.parse(out).targets[0].skipped).toMatchObject([{ reason: 'open_failed', count: 1 }])
  expect(rows()[1]!.ssn).toContain('.k1~1.')
})

it.each([
  ['reseal --target users.nothing', 'there is no users.nothing in the configuration'],
  ['migrate --mode rewrap', 'unknown option'],
  ['reseal --rate 0', 'a whole number'],
])('%s is refused', async (args, message) => {
  fill(1)
  const { code, err } = await run(args)
  expect([code, err]).toEqual([2, expect.stringContaining(message)])
})
