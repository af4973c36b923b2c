import { count, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRow, openRows, openSelection, sealChange, sealRow, sealRows, whereSealed } from '../src/index.ts'
import { ada, bob, customers, openShop, orders, sealedCustomers, sealedOrders } from './shop.ts'

const first = { id: 'o1', customerId: 'c1', items: [{ sku: 'a', count: 1 }] }
const second = { id: 'o2', customerId: 'c1', items: [{ sku: 'b', count: 2 }] }

describe('queries', () => {
  let shop: Awaited<ReturnType<typeof openShop>>
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop?.close())
  beforeEach(async () => {
    await shop.db.delete(customers)
    await shop.db.delete(orders)
    await shop.db.insert(customers).values(await sealRows(sealedCustomers, [{ ...ada, photo: Uint8Array.of(7, 255) }, bob]))
    await shop.db.insert(orders).values(await sealRows(sealedOrders, [first, second]))
  })

  it('join tables: each value is opened as its own', async () => {
    const rows = await shop.db
      .select()
      .from(customers)
      .leftJoin(orders, eq(orders.customerId, customers.id))
      .orderBy(customers.id, orders.id)
    const opened = await openRows({ customers: sealedCustomers, orders: sealedOrders }, rows)
    expect(opened.map((row) => [row.customers.email, row.orders?.items])).toEqual([
      [ada.email, first.items],
      [ada.email, second.items],
      [bob.email, undefined],
    ])
    expect(opened[2]?.orders).toBe(null)
  })

  it('join a table to itself, select some columns under other names, and compute', async () => {
    const managers = alias(customers, 'managers')
    const fields = {
      key: customers.id,
      mail: customers.email,
      shout: sql<string>`upper(${customers.id})`,
      manager: { id: managers.id, mail: managers.email },
    }
    const rows = await shop.db
      .select(fields)
      .from(customers)
      .leftJoin(managers, eq(customers.managerId, managers.id))
      .orderBy(customers.id)
    expect(await openSelection(fields, [sealedCustomers], rows)).toEqual([
      { key: 'c1', mail: ada.email, shout: 'C1', manager: null },
      { key: 'c2', mail: bob.email, shout: 'C2', manager: { id: 'c1', mail: ada.email } },
    ])
    const byAlias = await whereSealed(sealedCustomers, 'email', ada.email, { alias: managers })
    const found = await shop.db
      .select(fields)
      .from(customers)
      .innerJoin(managers, eq(customers.managerId, managers.id))
      .where(byAlias)
    expect(found.map(({ key }) => key)).toEqual(['c2'])
    const joined = { customers, items: orders.items }
    await expect(openSelection(joined, [sealedCustomers], [])).rejects.toMatchObject({ code: 'config' })
    const whole = await shop.db
      .select(joined)
      .from(customers)
      .innerJoin(orders, eq(orders.id, 'o1'))
      .where(eq(customers.id, 'c1'))
    await expect(openSelection(joined, [sealedCustomers, sealedOrders], whole)).rejects.toMatchObject({
      code: 'context_required',
    })
  })

  it('need the identity of what they select, and say so', async () => {
    const rows = await shop.db.select({ email: customers.email }).from(customers)
    await expect(openRows(sealedCustomers, rows)).rejects.toMatchObject({
      code: 'context_required',
      message: expect.stringContaining('id is needed'),
    })
    const counted = await shop.db.select({ orders: count() }).from(orders)
    expect(await openRows(sealedOrders, counted)).toEqual([{ orders: 2 }])
    const clear = await shop.db.select({ customerId: orders.customerId }).from(orders).groupBy(orders.customerId)
    expect(await openRows(sealedOrders, clear)).toEqual([{ customerId: 'c1' }])
  })

  it('leave what a query gave as it is, however deep', async () => {
    const fields = { a: { b: { id: customers.id, mail: customers.email } } }
    const { id, email: mail } = await sealRow(sealedCustomers, ada)
    const rows = [{ a: { b: { id, mail } } }]
    expect(await openSelection(fields, [sealedCustomers], rows)).toEqual([{ a: { b: { id, mail: ada.email } } }])
    expect(rows).toEqual([{ a: { b: { id, mail } } }])
  })

  it('follow relations', async () => {
    const rows = await shop.db.query.customers.findMany({ with: { orders: true, manager: true }, orderBy: customers.id })
    const opened = await openRows(sealedCustomers, rows, { with: { orders: sealedOrders, manager: sealedCustomers } })
    expect(opened.map(({ email, manager, orders }) => [email, manager?.email, orders.map(({ items }) => items)])).toEqual([
      [ada.email, undefined, [first.items, second.items]],
      [bob.email, ada.email, []],
    ])
    // Inside JSON, bytes are hexadecimal text.
    expect(opened[1]?.manager?.photo).toEqual(Uint8Array.of(7, 255))

    const order = await shop.db.query.orders.findFirst({
      with: { customer: { with: { orders: true } } },
      where: eq(orders.id, 'o1'),
    })
    const nested = await openRow(sealedOrders, order!, {
      with: { customer: { table: sealedCustomers, with: { orders: sealedOrders } } },
    })
    expect(nested.items).toEqual(first.items)
    expect(nested.customer.orders[1]?.items).toEqual(second.items)
    await expect(openRows(sealedOrders, [order!], { with: { customers: sealedCustomers } })).rejects.toMatchObject({
      code: 'config',
    })
  })

  it('update and insert by the row, and by no condition that hits many', async () => {
    const change = await sealChange(sealedCustomers, { email: 'new@example.com' }, { id: 'c1' })
    const [updated] = await shop.db.update(customers).set(change).where(eq(customers.id, 'c1')).returning()
    expect((await openRow(sealedCustomers, updated!)).email).toBe('new@example.com')
    expect(Object.keys(change).sort()).toEqual(['email', 'emailIndex'])
    await expect(sealChange(sealedCustomers, { email: 'x' }, { managerId: 'c1' })).rejects.toMatchObject({
      code: 'context_required',
    })

    await shop.db.update(customers).set(change.email ? { email: change.email } : {})
    const rows = await shop.db.select().from(customers).where(eq(customers.id, 'c2'))
    await expect(openRows(sealedCustomers, rows)).rejects.toMatchObject({ code: 'open_failed' })
  })

  it('upsert what belongs to the row, and what does not is refused', async () => {
    const again = await sealRow(sealedCustomers, { id: 'c1', email: 'ada@example.org' })
    await shop.db.insert(customers).values(again).onConflictDoUpdate({ target: customers.id, set: again })
    const excluded = await sealRow(sealedCustomers, { id: 'c2', email: 'bob@example.org' })
    await shop.db
      .insert(customers)
      .values(excluded)
      .onConflictDoUpdate({
        target: customers.id,
        set: { email: sql`excluded.email_address`, emailIndex: sql`excluded.email_index` },
      })
    const opened = await openRows(sealedCustomers, await shop.db.select().from(customers).orderBy(customers.id))
    expect(opened.map(({ email }) => email)).toEqual(['ada@example.org', 'bob@example.org'])

    // The row that is there keeps its id, so the value of another is not its own.
    const other = await sealRow(sealedCustomers, { id: 'c3', email: 'ada@example.org' })
    await shop.db
      .insert(customers)
      .values(other)
      .onConflictDoUpdate({ target: customers.emailIndex, set: { email: other.email } })
    const rows = await shop.db.select().from(customers).where(eq(customers.id, 'c1'))
    await expect(openRows(sealedCustomers, rows)).rejects.toMatchObject({ code: 'open_failed' })
  })

  it('belong to their transaction', async () => {
    await expect(
      shop.db.transaction(async (tx) => {
        await tx.insert(customers).values(await sealRow(sealedCustomers, { id: 'c3', email: 'eve@example.com' }))
        const [eve] = await openRows(sealedCustomers, await tx.select().from(customers).where(eq(customers.id, 'c3')))
        throw new Error(eve?.email)
      }),
    ).rejects.toThrow('eve@example.com')
    expect(await shop.db.$count(customers)).toBe(2)
  })
})
