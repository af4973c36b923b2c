import { readFileSync } from 'node:fs'
import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { afterAll, expect, it } from 'vitest'
import { createAuditTrail } from '../src/index.ts'
import { migrateAudit, sqlSink } from '../src/sql.ts'
import { keys } from './keys.ts'
import { sqlSuite } from './sql-suite.ts'

const CONNECTIONS = 8

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  afterAll(() => server?.stop())
  sqlSuite('sqlSink on a pool', async () => {
    server = await startPostgres()
    const { port, user, database } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database, max: CONNECTIONS })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    return { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
  })

  it('lets an account with the grants of the README append and verify, and no more', async () => {
    const { port, database } = server
    const open = (user: string) => {
      const pool = new Pool({ host: '127.0.0.1', port, user, database, max: 1 })
      pool.on('error', () => {})
      return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    }
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const [owner, app, auditor] = [open('postgres'), open('app'), open('auditor')]
    const trails = [app, auditor].map((db) =>
      createAuditTrail({ sink: sqlSink({ db, dialect: 'postgres' }), keys, stream: 'granted' }),
    )
    try {
      for (const role of ['app', 'auditor']) await sql.raw(`create role ${role} login`).execute(owner)
      for (const [, grants = ''] of readme.matchAll(/```sql\n([\s\S]*?)```/g)) await sql.raw(grants).execute(owner)
      await trails[0]!.append({ actor: 'a', operation: 'b' })
      for (const trail of trails) {
        expect(await trail.verify({ checkpoints: [await trail.checkpoint()] })).toMatchObject({ ok: true, records: 1 })
        expect(await trail.query()).toHaveLength(1)
      }
      await expect(trails[1]!.append({ actor: 'a', operation: 'b' })).rejects.toMatchObject({ code: 'sink_failed' })
      for (const statement of ["update waxseal_audit set actor = 'x'", 'delete from waxseal_audit', 'truncate waxseal_audit'])
        await expect(sql.raw(statement).execute(app)).rejects.toThrow(/permission denied/)
    } finally {
      for (const db of [owner, app, auditor]) await db.destroy()
    }
  })
})

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  afterAll(() => server?.stop())
  sqlSuite('sqlSink on a pool', async () => {
    server = await startMariadb()
    const { port, user, database } = server
    const pool = createPool({ host: '127.0.0.1', port, user, database, connectionLimit: CONNECTIONS })
    return { dialect: 'mysql', db: new Kysely({ dialect: new MysqlDialect({ pool }) }) }
  })

  it('has transactions and locks also where another engine is the default', async () => {
    const { port, user } = server
    const pool = createPool({ host: '127.0.0.1', port, user, connectionLimit: 1 })
    const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) })
    try {
      for (const statement of ['create database other', 'use other', 'set session default_storage_engine = MyISAM'])
        await sql.raw(statement).execute(db)
      await migrateAudit({ db, dialect: 'mysql' })
      const { rows } = await sql<{ engine: string }>`select engine as engine from information_schema.tables
        where table_schema = 'other'`.execute(db)
      expect(rows.map(({ engine }) => engine)).toEqual(['InnoDB', 'InnoDB'])
    } finally {
      await db.destroy()
    }
  })
})
