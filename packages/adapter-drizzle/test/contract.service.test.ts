import { rowAdapterContract } from '@waxseal/conformance/contracts'
import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { drizzle as mysqlDrizzle } from 'drizzle-orm/mysql2'
import { drizzle as pgDrizzle } from 'drizzle-orm/node-postgres'
import { createPool, type Pool } from 'mysql2'
import { Pool as PgPool } from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { createBench, type TestDatabase } from './bench.ts'
import { mariadbSuite } from './mariadb-suite.ts'

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  let database: TestDatabase
  beforeAll(async () => {
    server = await startPostgres()
    const { port, user, database: name } = server
    const pool = new PgPool({ host: '127.0.0.1', port, user, database: name, max: 4 })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    const db = pgDrizzle({ client: pool })
    database = {
      dialect: 'postgres',
      db,
      query: async (query) => (await db.execute(query)).rows as Record<string, unknown>[],
      close: () => pool.end(),
    }
  })
  afterAll(async () => {
    await database?.close()
    await server?.stop()
  })
  const create = () => createBench({ ...database, close: () => {} })
  rowAdapterContract({ describe, it, harness: { name: 'Drizzle on PostgreSQL', create } })
})

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  let pool: Pool
  let database: TestDatabase
  beforeAll(async () => {
    server = await startMariadb()
    const { port, user, database: name } = server
    pool = createPool({ host: '127.0.0.1', port, user, database: name, connectionLimit: 4 })
    await pool.promise().query(`alter database ${name} character set utf8mb4`)
    const db = mysqlDrizzle({ client: pool })
    database = {
      dialect: 'mysql',
      db,
      query: async (query) => (await db.execute(query))[0] as unknown as Record<string, unknown>[],
      close: () => pool.promise().end(),
    }
  })
  afterAll(async () => {
    await database?.close()
    await server?.stop()
  })
  const create = () => createBench({ ...database, close: () => {} })
  rowAdapterContract({ describe, it, harness: { name: 'Drizzle on MariaDB', create } })
  mariadbSuite(() => pool)
})
