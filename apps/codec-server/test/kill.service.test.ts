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

describeIf(postgresMissing() === undefined, postgresMissing() ?? '')('with the trail in PostgreSQL', () => {
  let postgres: DatabaseService
  let pool: pg.Pool
  const url = () => `postgres://${postgres.user}@127.0.0.1:${postgres.port}/${postgres.database}`

  beforeAll(async () => {
    postgres = await startPostgres()
    pool = new pg.Pool({ connectionString: url(), max: 1 })
  })
  afterAll(async () => {
    await pool?.end()
    await postgres?.stop()
  })

  it('kill -9 under load loses no record of a call that was answered, and the server goes on', async () => {
    const key = { id: 'a1', secret: 'env:AUDIT_KEY' }
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
