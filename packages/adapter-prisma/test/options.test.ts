import { afterAll, beforeAll, expect, it } from 'vitest'
import { sealed, sealedColumn, sealedJson } from '../src/index.ts'
import type { SealedModelOptions } from '../src/options.ts'
import { emailIndex, models, sealer, shop } from './shop.ts'
import { createSqlite } from './sqlite.ts'

let database: Awaited<ReturnType<typeof createSqlite>>
beforeAll(async () => {
  database = await createSqlite()
})
afterAll(() => database?.close())

const card = { card: sealedColumn<string>() }
const extend = (given: Record<string, SealedModelOptions>) =>
  database.client.$extends(sealed({ sealer, app: 'shop', models: given }))
const refused = (message: RegExp) => expect.objectContaining({ code: 'config', message: expect.stringMatching(message) })

it.each<[RegExp, Record<string, SealedModelOptions>]>([
  [/at least one/, {}],
  [/no customer/, { customer: { row: 'id', columns: card } }],
  [/Customer.uuid is not there/, { Customer: { row: 'uuid', columns: card } }],
  [/Customer.carte is not there/, { Customer: { row: 'id', columns: { carte: sealedColumn<string>() } } }],
  [/Customer.photo is Bytes; it has to be String/, { Customer: { row: 'id', columns: { photo: sealedColumn<string>() } } }],
  [
    /Customer.card is String; it has to be Json/,
    { Customer: { row: 'id', columns: { card: sealedJson<object>({ fields: ['/x'] }) } } },
  ],
  [/Customer.orders is not there/, { Customer: { row: 'id', columns: { orders: sealedColumn<string>() } } }],
  [
    /Customer.hash is not there/,
    { Customer: { row: 'id', columns: card, indexes: { hash: { of: 'card', index: emailIndex } } } },
  ],
  [/needs names/, { Customer: { row: 'id', columns: card, scope: () => 'acme' } }],
  [/scope reads tenant/, { Customer: { row: 'id', columns: card, scope: ({ tenant }) => tenant as string, needs: ['plan'] } }],
  [/card is sealed/, { Customer: { row: 'id', columns: card, scope: () => 'acme', needs: ['card'] } }],
  [/cannot identify/, { Customer: { row: 'card', columns: card } }],
  [/row names fields/, { Customer: { row: (() => 'x') as never, columns: card } }],
])('refuses options that do not fit: %s', (message, given) => {
  expect(() => extend(given)).toThrow(refused(message))
})

it('refuses what is no generated client', () => {
  expect(() => shop()({ $extends: () => {} })).toThrow(refused(/data model/))
})

it('refuses operations that it does not know, for what they may write', async () => {
  const prisma = database.client.$extends(shop())
  const nested = { where: { id: 'c1' }, data: { orders: { createAnew: { note: 'one' } } } }
  await expect(prisma.customer.update(nested as never)).rejects.toEqual(refused(/createAnew/))
})

it('leaves operations alone from which nothing sealed can be reached', async () => {
  const { Seat } = models
  const prisma = database.client.$extends(sealed({ sealer, app: 'shop', models: { Seat } }))
  await prisma.shop.create({ data: { id: 7, name: 'Linz' } })
  expect(await prisma.shop.findMany({ where: { id: 7 }, orderBy: { name: 'asc' } })).toEqual([{ id: 7, name: 'Linz' }])
})
