import { CamelCasePlugin, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTables, type Database, openSqlite, sealedDatabase, type TestDatabase } from './databases.ts'
import { ada, bob, customers, customersWith, expectRefused, suppliers } from './sealed.ts'

const SECRET = '4111'

describe('plaintext', () => {
  let database: TestDatabase
  let db: Database
  let seen: unknown[]
  const refused = (query: { execute(): Promise<unknown> }, message = /^customers\.\w+ meets a value that is not sealed/) =>
    expectRefused(query, 'plaintext_rejected', message)

  beforeEach(async () => {
    seen = []
    database = openSqlite((values) => seen.push(...values))
    db = sealedDatabase(database, { tables: { customers, suppliers } })
    await createTables(database)
    await db
      .insertInto('customers')
      .values(await customers.seal(ada))
      .execute()
  })
  afterEach(() => {
    const texts = seen.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : `${value}`))
    expect(texts.filter((text) => text.includes(SECRET) || text.includes('ada@'))).toEqual([])
  })

  it('is refused where a row was not sealed', async () => {
    const into = db.insertInto('customers')
    await refused(into.values(ada), /customers\.email/)
    await refused(into.values({ id: 'c3', card: SECRET }), /customers\.card/)
    await refused(into.values({ id: 'c3', photo: Buffer.from(SECRET) }), /customers\.photo/)
    await refused(into.values({ id: 'c3', profile: JSON.stringify({ city: 'Wien', phone: SECRET }) }), /customers\.profile/)
    await refused(into.values([await customers.seal(bob), { ...(await customers.seal(bob)), card: SECRET }]))
    await refused(into.values({ id: 'c3', card: sql`${SECRET}` }))
    await refused(into.values((eb) => ({ id: 'c3', card: eb.cast(eb.val(SECRET), 'text') })))
    await refused(into.values((eb) => ({ id: 'c3', card: eb.fn.coalesce(eb.val(SECRET), eb.val(null)) })))
    await refused(
      into.columns(['id', 'card']).expression((eb) => eb.selectFrom('suppliers').select(['id', eb.val(SECRET).as('x')])),
    )
    await refused(db.replaceInto('customers').values({ id: 'c3', card: SECRET }))
    expect(await database.db.selectFrom('customers').select('id').execute()).toEqual([{ id: 'c1' }])
  })

  it('is refused where an insert does not name its columns', async () => {
    const into = db.insertInto('suppliers')
    const message = /^an insert into suppliers names its columns/
    const values = into.expression((eb) => eb.selectFrom('customers').select(['id', eb.val(SECRET).as('card')]))
    await expectRefused(values, 'config', message)
    expect(await database.db.selectFrom('suppliers').select('id').execute()).toEqual([])
  })

  it('is refused where a change was not sealed', async () => {
    const update = db.updateTable('customers').where('id', '=', 'c1')
    await refused(update.set({ card: SECRET }))
    await refused(update.set('card', SECRET))
    await refused(update.set((eb) => ({ card: eb.case().when('plan', '=', 'gold').then(SECRET).else(eb.ref('card')).end() })))
    await refused(db.updateTable('customers as c').set('c.card', SECRET).where('c.id', '=', 'c1'))
    await refused(db.updateTable(['suppliers as s', 'customers']).set({ card: SECRET }), /\.card meets/)
    await refused(
      db
        .mergeInto('customers as t')
        .using('suppliers as s', 's.id', 't.id')
        .whenMatched()
        .thenUpdateSet({ card: SECRET })
        .whenNotMatched()
        .thenDoNothing(),
    )
    await refused(
      db
        .mergeInto('customers as t')
        .using('suppliers as s', 's.id', 't.id')
        .whenNotMatched()
        .thenInsertValues({ id: 'x', card: SECRET }),
    )
    await expectRefused(
      db
        .mergeInto('customers as t')
        .using('suppliers as s', 's.id', 't.id')
        .whenMatched()
        .thenUpdateSet({ card: (await customers.seal(bob)).card }),
      'context_required',
      /belongs to one row/,
    )
  })

  it('is refused wherever a query holds another', async () => {
    const insert = db.insertInto('customers').values({ id: 'c3', card: SECRET })
    const other = db.selectFrom('suppliers').select('id')
    await refused(
      db
        .with('x', () => insert.returning('id'))
        .selectFrom('x')
        .selectAll(),
    )
    // The name stands for the table where a query writes, whatever WITH calls so.
    await refused(
      db
        .with('customers', () => other)
        .insertInto('customers')
        .values({ id: 'c3', card: SECRET }),
    )
    await refused({ execute: () => sql`with x as (${insert}) select 1`.execute(db) })
    await refused({
      execute: () => db.transaction().execute((tx) => tx.insertInto('customers').values({ id: 'x', card: SECRET }).execute()),
    })
    await refused(db.withSchema('main').insertInto('customers').values({ id: 'c3', card: SECRET }))
    expect(() => insert.compile()).toThrow('customers.card')
  })

  it('is refused where it is compared with a sealed column', async () => {
    const from = db.selectFrom('customers as c').select('id')
    await refused(from.where('card', '=', SECRET))
    await refused(from.where('c.card', 'in', [SECRET, null]))
    await refused(from.where((eb) => eb(eb.val(SECRET), '=', eb.ref('c.card'))))
    await refused(from.where((eb) => eb(eb.fn('lower', ['c.card']), '=', SECRET)))
    await refused(from.where((eb) => eb(eb.cast('card', 'text'), 'in', [SECRET])))
    await refused(from.where(sql.ref('card'), '=', SECRET))
    await refused(from.select((eb) => eb.case(eb.ref('card')).when(eb.val(SECRET)).then(1).else(2).end().as('is')))
    await refused(from.having('card', 'like', `${SECRET}%`))
    await refused(from.innerJoin('suppliers as s', (join) => join.onRef('s.id', '=', 'c.id').on('c.card', '=', SECRET)))
    await refused(
      from.where((eb) =>
        eb.exists(eb.selectFrom('suppliers as s').select('s.id').whereRef('s.id', '=', 'c.id').where('c.card', '=', SECRET)),
      ),
    )
    await refused(db.deleteFrom('customers').where('email', '=', 'ada@example.com'), /customers\.email/)
    await refused(db.updateTable('customers').set({ plan: 'x' }).where('email', '=', 'ada@example.com'), /customers\.email/)
  })

  it('is refused where an index column meets it', async () => {
    const mail = 'ada@example.com'
    const index = /^customers\.email_index meets/
    await refused(db.insertInto('customers').values({ ...(await customers.seal(bob)), email_index: mail }), index)
    await refused(db.updateTable('customers').set({ email_index: mail }).where('id', '=', 'c1'), index)
    await refused(db.selectFrom('customers').select('id').where('email_index', '=', mail), index)
    const { email_index } = await database.db.selectFrom('customers').select('email_index').executeTakeFirstOrThrow()
    const found = db.selectFrom('customers').select('id').where('email_index', '=', email_index)
    expect(await found.execute()).toEqual([{ id: 'c1' }])
  })

  it('is no envelope that is there already, no NULL, and no field of JSON in clear', async () => {
    const { card } = await database.db.selectFrom('customers').select('card').executeTakeFirstOrThrow()
    const from = db.selectFrom('customers').select('id')
    for (const query of [
      from.where('card', '=', card),
      from.where('card', 'is not', null),
      from.where((eb) => eb(eb.fn('length', ['card']), '>', 4)),
      from.whereRef('card', '!=', 'email'),
      from.where((eb) => eb.ref('profile', '->>').key('city' as never), '=', 'Wien'),
    ])
      expect(await query.execute()).toEqual([{ id: 'c1' }])
  })

  it('is let through by tables that are written in clear, and found while their window is open', async () => {
    const clear = customersWith({ write: 'plaintext' })
    const plain = sealedDatabase(openSqlite(), { tables: { customers: clear } })
    await createTables({ ...database, db: plain })
    await plain
      .insertInto('customers')
      .values(await clear.seal(ada))
      .execute()
    await plain.updateTable('customers').set({ email: 'x' }).where('tenant', '=', 'acme').execute()
    const found = plain.selectFrom('customers').where('card', '=', SECRET).select('id')
    expect(await found.execute()).toEqual([{ id: 'c1' }])
  })

  it('goes unseen in what raw SQL spells and in queries of another Kysely', async () => {
    await sql`update customers set card = 'raw' where id = 'c1'`.execute(db)
    await expectRefused(db.selectFrom('customers').select(['id', 'card']), 'plaintext_rejected', /^card/)
    await db.executeQuery(database.db.updateTable('customers').set({ card: null }).compile())
    expect(await db.selectFrom('customers').select(['id', 'card']).execute()).toEqual([{ id: 'c1', card: null }])
  })
})

describe('names', () => {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

  it('are those of the database, whatever plugins call them', async () => {
    const database = openSqlite()
    await sql`create table big_customers (row_id text primary key, plan_name text, card_number text)`.execute(database.db)
    const cards = customersWith({ row: 'rowId', columns: { cardNumber: customersWith().columns.card } as never, indexes: {} })
    const db = sealedDatabase(database, { tables: { bigCustomers: cards }, names: snake, plugins: [new CamelCasePlugin()] })
    const row = { rowId: 'c1', planName: 'gold', cardNumber: SECRET }
    await expectRefused(db.insertInto('bigCustomers').values(row), 'plaintext_rejected', /big_customers\.card_number/)
    await db
      .insertInto('bigCustomers')
      .values(await cards.seal(row as never))
      .execute()
    expect(await db.selectFrom('bigCustomers').selectAll().execute()).toEqual([row])
    const aliased = db.selectFrom('bigCustomers as b').select(['b.rowId as theId', 'b.cardNumber as theCard'])
    expect(await aliased.execute()).toEqual([{ theId: 'c1', theCard: SECRET }])
    await expectRefused(db.selectFrom('bigCustomers').select('cardNumber'), 'context_required', /big_customers\.row_id/)
  })

  it('may tell the schema', async () => {
    const database = openSqlite()
    await createTables(database)
    const refusing = (name: string) => {
      const db = sealedDatabase(database, { tables: { [name]: customers } })
      return Promise.all(
        [db.insertInto('customers'), db.withSchema('main').insertInto('customers'), db.insertInto('main.customers')].map(
          (into, at) =>
            into
              .values({ id: `${name} ${at}`, tenant: 'x', card: 'clear' })
              .execute()
              .then(
                () => false,
                ({ code }) => code === 'plaintext_rejected',
              ),
        ),
      )
    }
    expect(await refusing('customers')).toEqual([true, true, true])
    expect(await refusing('main.customers')).toEqual([false, true, true])
    expect(await refusing('other.customers')).toEqual([false, false, false])
  })
})

describe('the configuration', () => {
  it.each([
    ['no tables', { tables: {} }],
    ['a table without a row sealer', { tables: { customers: {} as never } }],
    ['a choice that is none', { tables: { customers }, duplicateKeys: 'update' as never }],
  ])('refuses %s', (_, options) => {
    expect(() => sealedDatabase(openSqlite(), options)).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('refuses a result that lacks what the query selects', async () => {
    const database = openSqlite()
    await createTables(database)
    await database.db.insertInto('customers').values({ id: 'c1', tenant: 'x' }).execute()
    await database.db.schema.alterTable('customers').dropColumn('photo').execute()
    const db = sealedDatabase(database, { tables: { customers } })
    await expectRefused(db.selectFrom('customers').selectAll(), 'config', /the result has no photo, which is customers\.photo/)
  })
})
