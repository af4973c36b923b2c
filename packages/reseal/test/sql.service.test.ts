import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { afterAll } from 'vitest'
import { sqlSuite } from './sql-suite.ts'

const CONNECTIONS = 8

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  afterAll(() => server?.stop())
  sqlSuite('tables on a pool', async () => {
    server = await startPostgres()
    const { port, user, database } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database, max: CONNECTIONS })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    return { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
  })
})

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  afterAll(() => server?.stop())
  sqlSuite('tables on a pool', async () => {
    server = await startMariadb()
    const { port, user, database } = server
    const pool = createPool({ host: '127.0.0.1', port, user, database, connectionLimit: CONNECTIONS })
    return { dialect: 'mysql', db: new Kysely({ dialect: new MysqlDialect({ pool }) }) }
  })
})
