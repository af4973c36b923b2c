import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { openRow, openRows, openSelection, sealChange, sealedTable, sealRows, whereSealed } from '@waxseal/adapter-drizzle'
import { blindIndexOf, sealedBytes, sealedDocument, sealedJsonb, sealedText } from '@waxseal/adapter-drizzle/pg'
import { createBlindIndex, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'
import { eq, relations, sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/pglite'

const keys = staticKeys([
  { kid: 'k1', key: generateKey() },
  { kid: 'idx', key: generateKey(), state: 'decrypt_only' },
])
const sealer = createSealer({ keys })

interface Profile {
  readonly city: string
  readonly phone: string
}

// #region schema
const customers = pgTable('customers', {
  id: uuid().primaryKey(),
  plan: text().notNull(),
  email: sealedText<string>().notNull(),
  emailIndex: blindIndexOf('email').notNull().unique(),
  photo: sealedBytes(),
  profile: sealedDocument<Profile>({ fields: ['/phone'] }),
})

const orders = pgTable('orders', {
  id: integer().primaryKey(),
  customerId: uuid('customer_id').notNull(),
  items: sealedJsonb<readonly string[]>().notNull(),
})
// #endregion

const customerRelations = relations(customers, ({ many }) => ({ orders: many(orders) }))
const orderRelations = relations(orders, ({ one }) => ({
  customer: one(customers, { fields: [orders.customerId], references: [customers.id] }),
}))

const client = await PGlite.create()
const db = drizzle({ client, schema: { customers, orders, customerRelations, orderRelations } })
await db.execute(sql`create table customers (id uuid primary key, plan text not null, email text not null,
  "emailIndex" text not null unique, photo bytea, profile jsonb)`)
await db.execute(sql`create table orders (id integer primary key, customer_id uuid not null, items jsonb not null)`)

// #region tables
const emails = createBlindIndex({
  keys,
  table: 'customers',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'idx' } }],
})
const sealedCustomers = sealedTable(customers, { sealer, app: 'shop', row: 'id', indexes: { emailIndex: emails } })
const sealedOrders = sealedTable(orders, { sealer, app: 'shop', row: 'id' })
// #endregion

// #region use
const id = randomUUID()
const ada = { id, plan: 'gold', email: 'ada@example.com', profile: { city: 'Wien', phone: '+43 1 555' } }
await db.insert(customers).values(await sealRows(sealedCustomers, [ada]))

const [stored] = await db.select().from(customers)
console.log(stored?.email.slice(0, 13), stored?.profile?.city) // wax1.c256.k1~ Wien

const [opened] = await openRows(sealedCustomers, [stored!])
console.log(opened?.email, opened?.profile?.phone) // ada@example.com +43 1 555
// #endregion

// #region find
const byEmail = await whereSealed(sealedCustomers, 'email', ' Ada@Example.com')
console.log(await db.$count(customers, byEmail)) // 1
// #endregion

// #region change
const change = await sealChange(sealedCustomers, { email: 'ada@example.org' }, { id })
const [changed] = await db.update(customers).set(change).where(eq(customers.id, id)).returning()
console.log((await openRow(sealedCustomers, changed!)).email) // ada@example.org

const upsert = await sealRows(sealedCustomers, [{ ...ada, plan: 'basic' }])
await db.insert(customers).values(upsert).onConflictDoUpdate({ target: customers.id, set: upsert[0]! })
// #endregion

// #region refused
const inClear = { ...ada, id: randomUUID(), emailIndex: 'none' } as never
const forgotten = async () => db.insert(customers).values(inClear)
console.log(await forgotten().catch((error) => error.code)) // plaintext_rejected
// #endregion

// #region joins
await db.insert(orders).values(await sealRows(sealedOrders, [{ id: 7, customerId: id, items: ['lamp'] }]))

const joined = await db.select().from(customers).leftJoin(orders, eq(orders.customerId, customers.id))
const [both] = await openRows({ customers: sealedCustomers, orders: sealedOrders }, joined)
console.log(both?.customers.email, both?.orders?.items) // ada@example.com [ 'lamp' ]

const related = await db.query.customers.findMany({ with: { orders: true } })
const [customer] = await openRows(sealedCustomers, related, { with: { orders: sealedOrders } })
console.log(customer?.orders[0]?.items) // [ 'lamp' ]

const fields = { mail: customers.email, customer: customers.id, order: { id: orders.id, what: orders.items } }
const selected = await db.select(fields).from(customers).innerJoin(orders, eq(orders.customerId, customers.id))
const [selection] = await openSelection(fields, [sealedCustomers, sealedOrders], selected)
console.log(selection?.mail, selection?.order.what) // ada@example.com [ 'lamp' ]
// #endregion

await client.close()
