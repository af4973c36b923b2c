import { readFileSync } from 'node:fs'
import { createSealer, staticKeys } from '@waxseal/core'
import type { TestDatabase } from '@waxseal/databases'
import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createReseal } from '../src/index.ts'
import { migrateReseal, resealTable, sqlCheckpoints } from '../src/sql.ts'
import { killEverywhere, migrateInterrupted, runTogether } from './kill-suite.ts'
import { migrateSuite } from './migrate-suite.ts'
import { reapSuite } from './reap-suite.ts'
import { keyBytes, sealerOn } from './sealers.ts'
import { sqlSuite } from './sql-suite.ts'
import { targetContract } from './target-contract.ts'

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
  let shared: TestDatabase | undefined
  afterAll(() => shared?.db.destroy())
  sqlSuite('tables on a pool', open)
  migrateSuite('tables on a pool', open)
  reapSuite('tables of the reaper on a pool', open)
  targetContract('a pool', () => {
    shared ??= open()
    return shared
  })

  it('lets an account with the grants of the README move, and no more', async () => {
    const owner = open()
    const { port, database } = server
    const pool = new Pool({ host: '127.0.0.1', port, user: 'app', database, max: 2 })
    pool.on('error', () => {})
    const app: TestDatabase = { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    try {
      await sql`drop table if exists cards`.execute(owner.db)
      await sql`create table cards (id integer primary key, number text)`.execute(owner.db)
      await migrateReseal(owner)
      await sql`create role app login`.execute(owner.db)
      for (const [, grants = ''] of readme.matchAll(/```sql\n([\s\S]*?)```/g)) await sql.raw(grants).execute(owner.db)
      const context = { app: 'granted' }
      const number = await sealerOn(['k1']).seal('x', { context })
      await owner.db.insertInto('cards').values({ id: 1, number }).execute()
      const target = resealTable({ ...app, table: 'cards', key: 'id', column: 'number', context: () => context })
      const reseal = createReseal({
        sealer: sealerOn(['k2', 'k1']),
        targets: [target],
        checkpoints: sqlCheckpoints(app),
        pageSize: 1,
      })
      expect((await reseal.run()).targets[0]).toMatchObject({ moved: 1 })
      expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })
      await expect(sql`delete from cards`.execute(app.db)).rejects.toThrow(/permission denied/)
    } finally {
      for (const { db } of [owner, app]) await db.destroy()
    }
  })

  it('judges no key where row security hides rows', async () => {
    const owner = open()
    const { port, database } = server
    const pool = new Pool({ host: '127.0.0.1', port, user: 'tenant', database, max: 2 })
    pool.on('error', () => {})
    const app: TestDatabase = { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
    try {
      await sql`create table hidden (id integer primary key, sealed text)`.execute(owner.db)
      await sql`create role tenant login`.execute(owner.db)
      await sql`grant select, update on hidden to tenant`.execute(owner.db)
      const context = { app: 'hidden' }
      await owner.db
        .insertInto('hidden')
        .values({ id: 1, sealed: await sealerOn(['k1']).seal('x', { context }) })
        .execute()
      const target = resealTable({ ...app, table: 'hidden', key: 'id', column: 'sealed', context: () => context })
      const reseal = createReseal({ sealer: sealerOn(['k2', 'k1']), targets: [target] })
      expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: false, reason: 'needed' })
      await sql`alter table hidden enable row level security`.execute(owner.db)
      await expect(reseal.canRetire({ kid: 'k1' })).rejects.toMatchObject({ code: 'config' })
    } finally {
      for (const { db } of [owner, app]) await db.destroy()
    }
  })

  it('finds what is on an old key by an index', async () => {
    const statements: { sql: string; parameters: readonly unknown[] }[] = []
    const { port, user, database } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database, max: 2 })
    pool.on('error', () => {})
    const log = ({ query }: { query: { sql: string; parameters: readonly unknown[] } }) => void statements.push(query)
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), log })
    try {
      await sql`create table indexed (id integer primary key, text text, bytes bytea)`.execute(db)
      await sql`insert into indexed select i, 'wax1.c256.k2~1.' || repeat('A', 80) || i, '\\xc101010002'::bytea || 'k2'::bytea || '\\x01'::bytea || int4send(i)
        from generate_series(1, 20000) i`.execute(db)
      await sql`update indexed set text = replace(text, 'k2', 'k1'), bytes = '\\xc1010100026b3101'::bytea where id % 1000 = 0`.execute(
        db,
      )
      await sql`create index on indexed (text text_pattern_ops)`.execute(db)
      await sql`create index on indexed (bytes)`.execute(db)
      await sql`analyze indexed`.execute(db)
      for (const holds of ['text', 'bytes'] as const) {
        const target = resealTable({
          db,
          dialect: 'postgres',
          table: 'indexed',
          key: 'id',
          column: holds,
          holds,
          context: () => 'none',
        })
        const narrow = { on: [{ kid: 'k1', version: 1 }] }
        expect(await target.count!({ after: null, until: null, narrow })).toBe(20)
        const { sql: text, parameters } = statements.at(-1)!
        const plan = (await pool.query(`explain ${text}`, [...parameters])).rows.map((row) => row['QUERY PLAN']).join('\n')
        expect(plan).toMatch(/Index Scan/)
        expect(plan).not.toMatch(/Seq Scan/)
      }
    } finally {
      await db.destroy()
    }
  })

  it('is shared by eight processes at once', async () => {
    const database = open()
    try {
      await runTogether(database, `${server.port}`, 8)
    } finally {
      await database.db.destroy()
    }
  }, 120_000)

  it('loses and leaves none of 10,000 rows in clear, of Acteon, of Fernet and ours, killed three times', async () => {
    const database = open()
    try {
      const moved = await migrateInterrupted(database, `${server.port}`, 10_000, 500)
      expect(moved[0]).toBeGreaterThan(0)
      expect(moved).toEqual([...new Set(moved)].sort((a, b) => a - b))
      expect(moved[2]).toBeLessThan(10_000)
    } finally {
      await database.db.destroy()
    }
  }, 300_000)

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
  let shared: TestDatabase | undefined
  afterAll(() => shared?.db.destroy())
  sqlSuite('tables on a pool', open)
  migrateSuite('tables on a pool', open)
  reapSuite('tables of the reaper on a pool', open)
  targetContract('a pool', () => {
    shared ??= open()
    return shared
  })

  it('writes nothing on a connection that would cut it off', async () => {
    const { port, user, database } = server
    const pool = createPool({ host: '127.0.0.1', port, user, database, connectionLimit: 1 })
    const db = new Kysely<{ short: { id: number; sealed: string } }>({ dialect: new MysqlDialect({ pool }) })
    try {
      const context = { app: 'short' }
      const sealed = await sealerOn(['k1']).seal('x', { context })
      const long = createSealer({
        keys: staticKeys([
          { kid: 'much-longer-than-before', key: keyBytes.k2 },
          { kid: 'k1', key: keyBytes.k1, state: 'decrypt_only' },
        ]),
      })
      await sql.raw(`create table short (id integer primary key, sealed varchar(${sealed.length}))`).execute(db)
      await db.insertInto('short').values({ id: 1, sealed }).execute()
      await sql`set session sql_mode = ''`.execute(db)
      const target = resealTable({ db, dialect: 'mysql', table: 'short', key: 'id', column: 'sealed', context: () => context })
      const report = await createReseal({ sealer: long, targets: [target] }).run()
      expect(report).toMatchObject({ complete: false, stopped: { code: 'config' } })
      expect(await db.selectFrom('short').select('sealed').execute()).toEqual([{ sealed }])
    } finally {
      await db.destroy()
    }
  })
})
