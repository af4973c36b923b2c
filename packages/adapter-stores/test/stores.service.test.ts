import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import type { TestDatabase } from './databases.ts'
import { sqlSuite } from './sql-suite.ts'
import { storeContracts } from './store-contracts.ts'

const missing = postgresMissing()
describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  let database: TestDatabase
  beforeAll(async () => {
    server = await startPostgres()
    const { port, user, database: name } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database: name, max: 8 })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    database = { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
  })
  afterAll(async () => {
    await database?.db.destroy()
    await server?.stop()
  })

  sqlSuite('PostgreSQL', async () => database)
  storeContracts('PostgreSQL', async () => database)
})
