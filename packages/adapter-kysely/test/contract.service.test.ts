import { rowAdapterContract } from '@waxseal/conformance/contracts'
import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { databaseOf, type TestDatabase } from './databases.ts'
import { querySuite } from './query-suite.ts'
import { rowBench } from './row-bench.ts'

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  let database: TestDatabase
  beforeAll(async () => {
    server = await startPostgres()
    const { port, user, database: name } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database: name, max: 4 })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    database = databaseOf('postgres', () => new PostgresDialect({ pool }))
  })
  afterAll(async () => {
    await database?.db.destroy()
    await server?.stop()
  })

  rowAdapterContract({
    describe,
    it,
    harness: { name: 'Kysely on PostgreSQL', create: () => rowBench(database, async () => {}) },
  })
  querySuite(() => database)
})

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  let database: TestDatabase
  beforeAll(async () => {
    server = await startMariadb()
    const { port, user, database: name } = server
    const pool = createPool({ host: '127.0.0.1', port, user, database: name, connectionLimit: 4 })
    database = databaseOf('mysql', () => new MysqlDialect({ pool }))
  })
  afterAll(async () => {
    await database?.db.destroy()
    await server?.stop()
  })

  rowAdapterContract({
    describe,
    it,
    harness: { name: 'Kysely on MariaDB', create: () => rowBench(database, async () => {}) },
  })
  querySuite(() => database)
})
