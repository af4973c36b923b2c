import { createBlindIndex, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'
import { relations, sql } from 'drizzle-orm'
import { bigint, type PgColumn, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { sealedTable } from '../src/index.ts'
import { blindIndexOf, sealedBytes, sealedDocument, sealedJsonb, sealedText } from '../src/pg.ts'
import { openPglite } from './databases.ts'

export const keys = { k1: generateKey(), k2: generateKey() }
export const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: keys.k1 }]) })

const emails = createBlindIndex({
  keys: staticKeys([{ kid: 'idx', key: generateKey() }]),
  table: 'customers',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'idx' } }],
})

export interface Profile {
  city: string
  phone?: string
}

export const customers = pgTable('customers', {
  id: text().primaryKey(),
  managerId: text('manager_id').references((): PgColumn => customers.id),
  email: sealedText<string>('email_address').notNull(),
  emailIndex: blindIndexOf('email', emails, { name: 'email_index' }).notNull().unique(),
  photo: sealedBytes(),
  profile: sealedDocument<Profile>({ fields: ['/phone'] }),
  limits: sealedDocument<{ daily: number; note: string }>({ fields: ['/daily'], form: 'inline' }),
  visits: bigint({ mode: 'bigint' }),
  since: timestamp(),
})

export const orders = pgTable('orders', {
  id: text().primaryKey(),
  customerId: text('customer_id').notNull(),
  items: sealedJsonb<readonly { sku: string; count: number }[]>(),
})

const customerRelations = relations(customers, ({ many, one }) => ({
  orders: many(orders),
  manager: one(customers, { fields: [customers.managerId], references: [customers.id] }),
}))
const orderRelations = relations(orders, ({ one }) => ({
  customer: one(customers, { fields: [orders.customerId], references: [customers.id] }),
}))

export const sealedCustomers = sealedTable(customers, { sealer, app: 'shop', row: 'id' })
export const sealedOrders = sealedTable(orders, { sealer, app: 'shop', row: 'id' })

/** A shop on a PostgreSQL in the process. */
export async function openShop() {
  const database = await openPglite({ customers, orders, customerRelations, orderRelations })
  const db = database.db as ReturnType<typeof import('drizzle-orm/pglite').drizzle<ShopSchema>>
  await db.execute(sql`create table customers (id text primary key, manager_id text, email_address text not null,
    email_index text not null unique, photo bytea, profile jsonb, limits jsonb, visits bigint, since timestamp)`)
  await db.execute(sql`create table orders (id text primary key, customer_id text not null, items jsonb)`)
  return { ...database, db }
}

interface ShopSchema extends Record<string, unknown> {
  customers: typeof customers
  orders: typeof orders
  customerRelations: typeof customerRelations
  orderRelations: typeof orderRelations
}

export const ada = { id: 'c1', email: 'ada@example.com' }
export const bob = { id: 'c2', email: 'bob@example.com', managerId: 'c1' }
