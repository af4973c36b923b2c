import { createSealer, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { whereIndexed } from '../src/index.ts'
import { createTables, type Database, sealedDatabase, type TestDatabase } from './databases.ts'
import { ada, bob, customers, customersWith, expectRefused, keys, suppliers } from './sealed.ts'

/** What queries give and take, on any database. */
export function querySuite(open: () => TestDatabase): void {
  describe('queries', () => {
    let database: TestDatabase
    let db: Database
    const returning = () => database.dialect !== 'mysql'

    beforeEach(async () => {
      database = open()
      db = sealedDatabase(database, { tables: { customers, suppliers } })
      await createTables(database)
      await database.db.schema.dropTable('orders').ifExists().execute()
      await sql`create table orders (nr integer primary key, customer varchar(50), total bigint, at varchar(50))`.execute(db)
      await db
        .insertInto('customers')
        .values(await customers.sealMany([ada, bob]))
        .execute()
      await db
        .insertInto('suppliers')
        .values(await suppliers.sealMany([{ id: 'c1', tenant: 'x', card: '7700' }]))
        .execute()
      await db
        .insertInto('orders')
        .values([
          { nr: 1, customer: 'c1', total: 5, at: '2026-01-01' },
          { nr: 2, customer: 'c9', total: 6, at: null },
        ])
        .execute()
    })

    it('open all columns of a table', async () => {
      const [first, second] = await db.selectFrom('customers').selectAll().orderBy('id').execute()
      expect(first).toMatchObject({ ...ada, photo: null, plan: null })
      expect(second).toMatchObject(bob)
    })

    it('open columns by their aliases, and leave expressions as they are', async () => {
      const found = await db
        .selectFrom('customers as c')
        .select(['c.id as key', 'card as number', 'card', 'c.profile'])
        .select((eb) => [
          eb.fn('upper', ['c.tenant']).as('email'),
          eb.fn<string>('lower', ['card']).as('lower'),
          sql<number>`length(${eb.ref('card')})`.as('size'),
        ])
        .where('c.id', '=', 'c1')
        .executeTakeFirstOrThrow()
      expect(found).toMatchObject({ key: 'c1', number: '4111', card: '4111', profile: ada.profile, email: 'ACME' })
      expect(found.lower).toMatch(/^wax1\./)
      expect(Number(found.size)).toBeGreaterThan(50)
    })

    it('open what comes from each table of a join', async () => {
      const joined = db
        .selectFrom('customers')
        .innerJoin('suppliers', 'suppliers.id', 'customers.id')
        .innerJoin('orders', 'orders.customer', 'customers.id')
      expect(
        await joined
          .select([
            'customers.id',
            'customers.card',
            'suppliers.id as supplier',
            'suppliers.card as theirs',
            'nr',
            'customers.email',
          ])
          .execute(),
      ).toEqual([{ id: 'c1', card: '4111', supplier: 'c1', theirs: '7700', nr: 1, email: ada.email }])
      expect(await joined.selectAll('customers').selectAll('orders').execute()).toMatchObject([{ ...ada, nr: 1 }])
      expect(
        await joined.select('suppliers.id').select(['suppliers.card', 'customers.card as c', 'customers.id as k']).execute(),
      ).toEqual([{ id: 'c1', card: '7700', c: '4111', k: 'c1' }])
    })

    it('open rows that are not there on one side of a join', async () => {
      const found = await db
        .selectFrom('orders')
        .leftJoin('customers', 'customers.id', 'orders.customer')
        .select(['nr', 'customers.id', 'customers.card'])
        .orderBy('nr')
        .execute()
      expect(found).toEqual([
        { nr: 1, id: 'c1', card: '4111' },
        { nr: 2, id: null, card: null },
      ])
    })

    it('open both sides of a table that is joined with itself', async () => {
      const found = await db
        .selectFrom('customers as a')
        .innerJoin('customers as b', (join) => join.onRef('a.id', '<', 'b.id'))
        .select(['a.id', 'a.card', 'b.id as other', 'b.card as theirs'])
        .execute()
      expect(found).toEqual([{ id: 'c1', card: '4111', other: 'c2', theirs: '5500' }])
    })

    it('open what comes by way of subqueries and WITH', async () => {
      const found = await db
        .with('some', (qb) => qb.selectFrom('customers').select(['id as key', 'card as number']))
        .selectFrom('some as a')
        .innerJoin(
          (qb) => qb.selectFrom('customers').selectAll().as('b'),
          (join) => join.onRef('a.key', '<', 'b.id'),
        )
        .innerJoin('some as c', 'c.key', 'b.id')
        .select(['a.key', 'a.number', 'b.id', 'email', 'c.key as third', 'c.number as fourth'])
        .execute()
      expect(found).toEqual([{ key: 'c1', number: '4111', id: 'c2', email: bob.email, third: 'c2', fourth: '5500' }])
    })

    it('leave unions, scalar subqueries and raw SQL as they are', async () => {
      const one = db.selectFrom('customers').select(['id', 'card']).where('id', '=', 'c1')
      const scalar = db.selectNoFrom((eb) => eb.selectFrom('customers').select('card').where('id', '=', 'c1').as('card'))
      for (const query of [one.union(one), scalar])
        expect(await query.execute()).toMatchObject([{ card: expect.stringMatching(/^wax1\./) }])
      const { rows } = await sql`select id, card from customers where id = 'c1'`.execute(db)
      expect(rows).toMatchObject([{ card: expect.stringMatching(/^wax1\./) }])
    })

    it('open each of several that were built from one, whichever ends first', async () => {
      const from = db.selectFrom('customers').where('id', '=', 'c1')
      const [all, one, other, none, count] = await Promise.all([
        from.selectAll().execute(),
        from.select(['id', 'card']).execute(),
        from.select(['id', 'email as card']).execute(),
        from.select(['id', sql`'none'`.as('card')]).execute(),
        from.select((eb) => eb.fn.countAll().as('count')).execute(),
      ])
      expect(all).toMatchObject([ada])
      expect([one, other, none]).toEqual([
        [{ id: 'c1', card: '4111' }],
        [{ id: 'c1', card: ada.email }],
        [{ id: 'c1', card: 'none' }],
      ])
      expect(count).toHaveLength(1)
      const compiled = from.select(['id', 'card']).compile()
      for (let run = 0; run < 2; run++) expect((await db.executeQuery(compiled)).rows).toEqual([{ id: 'c1', card: '4111' }])
    })

    it('open rows as they stream', async () => {
      // PostgreSQL's cursors are a package of their own.
      if (database.dialect === 'postgres') return
      const found: unknown[] = []
      for await (const row of db.selectFrom('customers').select(['id', 'card']).orderBy('id').stream(1)) found.push(row)
      expect(found).toEqual([
        { id: 'c1', card: '4111' },
        { id: 'c2', card: '5500' },
      ])
    })

    it('hold no connection while they wait for a key, which may be in the same database', async () => {
      let asked = 0
      const sealer = createSealer({
        keys: {
          kind: 'source',
          current: (scope, call) => keys.current(scope, call),
          async resolve(locator, scope, call) {
            asked++
            await waiting.transaction().execute((tx) => tx.selectFrom('orders').select('nr').execute())
            return keys.resolve(locator, scope, call)
          },
        },
      })
      const waiting: Database = sealedDatabase(database, { tables: { customers: customersWith({ sealer }) } })
      expect(await waiting.selectFrom('customers').select(['id', 'card']).where('id', '=', 'c1').execute()).toEqual([
        { id: 'c1', card: '4111' },
      ])
      expect(asked).toBeGreaterThan(0)
    })

    it('count and group without a key, and leave dates and big integers alone', async () => {
      const { count } = await db
        .selectFrom('customers')
        .select((eb) => eb.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
      expect(Number(count)).toBe(2)
      expect(await db.selectFrom('customers').select('tenant').groupBy('tenant').execute()).toEqual([{ tenant: 'acme' }])
      const plain = await database.db.selectFrom('orders').selectAll().orderBy('nr').execute()
      expect(await db.selectFrom('orders').selectAll().orderBy('nr').execute()).toEqual(plain)
      const { card, ...clear } = await database.db
        .selectFrom('customers')
        .select(['id', 'delete_at', 'card'])
        .executeTakeFirstOrThrow()
      expect(await db.selectFrom('customers').select(['id', 'delete_at', 'card']).executeTakeFirstOrThrow()).toMatchObject(clear)
      expect(card).toMatch(/^wax1\./)
    })

    it('say which column has to be selected too', async () => {
      await expectRefused(
        db.selectFrom('customers').select('card'),
        'context_required',
        /customers\.id has to be selected too.*card/,
      )
      const others = db.selectFrom('customers').innerJoin('suppliers', 'suppliers.id', 'customers.id')
      await expectRefused(others.select(['suppliers.id', 'customers.card']), 'context_required', /customers\.id/)
      const scoped = customersWith({ scope: ({ tenant }) => `tenant:${tenant}` })
      const tenants = sealedDatabase(database, { tables: { customers: scoped } })
      await expectRefused(tenants.selectFrom('customers').select(['id', 'email']), 'context_required', /customers\.tenant/)
    })

    it('refuse results in which names collide', async () => {
      const both = db.selectFrom('customers').innerJoin('suppliers', 'suppliers.id', 'customers.id')
      for (const query of [
        both.selectAll(),
        both.selectAll('customers').select('suppliers.id'),
        both.select(['customers.id', 'customers.card', 'suppliers.id']),
        both.select(['customers.id', 'customers.card']).select(sql`1`.as('card')),
        db.selectFrom('customers').select(['id', 'card as x', 'email as x']),
      ])
        await expectRefused(query, 'config', /two columns of the result are called (id|card|x)/)
      expect(await both.select(['customers.id', 'suppliers.id']).execute()).toHaveLength(1)
    })

    it('find rows by a sealed value', async () => {
      const found = await db
        .selectFrom('customers as c')
        .selectAll('c')
        .where(await whereIndexed(customers, 'email', ' ADA@example.com', { table: 'c' }))
        .where('c.tenant', '=', 'acme')
        .execute()
      expect(found).toMatchObject([ada])
      await expect(whereIndexed(customers, 'card', '4111')).rejects.toMatchObject({ code: 'config' })
    })

    it('give back what they wrote', async () => {
      const row = { id: 'c3', tenant: 'acme', card: '6011' }
      if (!returning())
        return expect(
          (
            await db
              .insertInto('customers')
              .values(await customers.seal(row))
              .executeTakeFirst()
          ).numInsertedOrUpdatedRows,
        ).toBe(1n)
      const inserted = db.insertInto('customers').values(await customers.seal(row))
      expect(await inserted.returning(['id as key', 'card']).execute()).toEqual([{ key: 'c3', card: '6011' }])
      const change = await customers.sealChange({ card: '6012' }, row)
      const updated = db.updateTable('customers as c').set(change).where('c.id', '=', 'c3')
      expect(await updated.returningAll().execute()).toMatchObject([{ ...row, card: '6012' }])
      const deleted = db.deleteFrom('customers').where('id', '=', 'c3')
      if (database.dialect === 'postgres') {
        const again = db
          .with('changed', () => updated.returning(['c.id', 'c.card']))
          .selectFrom('changed as c')
          .select(['id', 'card as number'])
        expect(await again.execute()).toEqual([{ id: 'c3', number: '6012' }])
      }
      await expectRefused(deleted.returning('card'), 'context_required', /customers\.id/)
      expect(await deleted.returning(['card', 'id']).execute()).toEqual([{ card: '6012', id: 'c3' }])
    })

    it('upsert what is sealed', async () => {
      const sealed = await customers.seal({ ...ada, card: '4222', email: 'new@example.com' })
      const { card, email, email_index } = sealed as unknown as Record<string, string>
      const insert = db.insertInto('customers').values(sealed)
      const row = () => db.selectFrom('customers').selectAll().where('id', '=', 'c1').executeTakeFirst()
      if (database.dialect === 'mysql') {
        const upsert = insert.onDuplicateKeyUpdate({ card, email, email_index, profile: sql`values(profile)` })
        await expectRefused(upsert, 'context_required', /customers\.card belongs to one row.*duplicateKeys/)
        await sealedDatabase(database, { tables: { customers }, duplicateKeys: 'same-row' })
          .insertInto('customers')
          .values(sealed)
          .onDuplicateKeyUpdate({ card, email })
          .execute()
        expect(await row()).toMatchObject({ card: '4222', email: 'new@example.com' })
        return
      }
      await expectRefused(
        insert.onConflict((on) => on.column('id').doUpdateSet({ card: '4111' })),
        'plaintext_rejected',
        /customers\.card/,
      )
      for (const target of ['email_index', 'customers_email_index_key'])
        await expectRefused(
          insert.onConflict((on) => (target === 'email_index' ? on.column(target) : on.constraint(target)).doUpdateSet({ card })),
          'context_required',
          /customers\.card belongs to one row: the conflict has to be on id/,
        )
      await insert.onConflict((on) => on.column('id').doUpdateSet((eb) => ({ card, email: eb.ref('excluded.email') }))).execute()
      expect(await row()).toMatchObject({ card: '4222', email: 'new@example.com' })
      await insert.onConflict((on) => on.column('id').doNothing()).execute()
    })

    it('refuse one sealed value for many rows', async () => {
      const { card } = (await customers.sealChange({ card: '1' }, ada)) as { card: string }
      const update = db.updateTable('customers').set({ card })
      for (const query of [
        update,
        update.where('tenant', '=', 'acme'),
        update.where('id', 'in', ['c1', 'c2']),
        update.where('id', '>', 'c0'),
        update.where((eb) => eb.or([eb('id', '=', 'c1'), eb('id', '=', 'c2')])),
      ])
        await expectRefused(query, 'context_required', /customers\.card belongs to one row: the update needs id = … in its where/)
      await update.where((eb) => eb.and([eb('customers.id', '=', 'c1'), eb('tenant', '=', 'acme')])).execute()
      await update.where('id', 'in', ['c1']).execute()
      expect(await db.selectFrom('customers').select(['id', 'card']).orderBy('id').execute()).toEqual([
        { id: 'c1', card: '1' },
        { id: 'c2', card: '5500' },
      ])
    })

    it('change many rows by case, or to NULL', async () => {
      const { card: one } = (await customers.sealChange({ card: '1' }, ada)) as { card: string }
      const { card: two } = (await customers.sealChange({ card: '2' }, bob)) as { card: string }
      const cards = () => db.selectFrom('customers').select(['id', 'card']).orderBy('id').execute()
      await db
        .updateTable('customers')
        .set((eb) => ({ card: eb.case().when('id', '=', 'c1').then(one).when('id', '=', 'c2').then(two).end() }))
        .execute()
      expect(await cards()).toMatchObject([{ card: '1' }, { card: '2' }])
      await db.updateTable('customers').set({ card: null, email: null, email_index: null }).execute()
      expect(await cards()).toMatchObject([{ card: null }, { card: null }])
    })

    it('work within transactions', async () => {
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('customers')
          .values(await customers.seal({ id: 'c3', tenant: 'acme', card: '6011' }))
          .execute()
        await expectRefused(
          tx.insertInto('customers').values({ id: 'c4', tenant: 'acme', card: '4111' }),
          'plaintext_rejected',
          /card/,
        )
        expect(await tx.selectFrom('customers').select(['id', 'card']).where('id', '=', 'c3').execute()).toEqual([
          { id: 'c3', card: '6011' },
        ])
      })
      await db
        .transaction()
        .execute(async (tx) => {
          await tx.updateTable('customers').set({ card: null }).execute()
          throw new Error('back')
        })
        .catch(() => {})
      expect(await db.selectFrom('customers').select(['id', 'card']).where('id', '=', 'c1').execute()).toMatchObject([
        { card: '4111' },
      ])
    })

    it('insert by the hundred, with columns that some rows lack', async () => {
      const rows = Array.from({ length: 300 }, (_, at) => ({
        id: `m${at}`,
        tenant: 'acme',
        ...(at % 2 && { card: `card ${at}` }),
        ...(at % 3 && { email: `${at}@example.com` }),
      }))
      if (database.dialect === 'sqlite') {
        // SQLite knows no DEFAULT among values.
        for (const row of rows) Object.assign(row, { card: null, email: null, ...row })
      }
      await db
        .insertInto('customers')
        .values(await customers.sealMany(rows as never[]))
        .execute()
      const found = await db.selectFrom('customers').select(['id', 'card', 'email']).where('id', 'like', 'm%').execute()
      expect(found).toHaveLength(300)
      for (const { id, card, email } of found) {
        const at = Number(id.slice(1))
        expect([card, email]).toEqual([at % 2 ? `card ${at}` : null, at % 3 ? `${at}@example.com` : null])
      }
    })

    it('leave a column that is moved to a newer key to be opened', async () => {
      const fill = (byte: number) => new Uint8Array(32).fill(byte)
      const sealer = createSealer({
        keys: staticKeys([
          { kid: 'k2', key: fill(2) },
          { kid: 'k1', key: fill(1), state: 'decrypt_only' },
        ]),
      })
      const target = resealTable({
        ...database,
        table: 'customers',
        key: 'id',
        column: 'card',
        context: (row) => customers.placeOf('card', row).context,
      })
      const report = await createReseal({ sealer, targets: [target] }).run()
      expect(report.targets[0]).toMatchObject({ moved: 2, skipped: [] })
      const moved = customersWith({ sealer: createSealer({ keys: [staticKeys([{ kid: 'k2', key: fill(2) }]), keys] }) })
      const after = sealedDatabase(database, { tables: { customers: moved } })
      expect(await after.selectFrom('customers').select(['id', 'card', 'email']).where('id', '=', 'c1').execute()).toEqual([
        { id: 'c1', card: '4111', email: ada.email },
      ])
      await expectRefused(db.selectFrom('customers').select(['id', 'card']), 'key_not_found', /card/)
    })
  })
}
