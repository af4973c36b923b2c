import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { afterAll, expect, it } from 'vitest'
import { killEverywhere } from './kill-suite.ts'
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

  it('loses nothing to kill -9 before or behind any statement', async () => {
    const { port, user, database } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database, max: 2 })
    pool.on('error', () => {})
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    try {
      expect(await killEverywhere({ dialect: 'postgres', db }, `${port}`, () => undefined)).toBeGreaterThanOrEqual(12)
    } finally {
      await db.destroy()
    }
  }, 300_000)
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
