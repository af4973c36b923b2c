import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestDatabase } from './databases.ts'
import { killEverywhere } from './kill-suite.ts'
import { reapSuite } from './reap-suite.ts'
import { sqlSuite } from './sql-suite.ts'

const CONNECTIONS = 8

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())
  const open = (): TestDatabase => {
    const { port, user, database } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database, max: CONNECTIONS })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    return { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
  }
  sqlSuite('tables on a pool', open)
  reapSuite('tables of the reaper on a pool', open)

  it('loses nothing to kill -9 before or behind any statement', async () => {
    const database = open()
    try {
      expect(await killEverywhere(database, `${server.port}`, () => undefined)).toBeGreaterThanOrEqual(12)
    } finally {
      await database.db.destroy()
    }
  }, 300_000)
})

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server?.stop())
  const open = (): TestDatabase => {
    const { port, user, database } = server
    const pool = createPool({ host: '127.0.0.1', port, user, database, connectionLimit: CONNECTIONS })
    return { dialect: 'mysql', db: new Kysely({ dialect: new MysqlDialect({ pool }) }) }
  }
  sqlSuite('tables on a pool', open)
  reapSuite('tables of the reaper on a pool', open)
})
