import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { sealed, sealedColumn, sealedJson } from '@waxseal/adapter-prisma'
import { createBlindIndex, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'
import { PrismaClient } from './prisma/client.ts'

const keys = staticKeys([
  { kid: 'k1', key: generateKey() },
  { kid: 'idx', key: generateKey(), state: 'decrypt_only' },
])
const sealer = createSealer({ keys })

const folder = await mkdtemp(join(tmpdir(), 'shop-'))
const adapter = new PrismaLibSql({ url: `file:${join(folder, 'shop.db')}` })

// #region client
interface Profile {
  readonly city: string
  readonly phone: string
}

const emails = createBlindIndex({
  keys,
  table: 'customers',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'idx' } }],
})

const base = new PrismaClient({ adapter })
const prisma = base.$extends(
  sealed({
    sealer,
    app: 'shop',
    models: {
      Customer: {
        table: 'customers',
        row: 'id',
        columns: {
          email: sealedColumn<string>(),
          profile: sealedJson<Profile | null>({ fields: ['/phone'] }),
        },
        indexes: { emailIndex: { of: 'email', index: emails } },
      },
      Order: { table: 'orders', row: 'id', columns: { note: sealedColumn<string>() } },
    },
  }),
)
// #endregion

await base.$executeRawUnsafe(
  'create table customers (id text primary key, plan text not null, email text, email_index text unique, profile jsonb)',
)
await base.$executeRawUnsafe('create table orders (id text primary key, customer_id text not null, note text)')

// #region use
await prisma.customer.create({
  data: {
    id: 'c1',
    plan: 'gold',
    email: 'ada@example.com',
    profile: { city: 'Wien', phone: '+43 1 555' },
    orders: { create: { id: 'o1', note: 'ring twice' } },
  },
})
const stored = await base.customer.findFirstOrThrow({ include: { orders: true } })
console.log(stored.email?.slice(0, 13), stored.orders[0]?.note?.slice(0, 13)) // wax1.c256.k1~ wax1.c256.k1~

const found = await prisma.customer.findFirst({ where: { email: ' Ada@Example.com' }, include: { orders: true } })
console.log(found?.email, found?.profile?.phone, found?.orders[0]?.note) // ada@example.com +43 1 555 ring twice

const order = await prisma.order.findFirst({ select: { note: true, customer: { select: { email: true } } } })
console.log(order) // { note: 'ring twice', customer: { email: 'ada@example.com' } }
// #endregion

// #region refused
const refused = (asked: Promise<unknown>) => asked.catch((error: Error) => error.message)
console.log(await refused(prisma.customer.findMany({ orderBy: { email: 'asc' } }))) // Customer.email is sealed: an order cannot tell anything of it
console.log(await refused(prisma.order.findMany({ where: { note: 'x' } }))) // Order.note is sealed and has no index to be found by
console.log(await refused(prisma.customer.update({ where: { id: 'c1' }, data: { id: 'c2' } }))) // what identifies a row does not change
// #endregion

// #region rows
const raw = await prisma.$queryRaw<{ id: string; email: string }[]>`select id, email from customers`
const opened = await prisma.$rows.Customer.openMany(raw)
console.log(opened) // [ { id: 'c1', email: 'ada@example.com' } ]
// #endregion

await prisma.$disconnect()
await rm(folder, { recursive: true })
