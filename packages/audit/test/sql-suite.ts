import type { Database, TestDatabase } from '@waxseal/databases'
import { CamelCasePlugin, ParseJSONResultsPlugin, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuditTrail } from '../src/index.ts'
import { migrateAudit, sqlSink } from '../src/sql.ts'
import { clock, keys } from './keys.ts'
import { expectQuiet, SECRETS } from './leaks.ts'

const entry = { actor: 'svc-deploy', operation: 'key.rotate', subject: 'orders', version: 4, details: { reason: "it's time" } }
let streams = 0

/** What `sqlSink` promises, on any database. */
export function sqlSuite(name: string, open: () => TestDatabase | Promise<TestDatabase>): void {
  describe(name, () => {
    let database: TestDatabase
    let db: Database
    let stream: string
    const trailOf = (name = stream) => createAuditTrail({ sink: sqlSink(database), keys, stream: name, now: clock() })
    const unguarded = async (...statements: string[]) => {
      const postgres = database.dialect === 'postgres'
      const names = database.dialect === 'mysql' ? ['update', 'delete'] : ['update', 'delete', 'replace']
      const off = names.map((name) => `drop trigger waxseal_audit_no_${name}`)
      for (const statement of postgres ? ['alter table waxseal_audit disable trigger user'] : off)
        await sql.raw(statement).execute(db)
      for (const statement of statements) await sql.raw(statement).execute(db)
      if (postgres) await sql.raw('alter table waxseal_audit enable trigger user').execute(db)
      await migrateAudit(database)
    }

    beforeAll(async () => {
      database = await open()
      db = database.db
      // As many that start at once do.
      await Promise.all(Array.from({ length: 8 }, () => migrateAudit(database)))
      await migrateAudit(database)
      await sql`create table changes (n integer)`.execute(db)
    })
    beforeEach(() => {
      stream = `s${++streams}`
    })
    afterAll(() => db.destroy())

    it('gives back what was written', async () => {
      const trail = trailOf()
      const record = await trail.append(entry)
      await trail.append({ actor: 'a', operation: 'b' })
      expect(await trail.query({ limit: 1 })).toEqual([record])
      expect(
        await trail.query({
          subject: 'orders',
          actor: 'svc-deploy',
          operation: 'key.rotate',
          from: record.at,
          to: record.at + 1,
        }),
      ).toEqual([record])
      expect(await trail.query({ to: record.at })).toEqual([])
      expect(await trail.verify({ checkpoints: [await trail.checkpoint()] })).toMatchObject({ ok: true, records: 2 })
    })

    it('loses nothing and leaves no gap with eight writers', async () => {
      const writers = Array.from({ length: 8 }, () => trailOf())
      await Promise.all(
        writers.flatMap((trail, i) => Array.from({ length: 20 }, () => trail.append({ ...entry, actor: `w${i}` }))),
      )
      expect(await trailOf().verify()).toMatchObject({ ok: true, records: 160 })
      for (let i = 0; i < 8; i++) expect(await trailOf().query({ actor: `w${i}` })).toHaveLength(20)
    })

    it('writes with the change or not at all', async () => {
      const trail = trailOf()
      const change = (fails: boolean) =>
        db.transaction().execute(async (tx) => {
          await tx.insertInto('changes').values({ n: 1 }).execute()
          await trail.append(entry, tx)
          if (fails) throw new Error('no')
        })
      await expect(change(true)).rejects.toThrow('no')
      expect(await trail.query()).toEqual([])
      await change(false)
      await expect(change(true)).rejects.toThrow('no')
      await trail.append(entry)
      expect(await trail.verify()).toMatchObject({ ok: true, records: 2 })
    })

    it("shows nothing of an entry in an error, whatever the driver's own holds", async () => {
      const trail = trailOf()
      await trail.append(SECRETS)
      // The number that the next record gets is taken: the driver's error names the row.
      const row = await db.selectFrom('waxseal_audit').selectAll().where('stream', '=', stream).executeTakeFirstOrThrow()
      await db
        .insertInto('waxseal_audit')
        .values({ ...row, seq: 2 })
        .execute()
      const codes = { postgres: /\(23505\)$/, mysql: /\(ER_DUP_ENTRY\)$/, sqlite: /\(ERR_SQLITE_ERROR\)$/ }
      await expectQuiet(trail.append(SECRETS), 'sink_failed', codes[database.dialect])
    })

    it('refuses update, delete and what replaces', async () => {
      await trailOf().append(entry)
      const refused = [
        `update waxseal_audit set actor = 'x' where stream = '${stream}'`,
        `delete from waxseal_audit where stream = '${stream}'`,
        {
          postgres: 'truncate waxseal_audit',
          mysql: `replace into waxseal_audit select * from waxseal_audit where stream = '${stream}'`,
          sqlite: `insert or replace into waxseal_audit select * from waxseal_audit where stream = '${stream}'`,
        }[database.dialect],
      ]
      for (const statement of refused) await expect(sql.raw(statement).execute(db)).rejects.toThrow(/never changed/)
      expect(await trailOf().verify()).toMatchObject({ ok: true, records: 1 })
    })

    it('finds what was changed behind the triggers, in any column', async () => {
      const columns = {
        at: '1',
        actor: "'x'",
        operation: "'x'",
        subject: 'null',
        version: '5',
        scope: "''",
        outcome: "'x'",
        request_id: "'x'",
        audit_key: "'x'",
        record_text: "'[]'",
        previous_hash: "'x'",
        hash: `'${'0'.repeat(64)}'`,
      }
      for (const [column, value] of Object.entries(columns)) {
        stream = `c${++streams}`
        for (let i = 0; i < 3; i++) await trailOf().append(entry)
        await unguarded(`update waxseal_audit set ${column} = ${value} where stream = '${stream}' and seq = 2`)
        expect(await trailOf().verify(), column).toMatchObject({ ok: false, flaw: { seq: 2, reason: 'changed' } })
        await expect(trailOf().query(), column).rejects.toMatchObject({ code: 'tampered' })
      }
    })

    it('finds what was removed behind the triggers', async () => {
      const trail = trailOf()
      for (let i = 0; i < 4; i++) await trail.append(entry)
      const checkpoint = await trail.checkpoint()
      await unguarded(`delete from waxseal_audit where stream = '${stream}' and seq = 4`)
      expect(await trail.verify()).toMatchObject({ flaw: { seq: 4, reason: 'truncated' } })
      const head = await db
        .selectFrom('waxseal_audit')
        .select('hash')
        .where('stream', '=', stream)
        .where('seq', '=', 3)
        .executeTakeFirstOrThrow()
      await db.updateTable('waxseal_audit_head').set({ seq: 3, hash: head.hash }).where('stream', '=', stream).execute()
      // Rolled back in all places: only what was kept elsewhere tells.
      expect(await trail.verify()).toMatchObject({ ok: true, records: 3 })
      expect(await trail.verify({ checkpoints: [checkpoint] })).toMatchObject({ flaw: { seq: 4, reason: 'truncated' } })
      await unguarded(`delete from waxseal_audit where stream = '${stream}' and seq = 2`)
      expect(await trail.verify()).toMatchObject({ flaw: { seq: 2, reason: 'missing' } })
    })

    it('finds a head that was changed or removed, and appends nothing behind it', async () => {
      const trail = trailOf()
      for (let i = 0; i < 3; i++) await trail.append(entry)
      const head = db.updateTable('waxseal_audit_head').where('stream', '=', stream)
      await head.set({ hash: 'f'.repeat(64) }).execute()
      expect(await trail.verify()).toMatchObject({ flaw: { seq: 3, reason: 'head' } })
      await expect(trail.checkpoint()).rejects.toMatchObject({ code: 'tampered' })
      await db.deleteFrom('waxseal_audit_head').where('stream', '=', stream).execute()
      expect(await trail.verify()).toMatchObject({ flaw: { seq: 1, reason: 'head' } })
      await expect(trail.append(entry)).rejects.toMatchObject({ code: 'tampered' })
      // Also where the number 1 is free.
      await unguarded(`delete from waxseal_audit where stream = '${stream}' and seq = 1`)
      await expect(trail.append(entry)).rejects.toMatchObject({ code: 'tampered' })
    })

    it('appends nothing behind a head that was there before the first record', async () => {
      await db
        .insertInto('waxseal_audit_head')
        .values({ stream, seq: 0, hash: 'f'.repeat(64) })
        .execute()
      await expect(trailOf().append(entry)).rejects.toMatchObject({ code: 'tampered' })
      expect(await trailOf().verify()).toMatchObject({ flaw: { seq: 0, reason: 'head' } })
    })

    it('finds rows that were put in: before the first, behind the last, from another stream', async () => {
      const trail = trailOf()
      await trail.append(entry)
      const row = await db.selectFrom('waxseal_audit').selectAll().where('stream', '=', stream).executeTakeFirstOrThrow()
      const put = (change: object) =>
        db
          .insertInto('waxseal_audit')
          .values({ ...row, ...change })
          .execute()
      await put({ seq: 2 })
      expect(await trail.verify()).toMatchObject({ flaw: { seq: 2, reason: 'changed' } })
      await put({ seq: -1 })
      expect(await trail.verify()).toMatchObject({ flaw: { seq: 1, reason: 'changed' } })
      const other = `${stream}-b`
      await put({ stream: other })
      await db.insertInto('waxseal_audit_head').values({ stream: other, seq: 1, hash: row.hash }).execute()
      expect(await trailOf(other).verify()).toMatchObject({ flaw: { seq: 1, reason: 'changed' } })
      await expect(trailOf(other).checkpoint()).rejects.toMatchObject({ code: 'tampered' })
    })

    it('takes turns within one transaction', async () => {
      const trail = trailOf()
      await db.transaction().execute((tx) => Promise.all(Array.from({ length: 8 }, () => trail.append(entry, tx))))
      expect(await trail.verify()).toMatchObject({ ok: true, records: 8 })
    })

    it('takes nothing but a transaction for one', async () => {
      await expect(trailOf().append(entry, db as never)).rejects.toMatchObject({ code: 'config' })
      expect(await trailOf().query()).toEqual([])
      await db.transaction().execute(async (tx) => {
        expect(() => sqlSink({ ...database, db: tx })).toThrow(expect.objectContaining({ code: 'config' }))
      })
    })

    it('stores the longest texts of the widest letters, and the largest numbers', async () => {
      const wide = (length: number) => '😀'.repeat(length / 2)
      const words = Array.from({ length: 8 }, () => 'o'.repeat(64)).join('.')
      const largest = {
        actor: wide(254),
        operation: words,
        subject: wide(512),
        version: Number.MAX_SAFE_INTEGER,
        scope: wide(254),
        outcome: wide(64),
        requestId: wide(254),
        details: Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`n${i}`, '\u0001'.repeat(8_192)])),
      }
      const trail = createAuditTrail({ sink: sqlSink(database), keys, stream, now: () => Number.MAX_SAFE_INTEGER })
      const record = await trail.append(largest)
      expect(await trail.query({ subject: largest.subject, operation: words, actor: largest.actor })).toEqual([record])
      expect(await trail.verify()).toMatchObject({ ok: true, records: 1 })
    })

    it('tells texts apart by every byte', async () => {
      const trail = trailOf()
      const texts = ['a', 'A', 'a ', ' a', 'ä', 'a\u0308', "a'", 'a\\', 'a%']
      for (const text of texts) await trail.append({ actor: text, operation: 'b', subject: text })
      for (const text of texts)
        expect((await trail.query({ actor: text, subject: text })).map(({ actor }) => actor)).toEqual([text])
      expect(await trail.verify()).toMatchObject({ ok: true, records: texts.length })
    })

    it("does not heed the plugins of its user's database", async () => {
      const plugged = db.withPlugin(new CamelCasePlugin()).withPlugin(new ParseJSONResultsPlugin())
      const trail = createAuditTrail({ sink: sqlSink({ ...database, db: plugged }), keys, stream })
      await migrateAudit({ ...database, db: plugged })
      const record = await trail.append(entry)
      await plugged.transaction().execute((tx) => trail.append(entry, tx))
      expect(await trail.query({ limit: 1 })).toEqual([record])
      expect(await trail.verify()).toMatchObject({ ok: true, records: 2 })
    })
  })
}
