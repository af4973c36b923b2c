import { createAuditTrail } from '@waxseal/audit'
import { sqlSink } from '@waxseal/audit/sql'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AUDIT_KEY, call, configOf, start } from './app.js'
import { killUnderLoad, recorded } from './load.js'

const ROUNDS = 3
const BREAKS = 50
const key = { id: 'a1', secret: 'env:AUDIT_KEY' }

describeIf(postgresMissing() === undefined, postgresMissing() ?? '')('with the trail in PostgreSQL', () => {
  let postgres: DatabaseService
  let pool: pg.Pool
  const url = () => `postgres://${postgres.user}@127.0.0.1:${postgres.port}/${postgres.database}`

  beforeAll(async () => {
    postgres = await startPostgres()
    pool = new pg.Pool({ connectionString: url(), max: 1 })
    // The service may end before the connection does.
    pool.on('connect', (client) => client.on('error', () => {}))
  })
  afterAll(async () => {
    await pool?.end()
    await postgres?.stop()
  })

  it('outlives connections that the database ends', async () => {
    const config = configOf({ audit: { to: 'sql', database: 'env:AUDIT_DATABASE', migrate: true, key, stream: 'broken' } })
    const app = await start(config, { AUDIT_DATABASE: url() })
    const statuses = new Map<number, number>()
    let broken = 0
    async function caller(): Promise<void> {
      while (broken < BREAKS) {
        const { status } = await call(app.port)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    async function breaker(): Promise<void> {
      for (; broken < BREAKS; broken++) {
        await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()')
        await call(app.port)
      }
    }
    await Promise.all([breaker(), caller(), caller(), caller(), caller()])
    expect([...statuses.keys()].sort()).toEqual([200, 503])
    await expect.poll(() => call(app.port).then(({ status }) => status), { timeout: 10_000 }).toBe(200)
    expect(app.child.exitCode).toBe(null)
  })

  it('kill -9 under load loses no record of a call that was answered, and the server goes on', async () => {
    const config = configOf({ audit: { to: 'sql', database: 'env:AUDIT_DATABASE', migrate: true, key } })
    const env = { AUDIT_DATABASE: url() }
    // biome-ignore lint/suspicious/noExplicitAny: the tables are the sink's own
    const db = new Kysely<any>({ dialect: new PostgresDialect({ pool }) })
    const sink = sqlSink({ db, dialect: 'postgres' })
    const trail = createAuditTrail({ sink, keys: { id: 'a1', key: AUDIT_KEY }, stream: 'access' })
    const answered: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      answered.push(...(await killUnderLoad(config, env)))
      const ids = await recorded(trail)
      expect(answered.filter((id) => !ids.has(id))).toEqual([])
      expect(await trail.verify()).toMatchObject({ ok: true })
    }
    const app = await start(config, env)
    expect((await call(app.port, { 'x-request-id': 'last' })).status).toBe(200)
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    expect(await recorded(trail)).toContain('last')
    expect(await trail.verify()).toMatchObject({ ok: true })
  })
})
