import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { generateKey } from '@waxseal/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atTerminal, folder, start, waxseal } from './waxseal.js'

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

/** Until a run has kept how far it is. */
async function kept(): Promise<void> {
  while (!existsSync(home.at('.waxseal')) || readdirSync(home.at('.waxseal')).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
}

/** A run that is ended when some of its pages are written, and not all. */
async function begun(args: string, keys?: string): Promise<void> {
  const all = [...args.split(' '), '--page-size', '20', '--rate', '100']
  const { child, ended } = start(all, { cwd: home.path, env: env(keys) })
  await kept()
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
}

function configure(tables: readonly object[], audit: object = { to: 'file', path: 'audit.jsonl' }): void {
  const trail = { ...audit, key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
  writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', audit: trail, tables }))
}

beforeEach(() => {
  home = folder()
  configure(TABLES)
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
  expect((await run('doctor')).out).toMatch(/ok +audit +4 records in order/)
})

it('goes on after it was killed, and loses no row', async () => {
  fill(3000)
  for (let kill = 0; kill < 2; kill++) {
    const { child, ended } = start(['migrate', '--page-size', '50', '--rate', '4000'], { cwd: home.path, env: env() })
    await kept()
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
  await kept()
  child.kill('SIGINT')
  const { code, err } = await ended
  expect([code, err]).toEqual([130, expect.stringContaining('the same command goes on there')])
  expect((await run('migrate')).code).toBe(0)
  expect(rows().every(({ ssn }) => ssn.startsWith('wax1.'))).toBe(true)
})

describe('what another run left', () => {
  const target = '--target users.ssn'
  const inClear = () => rows().filter(({ ssn }) => !ssn.startsWith('wax1.')).length

  it('is not gone on with where it was taken back meanwhile', async () => {
    fill(200)
    await begun(`migrate ${target}`)
    expect((await run(`migrate --reverse ${target} --confirm users.ssn`)).code).toBe(0)
    expect((await run(`migrate ${target}`)).code).toBe(0)
    expect(inClear()).toBe(0)
  })

  it('is not gone on with in another database, or by other settings', async () => {
    fill(200)
    await begun(`migrate ${target}`)
    const other = TABLES.map((table) => ({ ...table, database: 'sqlite:other.db' }))
    renameSync(home.at('app.db'), home.at('first.db'))
    fill(200)
    renameSync(home.at('app.db'), home.at('other.db'))
    renameSync(home.at('first.db'), home.at('app.db'))
    configure(other)
    expect((await run(`migrate ${target}`)).code).toBe(0)
    renameSync(home.at('other.db'), home.at('app.db'))
    expect(inClear()).toBe(0)

    configure([{ ...TABLES[1], policy: { fields: ['/phone', '/plan'] } }])
    await begun('migrate')
    withDatabase((db) => db.exec(`update users set profile = '{"phone":"1","plan":"gold"}'`))
    configure([{ ...TABLES[1], policy: { fields: ['/plan'] } }])
    expect((await run('migrate')).code).toBe(0)
    expect(rows().some(({ profile }) => profile.includes('gold'))).toBe(false)
  })

  it('is not gone on with under a key that no longer seals', async () => {
    fill(200)
    await run(`migrate ${target}`)
    await begun(`reseal ${target}`, `${K2},${K1}`)
    const K3 = `k3:${generateKey()}`
    expect((await run(`reseal ${target}`, `${K3},${K2},${K1}`)).code).toBe(0)
    expect(rows().every(({ ssn }) => ssn.startsWith('wax1.c256.k3~1.'))).toBe(true)
  })

  it.each([
    ['each scope has a key of its own', 'tenant:a'],
    ['the key cannot be told', undefined],
  ])('is not gone on with where %s', async (_, scope) => {
    fill(200)
    withDatabase((db) => db.exec("alter table users add column tenant text default 'a'"))
    const configureKeys = (current: string, ...old: string[]) => {
      const keys = [current, ...old].map((kid) => {
        const state = kid === current ? 'active' : 'decrypt_only'
        return `{ kid: '${kid}', key: new Uint8Array(32).fill(${kid.slice(1)}), scope: ${JSON.stringify(scope)}, state: '${state}' }`
      })
      const table = { ...TABLES[0], ...(scope && { scope: 'tenant:{tenant}' }) }
      writeFileSync(
        home.at('keys.config.mjs'),
        `import { staticKeys } from '${import.meta.resolve('@waxseal/core')}'
const source = staticKeys([${keys.join()}])
let calls = 0
function current(...call) {
  if (process.argv.includes('reseal') && call[0] === undefined && calls++ === 0) throw new Error('out of reach')
  return source.current(...call)
}
export default { keys: { ...source, current }, tables: [${JSON.stringify(table)}] }`,
      )
    }
    const config = '--config keys.config.mjs'
    configureKeys('k1')
    expect((await run(`migrate ${config}`)).code).toBe(0)
    configureKeys('k2', 'k1')
    await begun(`reseal ${config}`)
    configureKeys('k3', 'k2', 'k1')
    expect((await run(`reseal ${config}`)).code).toBe(0)
    expect(rows().filter(({ ssn }) => !ssn.includes('.k3~1.'))).toEqual([])
  })

  it('holds no value, and is gone on with by the same run', async () => {
    fill(200)
    await begun(`migrate ${target}`)
    const [file] = readdirSync(home.at('.waxseal'))
    expect(statSync(home.at('.waxseal')).mode & 0o777).toBe(0o700)
    expect(statSync(home.at(`.waxseal/${file}`)).mode & 0o777).toBe(0o600)
    expect(readFileSync(home.at(`.waxseal/${file}`), 'utf8')).not.toMatch(/078|wax1|k1/)
    const { out } = await run(`migrate ${target} --json`)
    expect(JSON.parse(out).targets[0].seen).toBeLessThan(200)
    expect(inClear()).toBe(0)
  })
})

describe('a run that only looks', () => {
  it('makes no database and no trail', async () => {
    configure(TABLES, { to: 'sql', database: 'sqlite:trail.db', migrate: true })
    const missing = await run('migrate --dry-run')
    expect([missing.code, missing.err]).toEqual([2, 'waxseal: there is no database app.db (config)\n'])
    fill(3)
    expect((await run('migrate --dry-run --reverse')).code).toBe(0)
    expect((await run('doctor')).out).toMatch(/x +audit +there is no database trail.db/)
    expect(readdirSync(home.path).sort()).toEqual(['app.db', 'waxseal.config.json'])
  })

  it.each(['reseal --dry-run', 'migrate --dry-run', 'migrate --dry-run --reverse'])('makes no key store: %s', async (args) => {
    fill(3)
    const store = { database: 'sqlite:keys.db', root: 'env://WAXSEAL_KEYS', audit: 'none' }
    const audit = { to: 'file', path: 'audit.jsonl', key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: { store }, audit, tables: TABLES }))
    const { code, err } = await run(args)
    expect([code, err]).toEqual([2, expect.stringContaining('there is no database keys.db')])
    expect(existsSync(home.at('keys.db'))).toBe(false)
  })
})

it('seals bytes, and gives them back', async () => {
  withDatabase((db) =>
    db.exec(`create table users (id integer primary key, ssn blob);
    insert into users values (1, x''), (2, x'00ff'), (3, x'c1'), (4, null)`),
  )
  configure([{ ...TABLES[0], holds: 'bytes' }])
  const bytes = () =>
    withDatabase((db) => db.prepare('select hex(ssn) as ssn from users order by id').all()).map(({ ssn }) => ssn)
  // What begins as an envelope does is one, or damaged.
  const { code, err } = await run('migrate')
  expect([code, err]).toEqual([1, 'users.ssn: malformed: 3\n'])
  expect(bytes()).toEqual([expect.stringMatching(/^C101/), expect.stringMatching(/^C101/), 'C1', ''])
  await run('migrate --reverse --confirm users.ssn')
  expect(bytes()).toEqual(['', '00FF', 'C1', ''])
})

it.each(['\x03', '\x04'])('reverses nothing where the question is left by %j', async (key) => {
  fill(3)
  await run('migrate')
  const args = ['migrate', '--reverse', '--target', 'users.ssn']
  const { code, shown } = await atTerminal(args, [['Type users.ssn to go on: ', key]], { cwd: home.path, env: env() })
  expect([code, shown]).toEqual([130, expect.stringContaining('waxseal: stopped: nothing was done')])
  expect(rows().every(({ ssn }) => ssn.startsWith('wax1.'))).toBe(true)
  expect(existsSync(home.at('audit.jsonl'))).toBe(false)
})

it('records a reversal by target, also one that was stopped', async () => {
  fill(200)
  await run('migrate')
  const all = [
    'migrate',
    '--reverse',
    '--actor',
    'ann',
    '--confirm',
    'users.ssn,users.profile',
    '--page-size',
    '20',
    '--rate',
    '100',
  ]
  const { child, ended } = start(all, { cwd: home.path, env: env() })
  await kept()
  child.kill('SIGTERM')
  expect((await ended).code).toBe(130)
  const records = readFileSync(home.at('audit.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(records.map(({ actor, operation, subject, outcome }) => [actor, operation, subject, outcome])).toEqual([
    ['ann', 'data.unseal-begin', 'users.ssn', 'ok'],
    ['ann', 'data.unseal-begin', 'users.profile', 'ok'],
    ['ann', 'data.unseal-end', 'users.ssn', 'aborted'],
    ['ann', 'data.unseal-end', 'users.profile', 'aborted'],
  ])
})

it('records the end of a reversal where the terminal is closed meanwhile', async () => {
  fill(400)
  await run('migrate')
  const args = 'migrate --reverse --confirm users.ssn --target users.ssn --page-size 20 --rate 100'.split(' ')
  await atTerminal(args, [['\\d+/\\d+|\\d+%', null]], { cwd: home.path, env: env() })
  expect(readFileSync(home.at('audit.jsonl'), 'utf8')).toMatch(/"data\.unseal-end".*"aborted"|"aborted".*"data\.unseal-end"/)
})

it('is ended in order by a terminal and a shell that both say that they close', async () => {
  fill(400)
  await run('migrate')
  const args = 'migrate --reverse --confirm users.ssn --target users.ssn --page-size 20 --rate 100'.split(' ')
  const { child, ended } = start(args, { cwd: home.path, env: env() })
  await kept()
  const hangUps = setInterval(() => child.kill('SIGHUP'), 1)
  await ended
  clearInterval(hangUps)
  expect(readFileSync(home.at('audit.jsonl'), 'utf8')).toContain('"data.unseal-end"')
})

it('reverses nothing where the trail takes no record', async () => {
  fill(3)
  await run('migrate')
  const confirm = 'migrate --reverse --confirm users.ssn,users.profile'
  writeFileSync(home.at('audit.jsonl'), '{"half')
  const torn = await run(confirm)
  expect([torn.code, torn.err]).toEqual([1, expect.stringContaining('is not whole')])
  expect(rows().every(({ ssn }) => ssn.startsWith('wax1.'))).toBe(true)
})

it('takes back documents of which a part was never sealed', async () => {
  fill(2)
  const inline = (...fields: string[]) => configure([{ ...TABLES[1], policy: { fields, form: 'inline' } }])
  const before = rows().map(({ profile }) => JSON.parse(profile))
  inline('/phone')
  expect((await run('migrate')).code).toBe(0)
  inline('/phone', '/plan')
  expect((await run('migrate --reverse --confirm users.profile')).code).toBe(0)
  expect(rows().map(({ profile }) => JSON.parse(profile))).toEqual(before)
})

it('leaves bytes alone that stand among texts', async () => {
  withDatabase((db) =>
    db.exec("create table users (id integer primary key, ssn); insert into users values (1, x'0102'), (2, '')"),
  )
  configure([TABLES[0]!])
  const { code, err } = await run('migrate')
  expect([code, err]).toEqual([1, expect.stringMatching(/^users.ssn: plaintext_rejected: 1 /)])
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
  ['reseal --rate 1e999', 'a whole number'],
  ['reseal --page-size 10001', 'pageSize is an integer from 1 to 10000'],
  ['migrate --reverse --confirm users.ssn,users.profile --page-size 10001', 'pageSize'],
])('%s is refused', async (args, message) => {
  fill(1)
  const { code, err } = await run(args)
  expect([code, err]).toEqual([2, expect.stringContaining(message)])
  expect(existsSync(home.at('audit.jsonl'))).toBe(false)
})

it.each([
  [{ table: 'user' }, 1, 'stopped at user.ssn: no such table: user (target_failed)'],
  [{ context: context('{nothing}') }, 1, 'stopped at users.ssn: no such column: nothing'],
  [{ key: 'profile' }, 1, 'stopped at users.ssn: the key identifies no row'],
  [{ ...TABLES[1], policy: { fields: ['phone'] } }, 2, 'waxseal: '],
])('says what is wrong with a table: %j', async (part, exitCode, message) => {
  fill(3)
  withDatabase((db) => db.exec("update users set profile = '{}'"))
  configure([{ ...TABLES[0], ...part }])
  const { code, err } = await run('migrate')
  expect([code, err]).toEqual([exitCode, expect.stringContaining(message)])
})

it.each([[{ context: context('{ssn}') }], [{ scope: 'tenant:{profile}' }], [{ key: ['id', 'ssn'] }]])(
  'makes nothing that does not open any more out of %j',
  async (part) => {
    fill(3)
    const before = rows()
    configure([{ ...TABLES[0], ...part }, TABLES[1]!])
    const { code, err } = await run('migrate --target users.ssn')
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/users.(ssn|profile) is sealed, and stands in a key, a context or a scope/),
    ])
    expect(rows()).toEqual(before)
  },
)

it.each([
  [{ database: 'sqlite:./app.db' }],
  [{ database: 'env:DATABASE_URL' }],
  [{ table: 'main.users' }],
  [{ table: 'Users', column: 'SSN' }],
])('knows a table and a column that are called otherwise: %j', async (part) => {
  fill(3)
  configure([
    { ...TABLES[1], context: context('{ssn}') },
    { ...TABLES[0], ...part },
  ])
  const { code, err } = await waxseal(['migrate'], { cwd: home.path, env: { ...env(), DATABASE_URL: 'sqlite:app.db' } })
  expect([code, err]).toEqual([2, expect.stringMatching(/users.ssn is sealed, and stands in a key/i)])
})

it('says where it cannot keep how far it is', async () => {
  fill(3)
  writeFileSync(home.at('file'), '')
  const { code, err } = await run('migrate --checkpoints file')
  expect([code, err]).toEqual([1, expect.stringMatching(/^stopped at users.ssn: .*file.*(EEXIST|ENOTDIR)/)])
})

it('tells places of one name apart by one that is given', async () => {
  fill(3)
  configure([TABLES[0]!, { ...TABLES[0], database: 'sqlite:./app.db' }])
  expect((await run('migrate')).err).toContain('two places of the configuration are called users.ssn')
  configure([TABLES[0]!, { ...TABLES[0], database: 'sqlite:./app.db', name: 'eu' }])
  const { out } = await run('migrate --json')
  expect((JSON.parse(out).targets as { target: string; moved: number }[]).map(({ target, moved }) => [target, moved])).toEqual([
    ['users.ssn', 3],
    ['eu', 0],
  ])
})
