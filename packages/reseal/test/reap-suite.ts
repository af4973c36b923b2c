import { createAuditTrail } from '@waxseal/audit'
import { migrateAudit, sqlSink } from '@waxseal/audit/sql'
import { retention } from '@waxseal/core'
import type { Database, TestDatabase } from '@waxseal/databases'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createReaper, type ReaperTarget } from '../src/index.ts'
import { type ReapTableOptions, reapTable } from '../src/sql.ts'
import { fakeClock } from './sealers.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 31)
const policy = retention.deleteAfter({ days: 30 })

/** What tables as targets of the reaper promise, on any database. */
export function reapSuite(name: string, open: () => TestDatabase | Promise<TestDatabase>): void {
  describe(name, () => {
    let database: TestDatabase
    let db: Database
    beforeAll(async () => {
      database = await open()
      db = database.db
      await migrateAudit(database)
    })
    afterAll(async () => {
      await db?.destroy()
    })

    /** A point in time as the database's own column takes it. */
    const at = (daysAgo: number) => {
      const date = new Date(NOW - daysAgo * DAY)
      return database.dialect === 'sqlite' ? date.toISOString() : date
    }
    const insert = (rows: readonly Record<string, unknown>[]) => db.insertInto('jobs').values(rows).execute()
    const table = (options: Partial<ReapTableOptions> = {}) =>
      reapTable({
        ...database,
        table: 'jobs',
        key: 'id',
        created: 'created',
        completed: 'completed',
        hold: 'hold',
        policyColumn: 'policy',
        policy,
        ...options,
      })
    const reaper = (target: ReaperTarget, options: object = {}) =>
      createReaper({ targets: [target], batchSize: 2, ...fakeClock(NOW), ...options })
    const left = async () =>
      ((await db.selectFrom('jobs').select('id').orderBy('id').execute()) as { id: number }[]).map(({ id }) => id)
    const held = () => (database.dialect === 'postgres' ? true : 1)

    beforeEach(async () => {
      const times = { postgres: 'timestamptz', mysql: 'datetime(6)', sqlite: 'text' }[database.dialect]
      const [json, flag] = database.dialect === 'postgres' ? ['jsonb', 'boolean'] : ['varchar(200)', 'integer']
      await sql.raw('drop table if exists jobs').execute(db)
      await sql
        .raw(`create table jobs (id integer primary key, created ${times}, completed ${times}, policy ${json}, hold ${flag})`)
        .execute(db)
      await insert([
        { id: 1, created: at(31), completed: at(31), policy: null, hold: null },
        { id: 2, created: at(31), completed: null, policy: JSON.stringify(retention.deleteAfter({ days: 60 })), hold: null },
        { id: 3, created: at(61), completed: null, policy: JSON.stringify(retention.deleteAfter({ days: 60 })), hold: null },
        { id: 4, created: at(99), completed: at(99), policy: null, hold: held() },
        { id: 5, created: at(2), completed: at(1), policy: JSON.stringify(retention.deleteImmediately()), hold: null },
        { id: 6, created: at(2), completed: null, policy: JSON.stringify(retention.deleteImmediately()), hold: null },
        { id: 7, created: at(99), completed: null, policy: '{"keep":"wrong"}', hold: null },
        { id: 8, created: at(29), completed: null, policy: null, hold: null },
      ])
    })

    it('deletes what is due by its own policy or the table’s', async () => {
      const dry = await reaper(table()).run({ dryRun: true })
      expect(dry.targets[0]).toMatchObject({ deleted: 3 })
      expect(await left()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      const report = await reaper(table()).run()
      expect(report.targets[0]).toEqual({
        ...dry.targets[0],
        seen: 8,
        deleted: 3,
        kept: [
          { reason: 'not_due', count: 2, ids: ['2', '8'] },
          { reason: 'held', count: 1, ids: ['4'] },
          { reason: 'unfinished', count: 1, ids: ['6'] },
          { reason: 'invalid', count: 1, ids: ['7'] },
        ],
      })
      expect(await left()).toEqual([2, 4, 6, 7, 8])
    })

    it('leaves a row that changed in whatever decides, between reading and deleting', async () => {
      const changes: [string, unknown][] = [
        ['created', at(1)],
        ['completed', at(5)],
        ['policy', JSON.stringify(retention.keepIndefinitely())],
        ['hold', held()],
      ]
      for (const [column, value] of changes) {
        await sql.raw('delete from jobs').execute(db)
        await insert([{ id: 1, created: at(31), completed: at(31), policy: null, hold: null }])
        const target = table()
        const busy: ReaperTarget = {
          ...target,
          async remove(items, record) {
            await db
              .updateTable('jobs')
              .set({ [column]: value })
              .where('id', '=', 1)
              .execute()
            return target.remove(items as never, record)
          },
        }
        expect((await reaper(busy).run()).targets[0], column).toMatchObject({
          deleted: 0,
          kept: [{ reason: 'changed', ids: ['1'] }],
        })
        expect(await left()).toEqual([1])
      }
    })

    it('tells what is held in a table of its own, and asks again while deleting', async () => {
      await sql.raw('drop table if exists holds').execute(db)
      await sql.raw('create table holds (job integer)').execute(db)
      const target = table({ heldIf: sql<boolean>`exists (select 1 from holds where holds.job = jobs.id)` })
      await db.insertInto('holds').values({ job: 3 }).execute()
      const busy: ReaperTarget = {
        ...target,
        async remove(items, record) {
          await db.insertInto('holds').values({ job: 1 }).execute()
          return target.remove(items as never, record)
        },
      }
      const [report] = (await reaper(busy).run()).targets
      expect(report).toMatchObject({ seen: 8, deleted: 1 })
      expect(report?.kept).toContainEqual({ reason: 'held', count: 2, ids: ['3', '4'] })
      expect(report?.kept).toContainEqual({ reason: 'changed', count: 1, ids: ['1'] })
      expect(await left()).toEqual([1, 2, 3, 4, 6, 7, 8])
    })

    it('checks further conditions again while deleting', async () => {
      await sql.raw('drop table if exists holds').execute(db)
      await sql.raw('create table holds (job integer)').execute(db)
      const free = () => sql<boolean>`not exists (select 1 from holds where holds.job = jobs.id)`
      const target = table({ where: free })
      await db.insertInto('holds').values({ job: 3 }).execute()
      const busy: ReaperTarget = {
        ...target,
        async remove(items, record) {
          await db.insertInto('holds').values({ job: 1 }).execute()
          return target.remove(items as never, record)
        },
      }
      expect((await reaper(busy).run()).targets[0]).toMatchObject({
        deleted: 1,
        kept: expect.arrayContaining([{ reason: 'changed', count: 1, ids: ['1'] }]),
      })
      expect(await left()).toEqual([1, 2, 3, 4, 6, 7, 8])
    })

    it('deletes and records together, or neither', async () => {
      const keys = { id: 'a1', key: new Uint8Array(32).fill(1) }
      const audit = createAuditTrail({ sink: sqlSink(database), keys, stream: 'retention' })
      const failing = {
        async append(...given: Parameters<typeof audit.append>) {
          await audit.append(...given)
          throw new Error('no')
        },
      }
      expect(await reaper(table(), { audit: failing, auditIn: 'transaction', actor: 'cron' }).run()).toMatchObject({
        complete: false,
      })
      expect(await left()).toHaveLength(8)
      expect(await audit.query()).toEqual([])
      expect(await reaper(table(), { audit, auditIn: 'transaction', actor: 'cron' }).run()).toMatchObject({ complete: true })
      expect((await audit.query()).map(({ actor, operation, subject }) => [actor, operation, subject])).toEqual(
        [1, 3, 5].map((id) => ['cron', 'retention.delete', `jobs/${id}`]),
      )
      expect(await audit.verify()).toMatchObject({ ok: true })
    })

    it('is harmless when two run at once', async () => {
      const reports = await Promise.all([reaper(table()).run(), reaper(table()).run()])
      expect(reports.map(({ complete }) => complete)).toEqual([true, true])
      expect(reports.reduce((sum, { targets }) => sum + targets[0]!.deleted, 0)).toBe(3)
      expect(await left()).toEqual([2, 4, 6, 7, 8])
    })

    it('takes no number of seconds, and no digits of a date, for milliseconds', async () => {
      await sql.raw('drop table jobs').execute(db)
      await sql.raw('create table jobs (id integer primary key, created varchar(40), hold integer)').execute(db)
      const texts = ['1700000000', '20280101', '202801010000', '-1', 'Jan 1 2020', '2025-01-01T00:00:00+14:60']
      const old = ['2025-12-31T01:00:00+02:00', '2025-12-31 01:00:00.123+00', '2025-12-31', '2025-12-31 23:59:59']
      await insert([...texts, ...old].map((created, at) => ({ id: at + 1, created })))
      const target = reapTable({ ...database, table: 'jobs', key: 'id', created: 'created', policy })
      expect((await reaper(target).run()).targets[0]).toMatchObject({ deleted: 4, kept: [{ reason: 'invalid', count: 6 }] })
      expect(await left()).toEqual([1, 2, 3, 4, 5, 6])
    })

    it('takes numbers as holds, and leaves what the database does not let go', async () => {
      await sql.raw('drop table jobs').execute(db)
      await sql.raw('create table jobs (id integer primary key, created bigint, hold integer)').execute(db)
      if (database.dialect === 'sqlite') await sql.raw('pragma foreign_keys = on').execute(db)
      await sql.raw('create table parts (job integer not null, foreign key (job) references jobs (id))').execute(db)
      const created = NOW - 31 * DAY
      await insert([1, 2, 3, 4].map((id) => ({ id, created, hold: id === 3 ? 2 : id === 4 ? 0 : null })))
      await db.insertInto('parts').values({ job: 1 }).execute()
      const target = reapTable({ ...database, table: 'jobs', key: 'id', created: 'created', hold: 'hold', policy })
      const report = await reaper(target).run()
      await sql.raw('drop table parts').execute(db)
      expect(report).toMatchObject({ complete: true, targets: [{ deleted: 2 }] })
      expect(await left()).toEqual([1, 3])
    })

    it('counts from milliseconds too', async () => {
      await sql.raw('drop table jobs').execute(db)
      await sql.raw('create table jobs (id integer primary key, created bigint, hold integer)').execute(db)
      await insert([
        { id: 1, created: NOW - 30 * DAY },
        { id: 2, created: NOW - 30 * DAY + 1 },
      ])
      const target = reapTable({ ...database, table: 'jobs', key: 'id', created: 'created', policy })
      expect((await reaper(target).run()).targets[0]).toMatchObject({ deleted: 1 })
      expect(await left()).toEqual([2])
    })
  })
}
