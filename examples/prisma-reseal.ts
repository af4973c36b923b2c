import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { sealed, sealedColumn } from '@waxseal/adapter-prisma'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { sqliteDatabase } from '@waxseal/keystore-sql/sqlite'
import { createReseal } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { PrismaClient } from './prisma/client.ts'

const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const sealer = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})

const folder = await mkdtemp(join(tmpdir(), 'shop-'))
const file = join(folder, 'shop.db')
const base = new PrismaClient({ adapter: new PrismaLibSql({ url: `file:${file}` }) })
await base.$executeRawUnsafe('create table orders (id text primary key, customer_id text not null, note text)')

const models = { Order: { table: 'orders', row: 'id', columns: { note: sealedColumn<string>() } } } as const
const orders = ['o1', 'o2', 'o3'].map((id) => ({ id, customerId: 'c1', note: `note of ${id}` }))
await base.$extends(sealed({ sealer: before, app: 'shop', models })).order.createMany({ data: orders })

// #region reseal
const prisma = base.$extends(sealed({ sealer, app: 'shop', models }))
const database = sqliteDatabase(file)
const notes = resealTable({
  ...database,
  table: 'orders',
  key: 'id',
  column: 'note',
  context: (row) => prisma.$rows.Order.placeOf('note', row).context,
})
const report = await createReseal({ sealer, targets: [notes] }).run()
console.log(report.complete, report.targets[0]?.moved) // true 3
// #endregion

console.log((await prisma.order.findFirst())?.note) // note of o1
await database.db.destroy()
await prisma.$disconnect()
await rm(folder, { recursive: true })
