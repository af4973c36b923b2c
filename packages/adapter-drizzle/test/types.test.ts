import type { Sealed, SealedBytes, SealedDocument } from '@waxseal/core'
import { expectTypeOf, it } from 'vitest'
import { openRows, openSelection, type PlainRow, sealChange, sealedTable, sealRow, sealRows, whereSealed } from '../src/index.ts'
import { customers, type orders, type Profile, sealedCustomers, sealedOrders, sealer } from './shop.ts'

type Stored = typeof customers.$inferSelect
type Insert = typeof customers.$inferInsert

it('types flow from the columns', () => {
  expectTypeOf<Stored['email']>().toExtend<Sealed<string>>()
  expectTypeOf<NonNullable<Stored['photo']>>().toExtend<SealedBytes<Uint8Array>>()
  expectTypeOf<NonNullable<Stored['profile']>>().toExtend<SealedDocument<Profile>>()
  expectTypeOf<(typeof orders.$inferSelect)['items']>().toExtend<Sealed<readonly { sku: string; count: number }[]> | null>()
  expectTypeOf<string>().not.toExtend<Insert['email']>()
  expectTypeOf<Sealed<string>>().not.toExtend<Insert['email']>()
  expectTypeOf<string>().not.toExtend<Insert['emailIndex']>()
  expectTypeOf<Uint8Array>().not.toExtend<NonNullable<Insert['photo']>>()
  expectTypeOf<Profile>().not.toExtend<NonNullable<Insert['profile']>>()
  // A sealed number is no sealed text.
  expectTypeOf<NonNullable<(typeof orders.$inferInsert)['items']>>().not.toExtend<Insert['email']>()

  type Plain = PlainRow<typeof customers>
  expectTypeOf<Plain['email']>().toEqualTypeOf<string>()
  expectTypeOf<Plain['profile']>().toEqualTypeOf<Profile | null | undefined>()
  expectTypeOf<Plain>().not.toHaveProperty('emailIndex')
  expectTypeOf<{ id: string }>().not.toExtend<Plain>()

  const run = async (rows: Stored[], joined: { customers: Stored; orders: typeof orders.$inferSelect | null }[]) => {
    const [opened] = await openRows(sealedCustomers, rows)
    expectTypeOf(opened!.email).toEqualTypeOf<string>()
    expectTypeOf(opened!.photo).toEqualTypeOf<Uint8Array | null>()
    expectTypeOf(opened!.profile).toEqualTypeOf<Profile | null>()
    expectTypeOf(opened!.visits).toEqualTypeOf<bigint | null>()
    expectTypeOf(opened!.since).toEqualTypeOf<Date | null>()
    const [both] = await openRows({ customers: sealedCustomers, orders: sealedOrders }, joined)
    expectTypeOf(both!.customers.email).toEqualTypeOf<string>()
    expectTypeOf(both!.orders?.items).toEqualTypeOf<readonly { sku: string; count: number }[] | null | undefined>()
    const [some] = await openRows({ orders: sealedOrders }, joined)
    expectTypeOf(some!.customers.email).toEqualTypeOf<Stored['email']>()
    const [selected] = await openSelection(
      {},
      [],
      [{} as { mail: Stored['email']; who: { mail: Stored['email']; at: Date } | null }],
    )
    expectTypeOf(selected!.mail).toEqualTypeOf<string>()
    expectTypeOf(selected!.who?.mail).toEqualTypeOf<string | undefined>()
    expectTypeOf(selected!.who?.at).toEqualTypeOf<Date | undefined>()

    expectTypeOf(await sealRows(sealedCustomers, [])).toEqualTypeOf<Insert[]>()
    expectTypeOf(await sealChange(sealedCustomers, { email: 'x' }, { id: 'c1' })).toEqualTypeOf<Partial<Insert>>()
    // @ts-expect-error -- a number is no email
    await sealRow(sealedCustomers, { id: 'c1', email: 1 })
    // @ts-expect-error -- there is no such column
    await whereSealed(sealedCustomers, 'mail', 'x')
    // @ts-expect-error -- a column is found by what it holds
    await whereSealed(sealedCustomers, 'email', 1)
    // @ts-expect-error -- no key of the table
    sealedTable(customers, { sealer, app: 'shop', row: 'uuid' })
  }
  expectTypeOf(run).toBeFunction()
})
