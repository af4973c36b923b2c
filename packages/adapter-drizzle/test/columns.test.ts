import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { eq, sql } from 'drizzle-orm'
import { integer, pgSchema, pgTable, text } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRows, openRowsSettled, sealChange, sealedTable, sealRow, sealRows, whereSealed } from '../src/index.ts'
import { blindIndexOf, sealedJsonb, sealedText } from '../src/pg.ts'
import { ada, bob, customers, openShop, orders, sealedCustomers, sealedOrders, sealer } from './shop.ts'

const refused = { code: 'plaintext_rejected' }

describe('columns', () => {
  let shop: Awaited<ReturnType<typeof openShop>>
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop?.close())
  beforeEach(async () => {
    await shop.db.delete(customers)
    await shop.db.delete(orders)
  })

  it('take nothing in clear, in no statement', async () => {
    const { db } = shop
    const clear = 'ada@example.com' as never
    const sealed = await sealRow(sealedCustomers, { ...ada, profile: { city: 'Wien', phone: '1' } })
    const attempts = [
      () => db.insert(customers).values({ ...sealed, email: clear }),
      () => db.insert(customers).values({ ...sealed, emailIndex: clear }),
      () => db.insert(customers).values({ ...sealed, photo: Uint8Array.of(1, 2) as never }),
      () => db.insert(customers).values({ ...sealed, profile: { city: 'Wien', phone: '1' } as never }),
      () => db.insert(customers).values({ ...sealed, profile: { ...sealed.profile, phone: '1' } as never }),
      () => db.insert(customers).values({ ...sealed, profile: { city: 'Wien', $wax: '1' } as never }),
      () => db.insert(customers).values({ ...sealed, limits: { daily: 1, note: 'x' } as never }),
      () => db.insert(orders).values({ id: 'o1', customerId: 'c1', items: [] as never }),
      () => db.insert(orders).values({ id: 'o1', customerId: 'c1', items: 'wax1.' as never }),
      () => db.update(customers).set({ email: clear }),
      () =>
        db
          .insert(customers)
          .values(sealed)
          .onConflictDoUpdate({ target: customers.id, set: { email: clear } }),
      () => db.select().from(customers).where(eq(customers.email, clear)),
      () => db.select().from(customers).where(eq(customers.emailIndex, clear)),
    ]
    for (const attempt of attempts) await expect((async () => attempt())(), `${attempt}`).rejects.toMatchObject(refused)
    const prepared = db
      .insert(orders)
      .values({ id: 'o1', customerId: 'c1', items: sql.placeholder('items') })
      .prepare('items')
    await expect((async () => prepared.execute({ items: [{ sku: 'a', count: 1 }] }))()).rejects.toMatchObject(refused)
    expect(await db.$count(customers)).toBe(0)
    expect(await db.$count(orders)).toBe(0)

    const { items } = await sealRow(sealedOrders, { id: 'o1', customerId: 'c1', items: [{ sku: 'a', count: 1 }] })
    await prepared.execute({ items })
    await db.insert(orders).values({ id: 'o2', customerId: 'c1', items: null })
    const [first] = await openRows(sealedOrders, await db.select().from(orders).where(eq(orders.id, 'o1')))
    expect(first?.items).toEqual([{ sku: 'a', count: 1 }])
  })

  it('hold what they say, and leave the others alone', async () => {
    const row = {
      ...ada,
      photo: Uint8Array.of(1, 0, 255),
      profile: { city: 'Wien', phone: '+43 1' },
      limits: { daily: 500, note: 'ok' },
      visits: 2n ** 60n,
      since: new Date('2026-01-02T03:04:05Z'),
    }
    const [stored] = await shop.db
      .insert(customers)
      .values(await sealRow(sealedCustomers, row))
      .returning()
    expect(stored).toMatchObject({ email: expect.stringMatching(/^wax1\./), profile: { city: 'Wien', phone: '[sealed]' } })
    expect(stored?.limits).toEqual({ daily: expect.stringMatching(/^wax1\./), note: 'ok' })
    expect(stored).toMatchObject({ visits: row.visits, since: row.since })
    const [opened] = await openRows(sealedCustomers, [stored!])
    expect(opened).toEqual({ ...row, managerId: null, photo: Uint8Array.of(1, 0, 255), emailIndex: stored?.emailIndex })
    expect(sealedCustomers.placeOf('email', row)).toEqual({
      context: { app: 'shop', table: 'customers', field: 'email_address', row: 'c1' },
      scope: undefined,
    })
  })

  it('refuse what raw SQL put into them', async () => {
    await shop.db.execute(sql`insert into customers (id, email_address, email_index) values ('c9', 'eve@example.com', 'x')`)
    await shop.db.insert(customers).values(await sealRow(sealedCustomers, ada))
    const rows = await shop.db.select().from(customers).orderBy(customers.id)
    await expect(openRows(sealedCustomers, rows)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('email') })
    const outcomes = await openRowsSettled(sealedCustomers, rows)
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it('store values in clear where the table says so, and sealRows lets them through', async () => {
    const options = { sealer, app: 'shop', row: 'id' } as const
    const clear = sealedTable(customers, { ...options, write: 'plaintext' })
    const row = { ...ada, photo: Uint8Array.of(1), profile: { city: 'Wien', phone: '1' }, limits: { daily: 1, note: 'x' } }
    await shop.db.insert(customers).values(await sealRow(clear, row))
    await shop.db.update(customers).set(await sealChange(clear, { profile: { city: 'Graz', phone: '2' } }, { id: 'c1' }))
    const { rows } = await shop.db.execute(sql`select email_address, profile->>'phone' as phone, photo from customers`)
    expect(rows).toEqual([{ email_address: ada.email, phone: '2', photo: Uint8Array.of(1) }])
    await expect((async () => shop.db.insert(customers).values({ ...row, emailIndex: 'x' } as never))()).rejects.toMatchObject(
      refused,
    )
  })

  it('read JSON in clear as it was, while a window is open', async () => {
    const window = { plaintext: { allowUntil: new Date(Date.now() + 3_600_000) } }
    const notes = pgTable('notes', { id: text().primaryKey(), note: sealedJsonb<unknown>(window) })
    await shop.db.execute(sql`create table notes (id text primary key, note jsonb)`)
    const clear = sealedTable(notes, { sealer, app: 'shop', row: 'id', write: 'plaintext' })
    const values = ['text', '"quoted"', '[draft', '{', '', 7, true, [1, 'x'], { a: { b: null } }]
    await shop.db.insert(notes).values(
      await sealRows(
        clear,
        values.map((note, at) => ({ id: `${at}`, note })),
      ),
    )
    const sealed = sealedTable(notes, { sealer, app: 'shop', row: 'id' })
    expect((await openRows(sealed, await shop.db.select().from(notes).orderBy(notes.id))).map(({ note }) => note)).toEqual(values)
  })

  it('are found by their index', async () => {
    await shop.db.insert(customers).values(await sealRows(sealedCustomers, [ada, bob]))
    const found = await shop.db
      .select()
      .from(customers)
      .where(await whereSealed(sealedCustomers, 'email', ' BOB@example.com'))
    expect(found.map(({ id }) => id)).toEqual(['c2'])
    await expect(whereSealed(sealedCustomers, 'profile', { city: 'x' })).rejects.toMatchObject({ code: 'config' })
  })

  it('go with a key: whoever has another opens nothing', async () => {
    const other = sealedTable(customers, {
      sealer: createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }),
      app: 'shop',
      row: 'id',
    })
    await shop.db.insert(customers).values(await sealRow(sealedCustomers, ada))
    await expect(openRows(other, await shop.db.select().from(customers))).rejects.toMatchObject({ code: 'open_failed' })
  })
})

describe('sealedTable', () => {
  const options = { sealer, app: 'shop', row: 'id' } as const
  const id = text().primaryKey()

  it('refuses tables that cannot be sealed as they say', () => {
    const cases = {
      'no sealed column': pgTable('a', { id: text() }),
      'a default': pgTable('a', { id, card: sealedText<string>().default('x' as never) }),
      'a default that is made': pgTable('a', { id, card: sealedText<string>().$defaultFn(() => 'x' as never) }),
      'an array': pgTable('a', { id, cards: sealedText<string>().array() }),
      'an index without an index': pgTable('a', { id, card: sealedText<string>(), cardIndex: blindIndexOf('card') }),
      'an index of nothing': pgTable('a', { id, card: sealedText<string>(), cardIndex: blindIndexOf('cart', {} as never) }),
    }
    for (const [what, table] of Object.entries(cases))
      expect(() => sealedTable(table, options as never), what).toThrowError(expect.objectContaining({ code: 'config' }))
    const table = pgTable('a', { id, card: sealedText<string>() })
    expect(() => sealedTable(table, { ...options, indexes: { card: {} as never } })).toThrowError(/blindIndexOf/)
    expect(() => sealedTable({} as never, options as never)).toThrowError(/table of Drizzle/)
  })

  it('names the table and its columns in contexts as the database does, or by an alias', () => {
    const columns = {
      id: integer().primaryKey(),
      ownCard: sealedText<string>('own_card'),
      pin: sealedText<string>({ field: 'code' }),
    }
    const place = (options: object) =>
      sealedTable(pgSchema('eu').table('cards', columns), { sealer, app: 'shop', row: 'id', ...options }).placeOf('ownCard', {
        id: 1,
      })
    expect(place({}).context).toEqual({ app: 'shop', table: 'eu.cards', field: 'own_card', row: '1' })
    expect(place({ table: 'cards' }).context).toMatchObject({ table: 'cards' })
    const table = sealedTable(pgTable('cards', columns), { sealer, app: 'shop', row: 'id' })
    expect(table.placeOf('pin', { id: 1 }).context).toEqual({ app: 'shop', table: 'cards', field: 'code', row: '1' })
  })
})
