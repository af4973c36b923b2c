import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { afterAll } from 'vitest'
import { gatewaySuite, postgresBench } from './gateway-suite.js'

const missing = postgresMissing()
describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  afterAll(() => server?.stop())

  gatewaySuite('the gateway on a pool', async () => {
    server = await startPostgres()
    const { port, user, database } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database, max: 8 })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    return { ...(await postgresBench({ db, dialect: 'postgres' })), close: () => db.destroy() }
  })
})
