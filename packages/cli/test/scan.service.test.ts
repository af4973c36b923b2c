import { writeFileSync } from 'node:fs'
import { createDatabases } from '@waxseal/config'
import { generateKey } from '@waxseal/core'
import {
  type DatabaseService,
  mariadbMissing,
  postgresMissing,
  redisMissing,
  startMariadb,
  startPostgres,
  startRedis,
} from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Queue } from 'bullmq'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folder, waxseal } from './waxseal.js'

interface Found {
  readonly records: number
  readonly findings: readonly { of: string; field: string; type: string; records: number }[]
  readonly sealed: readonly { field: string; records: number }[]
}

const ROWS = 2500
const scanned = async (args: string, env: Record<string, string>): Promise<Found> => {
  const { out, err, code } = await waxseal(`scan --json ${args}`.split(' '), { env })
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out)
}
const places = ({ findings }: Found) => findings.map(({ of, field, type, records }) => `${of} ${field} ${type} ${records}`).sort()

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  let url: string
  let db: Kysely<unknown>
  const databases = createDatabases(process.env)
  const home = folder()
  beforeAll(async () => {
    server = await startPostgres()
    url = `postgres://${server.user}@127.0.0.1:${server.port}/${server.database}`
    process.env.CLI_POSTGRES = url
    ;({ db } = await databases.open('env:CLI_POSTGRES'))
    await sql`create schema crm`.execute(db)
    await sql`create table crm.users (id bigint primary key, mail text, profile jsonb, photo bytea, at timestamptz, big numeric)`.execute(
      db,
    )
    await sql`insert into crm.users select n, 'u' || n || '@example.com', jsonb_build_object('phone', '+44 20 7946 0958'), decode('00ff', 'hex'), now(), 9007199254740993 from generate_series(1, ${sql.lit(ROWS)}) n`.execute(
      db,
    )
    const { out } = await waxseal(['seal', '--text', '-c', 'app=x'], { input: 'ada@example.com' })
    await sql`update crm.users set mail = ${out.trim()} where id <= 10`.execute(db)
  })
  afterAll(async () => {
    home.remove()
    await databases.close()
    await server?.stop()
  })

  it('is scanned, and left as it was', async () => {
    const found = await scanned('--database env:URL --table crm.users', { URL: url })
    expect(found.records).toBe(ROWS)
    expect(places(found)).toEqual([`crm.users /mail EMAIL ${ROWS - 10}`, `crm.users /profile/phone PHONE ${ROWS}`])
    expect(found.sealed).toMatchObject([{ field: '/mail', records: 10 }])
    expect(await scanned('--database env:URL --table crm.users --limit 3', { URL: url })).toMatchObject({ records: 3 })
    const { rows } = await sql`select 1 from pg_stat_activity where state like 'idle in transaction%'`.execute(db)
    expect(rows).toEqual([])
  })

  it('is only read, whatever a view would do', async () => {
    await sql`create table crm.log (line text)`.execute(db)
    await sql`create function crm.leave() returns text language sql volatile as $$ insert into crm.log values ('x') returning line $$`.execute(
      db,
    )
    await sql`create view crm.trap as select crm.leave() as line`.execute(db)
    const { code, err } = await waxseal(['scan', '--database', 'env:URL', '--table', 'crm.trap'], { env: { URL: url } })
    expect([code, err]).toEqual([1, 'waxseal: the database does not let crm.trap be read (25006)\n'])
  })

  it('says why a table cannot be read', async () => {
    const { code, err } = await waxseal(['scan', '--database', 'env:URL', '--table', 'nothing'], { env: { URL: url } })
    expect([code, err]).toEqual([1, 'waxseal: the database does not let nothing be read (42P01)\n'])
  })

  it('keeps keys', async () => {
    const env = { URL: url, ROOT_KEYS: `r1:${generateKey()}`, AUDIT_KEY: generateKey(), WAXSEAL_KEYS: undefined }
    const store = { database: 'env:URL', root: 'env://ROOT_KEYS', audit: { id: 'a1', secret: 'env:AUDIT_KEY' } }
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: { store } }))
    const run = (args: string, input = '') => waxseal(args.split(' '), { cwd: home.path, env, input })
    for (const args of ['keys migrate', 'keys migrate', 'keys create default', 'keys create default --scope tenant:acme'])
      expect(await run(args)).toMatchObject({ code: 0 })
    const sealed = (await run('seal --text -c app=x', 'secret')).out
    expect((await run('keys rotate default')).out).toBe('default seals with version 2 now\n')
    expect((await run('open -c app=x', sealed)).out).toBe('secret')
    expect((await run('keys shred tenant:acme --confirm tenant:acme')).out).toContain('keys gone: 1')
    expect((await run('keys stats')).code).toBe(0)
    expect((await run('keys verify-audit')).out).toContain('in order')
    expect((await run('doctor --json')).code).toBe(0)
  })
})

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  let url: string
  const databases = createDatabases(process.env)
  beforeAll(async () => {
    server = await startMariadb()
    url = `mariadb://${server.user}@127.0.0.1:${server.port}/${server.database}`
    process.env.CLI_MARIADB = url
    const { db } = await databases.open('env:CLI_MARIADB')
    await sql`create table users (id int primary key auto_increment, mail text, profile json, photo blob, at datetime)`.execute(
      db,
    )
    await sql`insert into users (mail, profile, photo, at) select concat('u', seq, '@example.com'), '{"phone":"+44 20 7946 0958"}', x'00ff', now() from seq_1_to_2500`.execute(
      db,
    )
  })
  afterAll(async () => {
    await databases.close()
    await server?.stop()
  })

  it('is scanned', async () => {
    const found = await scanned('--database env:URL --table users', { URL: url })
    expect(found.records).toBe(ROWS)
    expect(places(found)).toEqual([`users /mail EMAIL ${ROWS}`, `users /profile/phone PHONE ${ROWS}`])
    expect(await scanned('--database env:URL --table users --limit 3', { URL: url })).toMatchObject({ records: 3 })
    const { code, err } = await waxseal(['scan', '--database', 'env:URL', '--table', 'nothing'], { env: { URL: url } })
    expect([code, err]).toEqual([1, 'waxseal: the database does not let nothing be read (ER_NO_SUCH_TABLE)\n'])
  })
})

const noRedis = redisMissing()
describeIf(!noRedis, noRedis ?? '')('a queue of BullMQ', () => {
  let server: Awaited<ReturnType<typeof startRedis>>
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server?.stop())

  describe('on Redis', () => {
    it('is scanned in every state, paused too', async () => {
      const queue = new Queue('payments', { connection: { host: '127.0.0.1', port: server.port } })
      try {
        await queue.addBulk(Array.from({ length: 450 }, (_, at) => ({ name: 'pay', data: { mail: `u${at}@example.com` } })))
        await queue.add('later', { mail: 'ada@example.com' }, { delay: 3_600_000 })
        await queue.pause()
        await queue.add('mail', { to: 'bob@example.com' })
        const env = { URL: `redis://127.0.0.1:${server.port}` }
        const found = await scanned('--redis env:URL --queue payments', env)
        expect(found.records).toBe(452)
        expect(places(found)).toEqual([
          'payments: later /data/mail EMAIL 1',
          'payments: mail /data/to EMAIL 1',
          'payments: pay /data/mail EMAIL 450',
        ])
        const { out } = await waxseal(['scan', '--redis', 'env:URL', '--queue', 'paymentz'], { env })
        expect(out).toContain('there are no records')
      } finally {
        await queue.close()
      }
    })

    it('is scanned under its prefix, with options and logs of its jobs', async () => {
      const queue = new Queue('orders', { connection: { host: '127.0.0.1', port: server.port }, prefix: 'shop' })
      try {
        const job = await queue.add('pay', {}, { jobId: 'of ada@example.com', telemetry: { metadata: 'bob@example.com' } })
        await job.log('called +44 20 7946 0958')
        const env = { URL: `redis://127.0.0.1:${server.port}` }
        const found = await scanned('--redis env:URL --queue orders --prefix shop', env)
        expect(places(found)).toEqual([
          'orders: pay /logs/* PHONE 1',
          'orders: pay /opts/jobId EMAIL 1',
          'orders: pay /opts/telemetry/metadata EMAIL 1',
        ])
      } finally {
        await queue.close()
      }
    })
  })
})
