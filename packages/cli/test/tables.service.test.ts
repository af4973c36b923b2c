import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createDatabases, type OpenedDatabase } from '@waxseal/config'
import { generateKey } from '@waxseal/core'
import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { folder, start, waxseal } from './waxseal.js'

const K1 = `k1:${generateKey()}`
const AUDIT_KEY = generateKey()

interface Types {
  readonly document: string
  readonly text: string
}

function suite(url: () => string, types: Types): void {
  let home: ReturnType<typeof folder>
  let opened: OpenedDatabase
  const databases = createDatabases({
    get URL() {
      return url()
    },
  })
  const run = (args: string) => waxseal(args.split(' '), { cwd: home.path, env: { WAXSEAL_KEYS: K1, AUDIT_KEY, URL: url() } })
  const query = async (text: string) => (await sql.raw<Record<string, unknown>>(text).execute(opened.db)).rows
  const configure = (...tables: object[]) => {
    const audit = { to: 'file', path: 'audit.jsonl', key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
    const all = tables.map((table) => ({ database: 'env:URL', table: 'people', context: { app: 'crm', row: '{id}' }, ...table }))
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', audit, tables: all }))
  }
  beforeAll(async () => {
    opened = await databases.open('env:URL')
  })
  afterAll(() => databases.close())
  beforeEach(() => {
    home = folder()
  })
  afterEach(async () => {
    await query('drop table if exists people')
    home.remove()
  })

  it('goes by keys of any length, and keeps what is empty, null or beyond ASCII', async () => {
    await query('create table people (id bigint primary key, name text)')
    const ids = ['-9223372036854775807', '0', '9007199254740991', '9007199254740992', '9007199254740993', '9223372036854775807']
    const names = ["'ä'", "''", 'null', `'o''neill'`, "'wax'", "' \\n '"]
    await query(`insert into people values ${ids.map((id, at) => `(${id}, ${names[at]})`).join()}`)
    const all = () => query(`select cast(id as ${types.text}) as id, name from people order by people.id`)
    const before = await all()
    configure({ column: 'name' })
    expect(await run('migrate --page-size 1')).toMatchObject({ code: 0, err: '' })
    expect((await all()).map(({ name }) => `${name}`.slice(0, 5))).toEqual(['wax1.', 'wax1.', 'null', 'wax1.', 'wax1.', 'wax1.'])
    const env = { WAXSEAL_KEYS: K1 }
    const { name } = (await all())[4]!
    const opened = await waxseal(['open', '-c', 'app=crm', '-c', 'row=9007199254740993'], { input: `${name}`, env })
    expect([opened.code, opened.out]).toEqual([0, 'wax'])
    expect((await run('migrate --page-size 2 --reverse --confirm people.name')).code).toBe(0)
    expect(await all()).toEqual(before)
  })

  it('leaves what does not fit as it is, and says so', async () => {
    await query(`create table people (id integer primary key, name varchar(20), doc ${types.document})`)
    await query(`insert into people values (1, 'Ada', '{"a":12345678901234567890}'), (2, 'Bob', '{"a":"x"}'), (3, null, '"a"')`)
    const all = () => query(`select id, name, cast(doc as ${types.text}) as doc from people order by id`)
    const before = await all()
    configure({ column: 'name' }, { column: 'doc', holds: 'document', policy: { fields: ['/a'] } })
    const { code, err } = await run('migrate')
    expect([code, err.split('\n')]).toEqual([
      1,
      [
        expect.stringMatching(
          /^people.name: conflict: 1, 2 \(the column does not take what is to be stored, as where it is too short/,
        ),
        'people.doc: not_serialisable: 1',
        expect.stringMatching(/^people.doc: plaintext_rejected: 3/),
        '',
      ],
    ])
    const after = await all()
    expect(after[1]!.doc).toContain('wax1.')
    expect(after.with(1, before[1]!)).toEqual(before)
  })

  it('takes names as names, and no more', async () => {
    const odd = `o"d\`d'; drop table people; --`
    const named = sql.ref(odd)
    await query('create table people (id integer primary key)')
    await sql`create table ${sql.table(odd)} (${named} integer primary key, ${sql.ref('n a"m`e')} text)`.execute(opened.db)
    await sql`insert into ${sql.table(odd)} values (1, 'Ada')`.execute(opened.db)
    const place = { table: odd, key: odd, column: 'n a"m`e', context: { app: 'crm', row: `{${odd}}` }, name: 'odd' }
    configure(place)
    expect(await run('migrate')).toMatchObject({ code: 0, err: '' })
    const { rows } = await sql<{ name: string }>`select ${sql.ref('n a"m`e')} as name from ${sql.table(odd)}`.execute(opened.db)
    expect(rows[0]!.name).toMatch(/^wax1\./)
    expect(await query('select * from people')).toEqual([])
    await sql`drop table ${sql.table(odd)}`.execute(opened.db)
  })

  it('loses nothing of two runs at once that are killed, and an application that writes meanwhile', async () => {
    await query('create table people (id integer primary key, name text, version integer)')
    for (let from = 1; from <= 2000; from += 500)
      await query(
        `insert into people values ${Array.from({ length: 500 }, (_, at) => `(${from + at}, 'n${from + at}', 0)`).join()}`,
      )
    configure({ column: 'name' })
    const options = { cwd: home.path, env: { WAXSEAL_KEYS: K1, AUDIT_KEY, URL: url() } }
    // Old code of an application: what it writes is in clear, and has the number of the write.
    let [writing, version] = [true, 0]
    const written = new Map<number, number>()
    const application = (async () => {
      for (let id = 1; writing; id = (id * 7) % 2003 || 1) {
        if (id > 2000) continue
        version++
        await query(`update people set name = 'n${id} v${version}', version = ${version} where id = ${id}`)
        written.set(id, version)
      }
    })()
    for (let kill = 0; kill < 3; kill++) {
      const runs = [1, 2].map((n) => start(['migrate', '--page-size', `${n * 50}`, '--rate', '2000'], options))
      while (!existsSync(home.at('.waxseal')) || readdirSync(home.at('.waxseal')).length === 0)
        await new Promise((resolve) => setTimeout(resolve, 10))
      await new Promise((resolve) => setTimeout(resolve, kill * 150))
      for (const { child } of runs) child.kill('SIGKILL')
      await Promise.all(runs.map(({ ended }) => ended))
    }
    writing = false
    await application
    // Draft files of what was killed are no checkpoints; rows behind the place were written in clear again.
    expect(await run('migrate')).toMatchObject({ code: 0 })
    expect(await run('migrate')).toMatchObject({ code: 0 })
    const sealed = await query('select id, name from people order by id')
    expect(sealed.filter(({ name }) => !`${name}`.startsWith('wax1.'))).toEqual([])
    expect((await run('migrate --reverse --confirm people.name')).code).toBe(0)
    const names = (await query('select id, name from people order by id')).map(({ name }) => name)
    expect(written.size).toBeGreaterThan(10)
    expect(names).toEqual(
      Array.from({ length: 2000 }, (_, at) => `n${at + 1}${written.has(at + 1) ? ` v${written.get(at + 1)}` : ''}`),
    )
  })

  it('says that it may not log in, and no more', async () => {
    configure({ column: 'name' })
    const wrong = url().replace(/\/\/\w+@/, '//nobody:swordfish@')
    const { code, out, err } = await waxseal(['migrate', '--debug'], { cwd: home.path, env: { WAXSEAL_KEYS: K1, URL: wrong } })
    expect(code).toBe(1)
    expect(err).toMatch(/^stopped at people.name: (28\w{3}|ER_\w+) \(target_failed\)/)
    expect(`${out}${err}`).not.toMatch(/swordfish|nobody/)
  })

  it('goes on by the same run under another password, and keeps none', async () => {
    await query('create table people (id integer primary key, name text)')
    await query(`insert into people values ${Array.from({ length: 200 }, (_, at) => `(${at + 1}, 'n')`).join()}`)
    configure({ column: 'name' })
    const { child, ended } = start(['migrate', '--page-size', '20', '--rate', '100'], {
      cwd: home.path,
      env: { WAXSEAL_KEYS: K1, AUDIT_KEY, URL: url() },
    })
    while (!existsSync(home.at('.waxseal')) || readdirSync(home.at('.waxseal')).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 10))
    child.kill('SIGTERM')
    await ended
    const env = { WAXSEAL_KEYS: K1, AUDIT_KEY, URL: url().replace('@', ':@') }
    const { out } = await waxseal(['migrate', '--json'], { cwd: home.path, env })
    expect(JSON.parse(out).targets[0].seen).toBeLessThan(200)
  })
}

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  it('calls nothing complete of which it sees a part', async () => {
    const home = folder()
    const url = `postgres://${server.user}@127.0.0.1:${server.port}/${server.database}`
    const databases = createDatabases({ URL: url })
    const { db } = await databases.open('env:URL')
    for (const statement of [
      'create table hidden (id integer primary key, name text, tenant text)',
      "insert into hidden values (1, 'Ada', 'a'), (2, 'Bob', 'b')",
      'alter table hidden enable row level security',
      "create policy own on hidden using (tenant = 'a')",
      'create role part login',
      'grant select, update on hidden to part',
    ])
      await sql.raw(statement).execute(db)
    const tables = [{ database: 'env:URL', table: 'hidden', column: 'name', context: { app: 'crm', row: '{id}' } }]
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', tables }))
    const env = { WAXSEAL_KEYS: K1, URL: url.replace(/\/\/\w+@/, '//part@') }
    const { code, err } = await waxseal(['migrate'], { cwd: home.path, env })
    expect([code, err]).toEqual([1, expect.stringMatching(/^stopped at hidden.name: row security hides rows of hidden/)])
    expect((await waxseal(['migrate'], { cwd: home.path, env: { ...env, URL: url } })).code).toBe(0)
    await databases.close()
    home.remove()
  })

  suite(() => `postgres://${server.user}@127.0.0.1:${server.port}/${server.database}`, {
    text: 'text',
    document: 'jsonb',
  })
})

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server?.stop())
  suite(() => `mysql://${server.user}@127.0.0.1:${server.port}/${server.database}`, {
    text: 'char',
    document: 'json',
  })
})
