import { fieldPolicy } from '@waxseal/core'
import type { Database, TestDatabase } from '@waxseal/databases'
import { CamelCasePlugin, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createReseal, type ResealTarget } from '../src/index.ts'
import { migrateReseal, type ResealTableOptions, resealTable, type SqlItem, sqlCheckpoints } from '../src/sql.ts'
import { sealerOn } from './sealers.ts'

const before = sealerOn(['k1'])
const after = sealerOn(['k2', 'k1'])
const three = sealerOn(['k3', 'k2', 'k1'])
const SECRET = '4111 1111 1111 1111'
const contextOf = (id: unknown) => ({ app: 'shop', table: 'cards', row: `${id}` })
const policy = fieldPolicy({ fields: ['/card', '/user/email'] })
const groups = fieldPolicy({ groups: { pii: ['/user/email'], pci: ['/card'] } })
const document = (id: number) => ({ id, card: SECRET, user: { email: `u${id}@example.com`, tier: 'gold' } })

/** What tables as targets promise, on any database. */
export function sqlSuite(name: string, open: () => TestDatabase | Promise<TestDatabase>): void {
  describe(name, () => {
    let database: TestDatabase
    let db: Database
    const types = () =>
      ({
        postgres: { bytes: 'bytea', json: ['jsonb', 'json', 'text'] },
        mysql: { bytes: 'mediumblob', json: ['json', 'mediumtext'] },
        sqlite: { bytes: 'blob', json: ['text'] },
      })[database.dialect]

    beforeAll(async () => {
      database = await open()
      db = database.db
      await migrateReseal(database)
      await migrateReseal(database)
    })
    afterAll(async () => {
      await db?.destroy()
    })

    const make = async (columns: string) => {
      await sql.raw('drop table if exists cards').execute(db)
      await sql.raw(`create table cards (${columns})`).execute(db)
    }
    const insert = (rows: readonly Record<string, unknown>[]) => db.insertInto('cards').values(rows).execute()
    const table = (options: Partial<ResealTableOptions> = {}): ResealTarget<SqlItem> =>
      resealTable({ ...database, table: 'cards', key: 'id', column: 'sealed', context: ({ id }) => contextOf(id), ...options })
    const stored = async (column = 'sealed') =>
      (await db.selectFrom('cards').select(['id', column]).orderBy('id').execute()) as { id: number; sealed: never }[]
    const kid = (sealed: string | Uint8Array) => three.inspect(sealed).kid
    const text = async (count: number, sealer = before) =>
      Promise.all(
        Array.from({ length: count }, async (_, at) => ({
          id: at + 1,
          sealed: await sealer.seal(`${SECRET} ${at + 1}`, { context: contextOf(at + 1) }),
        })),
      )

    describe('with envelopes as text', () => {
      beforeEach(async () => {
        await make('id integer primary key, sealed varchar(2000), tenant varchar(50)')
        await insert(await text(23))
      })

      it('moves them, page by page, and leaves null alone', async () => {
        await insert([{ id: 100, sealed: null }])
        const report = await createReseal({ sealer: after, targets: [table()], pageSize: 5 }).run()
        expect(report.targets).toEqual([{ target: 'cards.sealed', seen: 23, moved: 23, current: 0, conflicted: 0, skipped: [] }])
        for (const { id, sealed } of (await stored()).filter(({ id }) => id < 100)) {
          expect(kid(sealed)).toBe('k2')
          expect(await after.open(sealed, { context: contextOf(id) })).toBe(`${SECRET} ${id}`)
        }
      })

      it('goes by the names that the database has, whatever plugins the application uses', async () => {
        const plugged = { ...database, db: db.withPlugin(new CamelCasePlugin()) }
        const cards = table(plugged)
        const needed = async () => (await createReseal({ sealer: after, targets: [cards] }).stillOn({ kid: 'k1' }))[0]?.needed
        expect(await needed()).toBe(23)
        const checkpoints = sqlCheckpoints(plugged)
        const report = await createReseal({ sealer: after, targets: [cards], checkpoints, pageSize: 5 }).run()
        expect(report.targets[0]).toMatchObject({ moved: 23, skipped: [] })
        expect(await needed()).toBe(0)
      })

      it('asks SQL to leave out what is on the current key', async () => {
        await createReseal({ sealer: after, targets: [table()], pageSize: 5 }).run()
        const target = table()
        const all = { after: null, until: null }
        const notOn = { kid: 'k2', version: 1, suite: 'aes-256-gcm' as const, wrapped: false }
        expect(await target.count!({ ...all, narrow: { notOn } })).toBe(0)
        expect(await target.count!({ ...all, narrow: { notOn: { ...notOn, version: 11 } } })).toBe(23)
        expect(await target.count!({ ...all, narrow: { notOn: { ...notOn, suite: 'chacha20-poly1305' } } })).toBe(23)
        expect(await target.count!({ ...all, narrow: { notOn: { ...notOn, wrapped: true } } })).toBe(23)
      })

      it('tells versions, kids and cases apart by their prefix', async () => {
        const all = { after: null, until: null }
        const sealed: string = (await stored())[0]!.sealed
        await insert([
          { id: 50, sealed: sealed.replace('k1~1', 'k1~12') },
          { id: 51, sealed: sealed.replace('k1~1', 'k11~1') },
          { id: 52, sealed: sealed.replace('wax1', 'WAX1') },
          { id: 53, sealed: sealed.replace('c256', 'c256x') },
          { id: 54, sealed: sealed.replace('c256', 'c20') },
          { id: 55, sealed: 'plain' },
          { id: 56, sealed: sealed.replace('wax1', 'wax2') },
          { id: 57, sealed: sealed.replace('c256', 'c256w').replace('k1~1', 'root~0') },
        ])
        const ids = async (on: { kid: string; version?: number }[]) => {
          const { items } = await table().page({ ...all, limit: 1000, narrow: { on, unknown: true } })
          return items.filter(({ id }) => Number(id) >= 50).map(({ id }) => Number(id))
        }
        // Moving is not about what is of another version.
        const moving = await table().page({ ...all, limit: 1000, narrow: { on: [{ kid: 'k1', version: 12 }] } })
        expect(moving.items.map(({ id }) => Number(id))).toEqual([50, 57])
        // What is of another version, or carries a wrapped key, may need any key.
        expect(await ids([{ kid: 'k1', version: 1 }])).toEqual([53, 54, 56, 57])
        expect(await ids([{ kid: 'k1', version: 12 }])).toEqual([50, 56, 57])
        expect(await ids([{ kid: 'k1' }])).toEqual([50, 53, 54, 56, 57])
        expect(await ids([{ kid: 'k11' }, { kid: 'k9' }])).toEqual([51, 56, 57])
        expect(
          (await table().page({ ...all, limit: 1000, narrow: { on: [{ kid: 'k1', version: 1 }], unknown: true } })).items,
        ).toHaveLength(27)
      })

      it('swaps only what is still there, exactly', async () => {
        const target = table()
        const { items } = await target.page({ after: null, until: null, limit: 4 })
        const changes = items.map((item, at) => ({ item, next: `next-${at}` }))
        const [, second, third] = items
        await db.updateTable('cards').set({ sealed: 'newer' }).where('id', '=', 2).execute()
        // Differs in case alone.
        await db
          .updateTable('cards')
          .set({ sealed: (third!.sealed as string).toUpperCase() })
          .where('id', '=', 3)
          .execute()
        expect(await target.replace(changes)).toEqual([true, false, false, true])
        const rows = await stored()
        expect(rows.slice(0, 4).map(({ sealed }) => sealed)).toEqual([
          'next-0',
          'newer',
          (third!.sealed as string).toUpperCase(),
          'next-3',
        ])
        expect(await target.replace([{ item: second!, next: 'x' }])).toEqual([false])
        expect(await target.replace([])).toEqual([])
      })

      it('leaves a row whose place is another one than when it was read', async () => {
        await db.updateTable('cards').set({ tenant: 'a' }).execute()
        await db.updateTable('cards').set({ tenant: null }).where('id', '=', 3).execute()
        const target = table({ columns: ['tenant'] })
        const { items } = await target.page({ after: null, until: null, limit: 5 })
        const changes = items.map((item, at) => ({ item, next: `next-${at}` }))
        await db.updateTable('cards').set({ tenant: 'A' }).where('id', '=', 2).execute()
        await db.updateTable('cards').set({ tenant: 'NULL' }).where('id', '=', 3).execute()
        await db.updateTable('cards').set({ tenant: null }).where('id', '=', 4).execute()
        expect(await target.replace(changes)).toEqual([true, false, false, false, true])
        const again = await target.page({ after: null, until: null, limit: 5 })
        expect(await target.replace(again.items.map((item) => ({ item, next: 'x' })))).toEqual([true, true, true, true, true])
      })

      it('divides a table into ranges that together are all of it', async () => {
        const reseal = createReseal({ sealer: after, targets: [table()], pageSize: 3 })
        for (const parts of [1, 2, 4, 8, 23, 100]) {
          const jobs = await reseal.partition('cards.sealed', { parts })
          expect(jobs.length).toBeLessThanOrEqual(parts)
          const seen: string[] = []
          for (const job of jobs) {
            let after = job.after
            do {
              const page = await table().page({ after, until: job.until, limit: 3 })
              seen.push(...page.items.map(({ id }) => id))
              after = page.next
            } while (after !== null)
          }
          expect(seen.map(Number)).toEqual(Array.from({ length: 23 }, (_, at) => at + 1))
        }
      })

      it('is moved by eight workers at once, each job delivered twice', async () => {
        const reseal = createReseal({ sealer: after, targets: [table()], pageSize: 3 })
        const jobs = await reseal.partition('cards.sealed', { parts: 8 })
        let moved = 0
        const work = async (job: unknown): Promise<void> => {
          // As a queue carries it.
          let next = JSON.parse(JSON.stringify(job))
          while (next) {
            const result = await reseal.runPage(next)
            moved += result.report.moved
            next = JSON.parse(JSON.stringify(result.next))
          }
        }
        await Promise.all([...jobs, ...jobs].map(work))
        expect(moved).toBe(23)
        for (const { id, sealed } of await stored()) {
          expect(kid(sealed)).toBe('k2')
          expect(await after.open(sealed, { context: contextOf(id) })).toBe(`${SECRET} ${id}`)
        }
      })

      it('loses no write of a concurrent writer', async () => {
        const written = new Map<number, string>()
        let page = 0
        const busy = {
          ...table(),
          async page(request: Parameters<ResealTarget['page']>[0]) {
            const result = await table().page(request)
            const id = (page++ * 3) % 23
            written.set(id + 1, `written ${page}`)
            const sealed = await (page % 2 ? before : after).seal(`written ${page}`, { context: contextOf(id + 1) })
            await db
              .updateTable('cards')
              .set({ sealed })
              .where('id', '=', id + 1)
              .execute()
            return result
          },
        }
        expect(await createReseal({ sealer: after, targets: [busy], pageSize: 4 }).run()).toMatchObject({ complete: true })
        for (const { id, sealed } of await stored())
          expect(await after.open(sealed, { context: contextOf(id) })).toBe(written.get(id) ?? `${SECRET} ${id}`)
      })

      it('goes on from its checkpoint', async () => {
        const checkpoints = sqlCheckpoints(database)
        const options = { sealer: after, checkpoints, pageSize: 5 }
        let writes = 0
        const failing: ResealTarget = {
          ...table(),
          async replace(changes) {
            if (++writes === 3) throw new Error('gone')
            return table().replace(changes as never)
          },
        }
        expect(await createReseal({ ...options, targets: [failing] }).run()).toMatchObject({ complete: false })
        expect(await checkpoints.load('cards.sealed')).toEqual({
          run: '{"target":"cards.sealed","mode":"reseal","from":null}',
          cursor: [10],
        })
        const report = await createReseal({ ...options, targets: [table()] }).run()
        expect(report.targets[0]).toMatchObject({ seen: 13, moved: 13 })
        expect(await checkpoints.load('cards.sealed')).toBeNull()
      })

      it('counts what needs a key', async () => {
        const reseal = createReseal({ sealer: after, targets: [table()], pageSize: 5, sampleIds: 2 })
        expect(await reseal.stillOn({ kid: 'k1', version: 1 })).toEqual([
          { target: 'cards.sealed', needed: 23, unreadable: 0, partial: false, ids: ['1', '2'] },
        ])
        await reseal.run()
        await insert([{ id: 60, sealed: 'plaintext' }])
        expect(await reseal.canRetire({ kid: 'k1', version: 1 })).toMatchObject({ ok: true })
        expect(await reseal.canRetire({ kid: 'k2' })).toMatchObject({ ok: false, reason: 'needed' })
        await insert([{ id: 61, sealed: 'wax1.c256.k1~1.cut-off' }])
        expect(await reseal.canRetire({ kid: 'k1', version: 1 })).toMatchObject({ ok: false, reason: 'unreadable' })
      })

      it('takes each row under its own scope, and skips what cannot be placed', async () => {
        const scoped = table({
          columns: ['tenant'],
          scope: ({ tenant }) => (tenant as string | null) ?? undefined,
          context({ id }) {
            if (id === 4) throw new Error(SECRET)
            return contextOf(id)
          },
        })
        await db.updateTable('cards').set({ tenant: 'tenant:a' }).where('id', '=', 2).execute()
        const report = await createReseal({ sealer: after, targets: [scoped], pageSize: 10 }).run()
        expect(report.targets[0]).toMatchObject({ moved: 21 })
        expect(report.targets[0]!.skipped).toEqual([
          { reason: 'scope_unsupported', count: 1, ids: ['2'] },
          { reason: 'context_required', count: 1, ids: ['4'] },
        ])
      })
    })

    it('counts by what is stored, whatever the column is said to hold', async () => {
      await make(`id integer primary key, sealed ${types().bytes}`)
      const [bytes, text] = await Promise.all(
        (['bytes', 'string'] as const).map(async (as) => Buffer.from(await before.seal(SECRET, { context: contextOf(1), as }))),
      )
      for (const [holds, sealed] of [
        ['text', bytes],
        ['bytes', text],
      ] as const) {
        await sql.raw('delete from cards').execute(db)
        await insert([{ id: 1, sealed }])
        const verdict = createReseal({ sealer: after, targets: [table({ holds })] }).canRetire({ kid: 'k1', version: 1 })
        // Counted, or refused by the database.
        expect(
          await verdict.then(
            ({ ok }) => ok,
            () => false,
          ),
          holds,
        ).toBe(false)
      }
    })

    it('goes on past a row that the database refuses', async () => {
      const rows = await text(7)
      const refuse = `check (id <> 3 or sealed not like '%.k2~%')`
      await make(`id integer primary key, sealed varchar(2000), ${refuse}`)
      await insert(rows)
      const report = await createReseal({ sealer: after, targets: [table()], pageSize: 5 }).run()
      expect(report).toMatchObject({ complete: true })
      expect(report.targets[0]).toMatchObject({ moved: 6, skipped: [{ reason: 'conflict', count: 1, ids: ['3'] }] })
    })

    it('counts text in whichever characters the column has', async () => {
      const wide = database.dialect === 'mysql' ? ' character set utf16' : ''
      await make(`id integer primary key, sealed varchar(2000)${wide}`)
      await insert(await text(2))
      const reseal = createReseal({ sealer: after, targets: [table()] })
      expect(await reseal.canRetire({ kid: 'k1', version: 1 })).toMatchObject({ ok: false, reason: 'needed' })
      expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2 })
      expect(await reseal.canRetire({ kid: 'k1', version: 1 })).toMatchObject({ ok: true })
    })

    it('overwrites no document that differs in case alone, where the column takes it for the same', async () => {
      const blind = { postgres: 'jsonb', mysql: 'mediumtext', sqlite: 'text collate nocase' }[database.dialect]
      await make(`id integer primary key, sealed ${blind}`)
      // 1.0 and 1.00 are equal to `jsonb`.
      const [read, newer] = ['{"size": 1.0, "tier": "gold"}', '{"size": 1.00, "tier": "gold"}']
      const other = database.dialect === 'postgres' ? newer : read.toUpperCase()
      await insert([{ id: 1, sealed: read }])
      const target = table({ holds: 'document', policy })
      const { items } = await target.page({ after: null, until: null, limit: 1 })
      await db.updateTable('cards').set({ sealed: other }).where('id', '=', 1).execute()
      expect(await target.replace([{ item: items[0]!, next: { lost: true } }])).toEqual([false])
    })

    it('takes binary columns, by prefix and by parsing', async () => {
      await make(`id integer primary key, sealed ${types().bytes}`)
      const rows = await Promise.all(
        [1, 2, 3, 4].map(async (id) => ({
          id,
          sealed: Buffer.from(await (id === 3 ? after : before).seal(`${id}`, { context: contextOf(id), as: 'bytes' })),
        })),
      )
      const odd = (id: number, change: (bytes: Buffer) => void) => {
        const bytes = Buffer.from(rows[0]!.sealed)
        change(bytes)
        return { id, sealed: bytes }
      }
      await insert([
        ...rows,
        odd(10, (bytes) => bytes.writeUInt8(2, 1)),
        odd(11, (bytes) => bytes.writeUInt8(0x7f, 7)),
        { id: 12, sealed: Buffer.from('plain') },
      ])
      const target = table({ holds: 'bytes' })
      const narrow = { on: [{ kid: 'k1', version: 1 }], unknown: true }
      const { items } = await target.page({ after: null, until: null, limit: 100, narrow })
      expect(items.map(({ id }) => id)).toEqual(['1', '2', '4', '10'])
      const reseal = createReseal({ sealer: after, targets: [target], pageSize: 2 })
      expect((await reseal.run()).targets[0]).toMatchObject({ moved: 3 })
      const bytes = (await stored()).slice(0, 4)
      for (const { id, sealed } of bytes) {
        expect(kid(Uint8Array.from(sealed as Uint8Array))).toBe('k2')
        expect(await after.open(sealed, { context: contextOf(id) })).toBe(`${id}`)
      }
      expect(await reseal.canRetire({ kid: 'k1', version: 1 })).toMatchObject({ reason: 'unreadable' })
      await db.deleteFrom('cards').where('id', '=', 10).execute()
      expect(await reseal.canRetire({ kid: 'k1', version: 1 })).toMatchObject({ ok: true })
    })

    it('takes documents of every JSON type, and changes nothing in them but the envelopes', async () => {
      for (const type of types().json) {
        await make(`id integer primary key, sealed ${type}`)
        for (const id of [1, 2, 3]) {
          const sealed = await before.sealFields(document(id), policy, { context: contextOf(id) })
          // More digits than a number of JavaScript has.
          const json = JSON.stringify(sealed).replace('"tier":"gold"', '"tier":"gold","big":12345678901234567890,"exact":0.10')
          await insert([{ id, sealed: json }])
        }
        const target = table({ holds: 'document', policy })
        const reseal = createReseal({ sealer: after, targets: [target], pageSize: 2 })
        expect((await reseal.stillOn({ kid: 'k1' }))[0]).toMatchObject({ needed: 3 })
        expect((await reseal.run()).targets[0], type).toMatchObject({ moved: 3, skipped: [] })
        expect((await reseal.stillOn({ kid: 'k1' }))[0]).toMatchObject({ needed: 0 })
        const { items } = await target.page({ after: null, until: null, limit: 10 })
        for (const { id, stored, sealed } of items) {
          expect(stored).toMatch(/"big": ?12345678901234567890/)
          const opened = await after.openFields<object>(sealed as object, policy, { context: contextOf(id) })
          expect(opened).toMatchObject(document(Number(id)))
        }
        const [first] = items
        await db.updateTable('cards').set({ sealed: '{"other":1}' }).where('id', '=', 1).execute()
        expect(await target.replace([{ item: first!, next: first!.sealed }])).toEqual([false])
      }
    })

    it('takes documents in groups and inline', async () => {
      const inline = fieldPolicy({ fields: ['/card', '/user/email'], form: 'inline' })
      for (const each of [groups, inline]) {
        await make(`id integer primary key, sealed ${types().json[0]}`)
        for (const id of [1, 2])
          await insert([{ id, sealed: JSON.stringify(await before.sealFields(document(id), each, { context: contextOf(id) })) }])
        const target = table({ holds: 'document', policy: each })
        const reseal = createReseal({ sealer: after, targets: [target] })
        expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ reason: 'needed' })
        expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2, skipped: [] })
        expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })
        for (const { id, sealed } of (await target.page({ after: null, until: null, limit: 10 })).items)
          expect(await after.openFields(sealed as object, each, { context: contextOf(id) })).toEqual(document(Number(id)))
      }
    })

    it('counts a document that cannot be read against retiring, and skips it', async () => {
      await make('id integer primary key, sealed varchar(2000)')
      await insert([
        { id: 1, sealed: '{"$wax":"wax1.c256.k1' },
        { id: 2, sealed: '{"id":2}' },
        { id: 3, sealed: '{"$wax":"wax1.c256.k1~1.broken"}' },
      ])
      const reseal = createReseal({ sealer: after, targets: [table({ holds: 'document', policy })] })
      expect((await reseal.run()).targets[0]!.skipped).toEqual([
        { reason: 'plaintext_rejected', count: 2, ids: ['1', '2'] },
        { reason: 'malformed', count: 1, ids: ['3'] },
      ])
      expect((await reseal.stillOn({ kid: 'k1' }))[0]).toMatchObject({ needed: 0, unreadable: 2 })
    })

    it('goes on past documents that nest deeper than the stack', async () => {
      // PostgreSQL's own types take no such text.
      await make(`id integer primary key, sealed ${database.dialect === 'mysql' ? 'mediumtext' : 'text'}`)
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
      for (const each of [policy, fieldPolicy({ fields: ['/card'], form: 'inline' })]) {
        await sql.raw('delete from cards').execute(db)
        const sealed = JSON.stringify(await before.sealFields(document(1), each, { context: contextOf(1) }))
        await insert([
          { id: 1, sealed },
          { id: 2, sealed: `{"deep":${deep},${sealed.slice(1)}` },
        ])
        for (const mode of ['reseal', 'rewrap'] as const) {
          const reseal = createReseal({ sealer: after, targets: [table({ holds: 'document', policy: each })], mode })
          expect(await reseal.stillOn({ kid: 'k1' })).toMatchObject([{ needed: mode === 'reseal' ? 2 : 1 }])
          const report = await reseal.run()
          expect(report.complete).toBe(true)
          expect(report.targets[0]!.skipped).toMatchObject([{ reason: 'too_large', ids: ['2'] }])
        }
      }
    })

    it('goes by keys of several columns, of text and of bytes', async () => {
      const bytes = { postgres: 'bytea', mysql: 'varbinary(16)', sqlite: 'blob' }[database.dialect]
      await make(`region varchar(20) not null, part ${bytes} not null, sealed varchar(2000), primary key (region, part)`)
      const rows = ['a', "b'é", 'c'].flatMap((region) =>
        [0, 127, 128, 255].map((byte) => ({ region, part: Buffer.of(byte, byte) })),
      )
      const context = (region: unknown, part: unknown) => ({
        app: 'shop',
        row: `${region}/${Buffer.from(part as Uint8Array).toString('hex')}`,
      })
      await insert(
        await Promise.all(
          rows.map(async (row) => ({ ...row, sealed: await before.seal(SECRET, { context: context(row.region, row.part) }) })),
        ),
      )
      const target = table({ key: ['region', 'part'], context: ({ region, part }) => context(region, part) })
      const reseal = createReseal({ sealer: after, targets: [target], pageSize: 5 })
      const jobs = await reseal.partition('cards.sealed', { parts: 3 })
      expect(jobs).toHaveLength(3)
      for (const job of jobs) {
        let next = JSON.parse(JSON.stringify(job))
        while (next) next = JSON.parse(JSON.stringify((await reseal.runPage(next)).next))
      }
      expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })
      expect((await target.page({ after: null, until: null, limit: 1 })).items[0]!.id).toBe('["a","0000"]')
    })

    it('sees some rows only, and then vouches for no key', async () => {
      await make('id integer primary key, sealed varchar(2000)')
      await insert(await text(4))
      const some = table({ where: sql`id > 2` })
      const reseal = createReseal({ sealer: after, targets: [some] })
      expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2 })
      expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: false, reason: 'partial' })
    })

    it('refuses a job that does not fit, and keys it cannot order', async () => {
      await make('id integer primary key, sealed varchar(2000), tenant varchar(50)')
      await insert(await text(1))
      const reseal = createReseal({ sealer: after, targets: [table()] })
      const job = { target: 'cards.sealed', after: null, until: null, limit: 10 }
      for (const wrong of [
        { target: 'x' },
        { limit: 0 },
        { limit: 1e9 },
        { after: 'x' },
        { until: [1, 2] },
        { after: [null] },
        { after: [{ int: '1;' }] },
        { until: undefined },
      ])
        await expect(reseal.runPage({ ...job, ...wrong } as typeof job), JSON.stringify(wrong)).rejects.toMatchObject({
          code: 'config',
        })
      await expect(table({ key: 'tenant' }).page({ after: null, until: null, limit: 1 })).rejects.toMatchObject({
        code: 'config',
      })
    })

    it.each([1, 2, 3, 10])('passes over no row that shares its key with another, in pages of %i', async (pageSize) => {
      await make('id integer, sealed varchar(2000), tenant varchar(50)')
      await insert((await text(4)).map((row) => ({ ...row, id: row.id === 3 ? 2 : row.id })))
      const { stopped } = await createReseal({ sealer: after, targets: [table()], pageSize }).run()
      expect(stopped).toMatchObject({ code: 'config' })
    })
  })
}
