import type { PrismaClient } from '@waxseal/prisma-clients/sqlite'
import type { SealedBytesCell, SealedCell } from '@waxseal/rows'
import { describe, expectTypeOf, it } from 'vitest'
import { type Profile, shop } from './shop.ts'

const extend = (base: PrismaClient) => base.$extends(shop())
type Extended = ReturnType<typeof extend>
type Of<F extends (...args: never[]) => unknown> = NonNullable<Awaited<ReturnType<F>>>

describe('types', () => {
  it('are those of opened values in results, nested too', () => {
    const read = async (prisma: Extended) => {
      const customer = await prisma.customer.findUniqueOrThrow({ where: { id: 'c1' } })
      const order = await prisma.order.findFirstOrThrow({
        select: { note: true, customer: { select: { profile: true, email: true } } },
      })
      const page = await prisma.shop.findMany({ include: { orders: { include: { customer: true } } } })
      return { customer, order, page }
    }
    type Read = Of<typeof read>
    expectTypeOf<Read['customer']['email']>().toEqualTypeOf<string | null>()
    expectTypeOf<Read['customer']['plan']>().toEqualTypeOf<string>()
    expectTypeOf<Read['customer']['profile']>().toEqualTypeOf<Profile | null>()
    expectTypeOf<Read['order']>().toEqualTypeOf<{
      note: string | null
      customer: { email: string | null; profile: Profile | null }
    }>()
    expectTypeOf<NonNullable<Read['page'][number]['orders'][number]>['customer']['profile']>().toEqualTypeOf<Profile | null>()
  })

  it('go through transactions', () => {
    const read = (prisma: Extended) => prisma.$transaction((tx) => tx.customer.findFirstOrThrow())
    expectTypeOf<Of<typeof read>['profile']>().toEqualTypeOf<Profile | null>()
  })

  it('tell rows that are stored from rows that are opened', () => {
    const rows = async ({ $rows }: Extended) => {
      const row = { id: 'c1', tenant: 'acme', email: 'ada@example.com', photo: new Uint8Array(), plan: 'gold', card: null }
      const stored = await $rows.Customer.seal(row)
      return { stored, opened: await $rows.Customer.open(stored) }
    }
    type Rows = Of<typeof rows>
    expectTypeOf<Rows['stored']['email']>().toEqualTypeOf<SealedCell<string>>()
    expectTypeOf<Rows['stored']['photo']>().toEqualTypeOf<SealedBytesCell<Uint8Array<ArrayBuffer>>>()
    expectTypeOf<Rows['stored']['plan']>().toEqualTypeOf<string>()
    expectTypeOf<Rows['opened']['email']>().toEqualTypeOf<string>()
    const wrong = ({ $rows }: Extended) => {
      // @ts-expect-error A column of texts takes no number.
      $rows.Customer.seal({ id: 'c1', tenant: 'acme', card: 1 })
      // @ts-expect-error There is no such column.
      $rows.Customer.placeOf('plan', { id: 'c1' })
    }
    expectTypeOf(wrong).toBeFunction()
  })
})
