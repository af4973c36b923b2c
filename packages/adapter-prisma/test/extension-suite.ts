import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sealed, sealedColumn } from '../src/index.ts'
import { type AnyClient, type Dialect, withTables } from './bench.ts'
import { shop } from './shop.ts'

const ADA = { id: 'c1', tenant: 'acme', plan: 'gold', email: 'Ada@example.com', card: '4111' }
const BOB = { id: 'c2', tenant: 'zeta', plan: 'basic', email: 'bob@example.com', card: '5500' }
const code = (name: string, message?: RegExp) =>
  expect.objectContaining({ code: name, ...(message && { message: expect.stringMatching(message) }) })

interface Database {
  readonly client: AnyClient
  readonly close: () => Promise<void>
  readonly DbNull: unknown
  readonly JsonNull: unknown
}

/** What the extension does with every operation of Prisma's, on any database. */
export function extensionSuite(name: string, dialect: Dialect, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database
    let base: AnyClient
    let prisma: AnyClient

    beforeAll(async () => {
      database = await open()
      base = database.client
    })
    beforeEach(async () => {
      await withTables(base, dialect)
      prisma = base.$extends(shop())
      await prisma.shop.create({ data: { id: 1, name: 'Graz' } })
    })
    afterAll(() => database?.close())

    /** What the database holds: no plaintext, and an envelope in each of these. */
    async function expectSealed(rows: Record<string, unknown>[], ...fields: string[]): Promise<void> {
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) for (const field of fields) expect(row[field]).toMatch(/^wax1\./)
    }

    describe('writes', () => {
      it('seals what is created, one or many, and gives it back opened', async () => {
        expect(await prisma.customer.create({ data: ADA })).toMatchObject(ADA)
        expect(await prisma.customer.createMany({ data: [BOB] })).toEqual({ count: 1 })
        await expectSealed(await base.customer.findMany(), 'email', 'card')
        expect(await prisma.customer.findMany({ orderBy: { id: 'asc' } })).toMatchObject([ADA, BOB])
      })

      it('seals a change of one row, whatever it is found by', async () => {
        await prisma.customer.createMany({ data: [ADA, BOB] })
        const [{ emailIndex }] = await base.customer.findMany({ where: { id: 'c1' } })
        await prisma.customer.update({ where: { id: 'c1', tenant: 'acme' }, data: { card: '1' } })
        await prisma.customer.update({ where: { id: 'c1' }, data: { card: { set: '2' }, plan: 'basic' } })
        const changed = await prisma.customer.update({ where: { emailIndex }, data: { card: '3', email: 'new@example.com' } })
        expect(changed).toMatchObject({ id: 'c1', card: '3', email: 'new@example.com', plan: 'basic' })
        await expectSealed(await base.customer.findMany(), 'email', 'card')
        expect(await prisma.customer.findMany({ where: { tenant: 'acme', email: 'new@example.com' } })).toHaveLength(1)
        expect(await prisma.customer.findUnique({ where: { id: 'c2' } })).toMatchObject(BOB)
      })

      it('finds no row to change as Prisma does, and sends no plaintext', async () => {
        const missing = prisma.customer.update({ where: { id: 'c9' }, data: { card: '1' } })
        await expect(missing).rejects.toEqual(code('P2025'))
        expect(await prisma.customer.updateMany({ where: { id: 'c9' }, data: { card: '1' } })).toEqual({ count: 0 })
      })

      it('changes many rows at once where nothing is sealed for one of them', async () => {
        await prisma.customer.createMany({ data: [ADA, BOB] })
        expect(await prisma.customer.updateMany({ data: { plan: 'basic', card: null, email: null } })).toEqual({ count: 2 })
        expect(await base.customer.findMany()).toMatchObject([1, 2].map(() => ({ plan: 'basic', card: null, emailIndex: null })))
        await expect(prisma.customer.updateMany({ data: { card: '1' } })).rejects.toEqual(
          code('context_required', /Customer.* id/),
        )
        const one = await prisma.customer.updateMany({ where: { id: 'c1' }, data: { card: '1' } })
        expect(one).toEqual({ count: 1 })
        expect(await prisma.customer.findUnique({ where: { id: 'c1' } })).toMatchObject({ card: '1' })
      })

      it('seals one value for many rows where rows have no identity', async () => {
        await prisma.entry.createMany({
          data: [
            { kind: 'a', text: 'x' },
            { kind: 'a', text: 'y' },
            { kind: 'b', text: 'z' },
          ],
        })
        expect(await prisma.entry.updateMany({ where: { kind: 'a' }, data: { text: 'one' } })).toEqual({ count: 2 })
        await expectSealed(await base.entry.findMany(), 'text')
        const texts = (await prisma.entry.findMany({ orderBy: { id: 'asc' } })).map(({ text }: { text: string }) => text)
        expect(texts).toEqual(['one', 'one', 'z'])
      })

      it('creates or updates, in one', async () => {
        const upsert = (card: string) =>
          prisma.customer.upsert({ where: { id: 'c1' }, create: { ...ADA, card }, update: { card, tenant: 'acme', id: 'c1' } })
        expect(await upsert('1')).toMatchObject({ card: '1' })
        expect(await upsert('2')).toMatchObject({ card: '2', email: ADA.email })
        await expectSealed(await base.customer.findMany(), 'email', 'card')
        const { emailIndex } = await base.customer.findUnique({ where: { id: 'c1' } })
        // Found by something else than its identity: it is sealed for the row that is there.
        const other = { where: { emailIndex }, create: { ...BOB, id: 'c3' }, update: { card: '3' } }
        expect(await prisma.customer.upsert(other)).toMatchObject({ id: 'c1', card: '3' })
      })

      it('refuses what would leave sealed values behind', async () => {
        await prisma.customer.create({ data: ADA })
        const change = (data: object) => prisma.customer.update({ where: { id: 'c1' }, data })
        await expect(change({ tenant: 'zeta' })).rejects.toEqual(code('config', /scope/))
        await expect(change({ id: 'c7' })).rejects.toEqual(code('config', /identifies/))
        await expect(change({ tenant: { set: 'zeta' }, card: '1' })).rejects.toEqual(code('config'))
        expect(await change({ tenant: 'acme', card: '1' })).toMatchObject({ card: '1' })
      })

      it('refuses rows that do not say where their values belong', async () => {
        const { tenant: _, ...rest } = ADA
        await expect(prisma.customer.create({ data: rest })).rejects.toEqual(code('context_required', /Customer.* tenant/))
        await expect(prisma.seat.create({ data: { hall: 'A', guest: 'Ada' } })).rejects.toEqual(code('context_required', /place/))
        expect(await base.customer.count()).toBe(0)
      })

      it('tells the NULL of the database from the one of JSON', async () => {
        const { DbNull, JsonNull } = database
        const made = await prisma.customer.create({ data: { ...ADA, notes: DbNull, profile: JsonNull } })
        expect(made).toMatchObject({ notes: null, profile: null })
        expect(await prisma.customer.count({ where: { notes: { equals: DbNull } } })).toBe(1)
        expect(await prisma.customer.count({ where: { profile: { equals: JsonNull } } })).toBe(1)
        await prisma.customer.update({ where: { id: 'c1' }, data: { profile: DbNull, notes: { set: ['x'] } } })
        expect(await prisma.customer.findFirst()).toMatchObject({ profile: null, notes: { set: ['x'] } })
      })

      it('leaves big integers, dates and bytes alone, and takes rows of two keys', async () => {
        const placedAt = new Date('2026-01-02T03:04:05.678Z')
        const order = { id: 'o1', customerId: 'c1', shopId: 1, note: 'red', total: 2n ** 52n, placedAt }
        await prisma.customer.create({ data: { ...ADA, photo: new Uint8Array([0, 255]) } })
        expect(await prisma.order.create({ data: order })).toEqual(order)
        expect((await prisma.customer.findFirst()).photo).toEqual(new Uint8Array([0, 255]))
        await prisma.seat.createMany({
          data: [
            { hall: 'A', place: 7n, guest: 'Ada' },
            { hall: 'A', place: 8n, guest: 'Bob' },
          ],
        })
        await prisma.seat.update({ where: { hall_place: { hall: 'A', place: 7 } }, data: { guest: 'Eve' } })
        expect(await prisma.seat.findMany({ orderBy: { place: 'asc' }, select: { guest: true } })).toEqual([
          { guest: 'Eve' },
          { guest: 'Bob' },
        ])
      })

      it('deletes, and gives back what was there', async () => {
        await prisma.customer.createMany({ data: [ADA, BOB] })
        expect(await prisma.customer.delete({ where: { id: 'c1' }, select: { card: true } })).toEqual({ card: ADA.card })
        expect(await prisma.customer.deleteMany({ where: { tenant: 'zeta', email: 'BOB@example.com' } })).toEqual({ count: 1 })
      })
    })

    describe('nested writes', () => {
      const orders = () => base.order.findMany({ orderBy: { id: 'asc' } })
      const notes = async () =>
        (await prisma.order.findMany({ orderBy: { id: 'asc' } })).map(({ note }: { note: string }) => note)

      it('seals what is created along', async () => {
        const made = await prisma.customer.create({
          data: {
            ...ADA,
            passport: { create: { id: 'p1', country: 'AT', number: 'P 1' } },
            orders: {
              create: [
                { id: 'o1', note: 'one', shop: { connect: { id: 1 } } },
                { id: 'o2', note: 'two', shop: { create: { id: 2, name: 'Linz' } } },
              ],
              connectOrCreate: { where: { id: 'o3' }, create: { id: 'o3', note: 'three', shop: { connect: { id: 1 } } } },
            },
          },
          include: { orders: { orderBy: { id: 'asc' } }, passport: true },
        })
        expect(made).toMatchObject({
          ...ADA,
          passport: { number: 'P 1' },
          orders: [{ note: 'one' }, { note: 'two' }, { note: 'three' }],
        })
        await expectSealed(await orders(), 'note')
        await expectSealed(await base.passport.findMany(), 'number')
        await prisma.customer.update({
          where: { id: 'c1' },
          data: { orders: { createMany: { data: [{ id: 'o4', note: 'four', shopId: 1 }] } } },
        })
        await expectSealed(await orders(), 'note')
        expect(await notes()).toEqual(['one', 'two', 'three', 'four'])
      })

      it('seals what is changed along, near and far', async () => {
        await prisma.customer.create({
          data: {
            ...ADA,
            passport: { create: { id: 'p1', country: 'AT', number: 'P 1' } },
            orders: { create: ['o1', 'o2', 'o3'].map((id) => ({ id, note: id, shop: { connect: { id: 1 } } })) },
          },
        })
        await prisma.customer.update({
          where: { id: 'c1' },
          data: {
            card: 'new',
            passport: { update: { number: 'P 2' } },
            orders: {
              update: [{ where: { id: 'o1' }, data: { note: 'changed' } }],
              upsert: {
                where: { id: 'o2' },
                create: { id: 'o2', note: 'created', shop: { connect: { id: 1 } } },
                update: { note: 'upserted' },
              },
              updateMany: { where: { id: 'o3' }, data: { note: 'of many' } },
            },
          },
        })
        await expectSealed(await orders(), 'note')
        await expectSealed(await base.passport.findMany(), 'number')
        expect(await notes()).toEqual(['changed', 'upserted', 'of many'])
        expect(await prisma.passport.findFirst()).toMatchObject({ number: 'P 2' })

        // From an order to its customer, and on to the passport.
        await prisma.order.update({
          where: { id: 'o1' },
          data: { customer: { update: { card: 'from afar', passport: { update: { data: { number: 'P 3' } } } } } },
        })
        expect(await prisma.customer.findFirst({ include: { passport: true } })).toMatchObject({
          card: 'from afar',
          passport: { number: 'P 3' },
        })
        // A model in between of which nothing is sealed.
        await prisma.shop.update({
          where: { id: 1 },
          data: { orders: { update: { where: { id: 'o1' }, data: { customer: { update: { card: 'farther' } } } } } },
        })
        expect(await prisma.customer.findFirst()).toMatchObject({ card: 'farther' })
        await expectSealed(await base.customer.findMany(), 'card')
      })

      it('creates or changes a row that stands alone in its relation', async () => {
        await prisma.customer.create({ data: ADA })
        const upsert = (number: string) =>
          prisma.customer.update({
            where: { id: 'c1' },
            data: { passport: { upsert: { create: { id: 'p1', country: 'AT', number }, update: { number } } } },
            include: { passport: true },
          })
        expect(await upsert('P 1')).toMatchObject({ passport: { number: 'P 1' } })
        expect(await upsert('P 2')).toMatchObject({ passport: { number: 'P 2' } })
        await expectSealed(await base.passport.findMany(), 'number')
      })

      it('refuses a filter of which it cannot tell whether it names one row', async () => {
        await prisma.customer.create({ data: { ...ADA, passport: { create: { id: 'p1', country: 'AT', number: 'P 1' } } } })
        const change = prisma.customer.update({
          where: { id: 'c1' },
          data: { passport: { update: { where: { country: 'AT' }, data: { number: 'P 2' } } } },
        })
        await expect(change).rejects.toEqual(code('context_required', /Passport/))
        await expect(
          prisma.customer.update({ where: { id: 'c1' }, data: { orders: { updateMany: { where: {}, data: { note: 'all' } } } } }),
        ).rejects.toEqual(code('context_required', /Order/))
      })
    })

    describe('reads', () => {
      beforeEach(async () => {
        await prisma.customer.createMany({ data: [ADA, BOB] })
        await prisma.order.createMany({
          data: [
            { id: 'o1', customerId: 'c1', shopId: 1, note: 'one' },
            { id: 'o2', customerId: 'c1', shopId: 1, note: 'two' },
            { id: 'o3', customerId: 'c2', shopId: 1, note: null },
          ],
        })
      })

      it('opens what is nested, however it is asked for', async () => {
        const [shopRow] = await prisma.shop.findMany({
          include: { orders: { include: { customer: { select: { email: true } } }, orderBy: { id: 'asc' } } },
        })
        expect(shopRow.orders).toMatchObject([{ note: 'one', customer: { email: ADA.email } }, { note: 'two' }, { note: null }])
        expect(shopRow.orders[0].customer).toEqual({ email: ADA.email })
        const orders = await prisma.order.findMany({
          select: { note: true, customer: true },
          where: { customer: { is: { plan: 'gold' } } },
        })
        expect(orders).toMatchObject([{ customer: ADA }, { customer: ADA }])
        expect(Object.keys(orders[0]).sort()).toEqual(['customer', 'note'])
        expect(await prisma.customer.findUnique({ where: { id: 'c1' } }).orders({ orderBy: { id: 'asc' } })).toMatchObject([
          { note: 'one' },
          { note: 'two' },
        ])
        expect(await prisma.order.findUnique({ where: { id: 'o1' } }).customer()).toMatchObject(ADA)
        expect(
          await prisma.order
            .findUnique({ where: { id: 'o1' } })
            .customer()
            .orders({ select: { note: true } }),
        ).toHaveLength(2)
        expect(await prisma.order.findUnique({ where: { id: 'o9' } }).customer()).toBeNull()
      })

      it('takes out again what it read along', async () => {
        expect(await prisma.customer.findFirst({ where: { id: 'c1' }, select: { email: true } })).toEqual({ email: ADA.email })
        expect(await prisma.customer.findFirst({ where: { id: 'c1' }, select: { plan: true } })).toEqual({ plan: 'gold' })
        const row = await prisma.customer.findFirst({ where: { id: 'c1' }, omit: { id: true, tenant: true } })
        expect(row).toMatchObject({ card: ADA.card })
        expect(Object.keys(row)).not.toEqual(expect.arrayContaining(['id']))
        expect(JSON.parse(JSON.stringify(row))).not.toHaveProperty('tenant')
      })

      it('finds by what is sealed, through its index', async () => {
        const ids = async (where: object) =>
          (await prisma.customer.findMany({ where, orderBy: { id: 'asc' } })).map(({ id }: { id: string }) => id)
        expect(await ids({ tenant: 'acme', email: ' ada@EXAMPLE.com' })).toEqual(['c1'])
        expect(await ids({ tenant: { equals: 'acme' }, email: { equals: 'ada@example.com' } })).toEqual(['c1'])
        expect(await ids({ AND: [{ tenant: 'zeta' }, { email: { in: ['x', 'bob@example.com'] } }] })).toEqual(['c2'])
        expect(await ids({ tenant: 'acme', email: { not: 'ada@example.com' } })).toEqual([])
        expect(await ids({ tenant: 'acme', email: { notIn: ['x'] } })).toEqual(['c1'])
        expect(await ids({ tenant: 'acme', NOT: { email: 'ada@example.com' } })).toEqual([])
        expect(await ids({ tenant: 'acme', email: { not: { in: ['x'] } } })).toEqual(['c1'])
        expect(
          await ids({
            OR: [
              { tenant: 'acme', email: 'ada@example.com' },
              { tenant: 'zeta', email: 'bob@example.com' },
            ],
          }),
        ).toEqual(['c1', 'c2'])
        expect(await ids({ email: { not: null } })).toEqual(['c1', 'c2'])
        expect(await ids({ email: null })).toEqual([])
        expect(await prisma.customer.findUnique({ where: { id: 'c1', tenant: 'acme', email: 'x' } })).toBeNull()
        expect(await prisma.order.count({ where: { customer: { tenant: 'acme', email: 'ada@example.com' } } })).toBe(2)
        const shops = await prisma.shop.findMany({
          where: { orders: { some: { customer: { is: { tenant: 'acme', email: 'x' } } } } },
        })
        expect(shops).toEqual([])
      })

      it('counts without a key', async () => {
        const none = base.$extends(
          sealed({
            sealer: { openSync: () => {} } as never,
            app: 'shop',
            models: { Order: { row: 'id', columns: { note: sealedColumn<string>() } } },
          }),
        )
        expect(await none.order.count()).toBe(3)
        expect(await none.order.count({ select: { note: true, _all: true } })).toEqual({ note: 2, _all: 3 })
        const aggregate = await none.order.aggregate({ _count: { note: true }, _max: { id: true } })
        expect(aggregate).toEqual({ _count: { note: 2 }, _max: { id: 'o3' } })
        expect(
          await none.order.groupBy({ by: ['customerId'], _count: { note: true }, orderBy: { customerId: 'asc' } }),
        ).toHaveLength(2)
        const counted = await prisma.customer.findMany({
          select: { _count: { select: { orders: { where: { note: null } } } } },
          orderBy: { id: 'asc' },
        })
        expect(counted.map(({ _count }: { _count: { orders: number } }) => _count.orders)).toEqual([0, 1])
      })

      it.each([
        ['contains', (c: AnyClient) => c.customer.findMany({ where: { tenant: 'acme', email: { contains: 'a' } } })],
        [
          'mode',
          (c: AnyClient) => c.customer.findMany({ where: { tenant: 'acme', email: { equals: 'a', mode: 'insensitive' } } }),
        ],
        [
          'another field',
          (c: AnyClient) => c.customer.findMany({ where: { tenant: 'acme', email: { equals: c.customer.fields.card } } }),
        ],
        ['no index', (c: AnyClient) => c.order.findMany({ where: { note: 'one' } })],
        ['order', (c: AnyClient) => c.customer.findMany({ orderBy: { email: 'asc' } })],
        ['order', (c: AnyClient) => c.order.findMany({ orderBy: [{ customer: { email: { sort: 'asc', nulls: 'last' } } }] })],
        ['order', (c: AnyClient) => c.shop.findMany({ include: { orders: { orderBy: { note: 'asc' } } } })],
        ['distinct', (c: AnyClient) => c.customer.findMany({ distinct: ['email'] })],
        ['_max', (c: AnyClient) => c.order.aggregate({ _max: { note: true } })],
        ['group', (c: AnyClient) => c.order.groupBy({ by: ['note'] })],
        ['having', (c: AnyClient) => c.order.groupBy({ by: ['customerId'], having: { OR: [{ note: { equals: 'x' } }] } })],
        [
          'path above',
          (c: AnyClient) =>
            c.customer.findMany({ where: { profile: { path: dialect.root, equals: { city: 'Wien', phone: '1' } } } }),
        ],
        ['path', (c: AnyClient) => c.customer.findMany({ where: { profile: { path: dialect.path('phone'), equals: '1' } } })],
        ['equals', (c: AnyClient) => c.customer.findMany({ where: { profile: { equals: { city: 'Graz' } } } })],
      ])('refuses what ciphertext cannot answer: %s', async (_, ask) => {
        await expect(ask(prisma)).rejects.toEqual(code('config'))
      })

      it('takes and compares indexes as hashes only', async () => {
        const index = { emailIndex: ADA.email }
        const refused = code('plaintext_rejected', /emailIndex/)
        await expect(prisma.customer.findUnique({ where: index })).rejects.toEqual(refused)
        await expect(prisma.order.findMany({ where: { customer: { is: { emailIndex: { in: [ADA.email] } } } } })).rejects.toEqual(
          refused,
        )
        await expect(prisma.customer.update({ where: { id: 'c1' }, data: index })).rejects.toEqual(refused)
        await expect(prisma.customer.updateMany({ data: { emailIndex: { set: ADA.email } } })).rejects.toEqual(refused)
        await expect(prisma.customer.create({ data: { id: 'c9', tenant: 'acme', plan: 'x', ...index } })).rejects.toEqual(refused)
        const { emailIndex } = await base.customer.findUnique({ where: { id: 'c1' } })
        expect(await prisma.customer.findUnique({ where: { emailIndex } })).toMatchObject(ADA)
        expect(await prisma.customer.findMany({ where: { emailIndex: { in: [emailIndex], not: null } } })).toHaveLength(1)
      })

      it('asks whose rows, where each has an index of their own', async () => {
        await expect(prisma.customer.findMany({ where: { email: 'ada@example.com' } })).rejects.toEqual(
          code('context_required', /tenant/),
        )
      })
    })

    describe('transactions', () => {
      it('takes part in those that run', async () => {
        const order = { id: 'o1', customerId: 'c1', shopId: 1, note: 'one' }
        await prisma.$transaction(async (tx: AnyClient) => {
          await tx.customer.create({ data: ADA })
          await tx.order.create({ data: order })
          // Both read the row first, which nobody else sees yet.
          await tx.customer.update({
            where: { id: 'c1' },
            data: { card: '1', orders: { update: [{ where: { id: 'o1' }, data: { note: 'two' } }] } },
          })
          await tx.customer.upsert({ where: { id: 'c1' }, create: ADA, update: { card: '2' } })
          expect(await tx.customer.findFirst()).toMatchObject({ card: '2' })
          expect(tx.$rows.Customer.table).toBe('Customer')
        })
        expect(await prisma.customer.findFirst({ include: { orders: true } })).toMatchObject({
          card: '2',
          orders: [{ note: 'two' }],
        })
        await expect(
          prisma.$transaction(async (tx: AnyClient) => {
            await tx.customer.update({ where: { id: 'c1' }, data: { card: 'lost' } })
            throw new Error('rolled back')
          }),
        ).rejects.toThrow('rolled back')
        expect(await prisma.customer.findFirst()).toMatchObject({ card: '2' })
      })

      it('takes part in batches', async () => {
        const [made, , found] = await prisma.$transaction([
          prisma.customer.create({ data: ADA }),
          prisma.customer.create({ data: BOB }),
          prisma.customer.findMany({ orderBy: { id: 'asc' } }),
        ])
        expect(made).toMatchObject(ADA)
        expect(found).toMatchObject([ADA, BOB])
        const refused = prisma.$transaction([
          prisma.customer.delete({ where: { id: 'c1' } }),
          prisma.customer.updateMany({ data: { card: '1' } }),
        ])
        await expect(refused).rejects.toEqual(code('context_required'))
        expect(await base.customer.count()).toBe(2)
      })
    })

    it('leaves raw SQL to the sealers of rows', async () => {
      await prisma.customer.create({ data: ADA })
      const [raw] = await prisma.$queryRawUnsafe('select id, tenant, card from customers')
      expect(raw.card).toMatch(/^wax1\./)
      expect(await prisma.$rows.Customer.open(raw)).toEqual({ id: 'c1', tenant: 'acme', card: ADA.card })
      const { card } = await prisma.$rows.Customer.sealChange({ card: '1' }, { id: 'c1', tenant: 'acme' })
      await prisma.$executeRawUnsafe(`update customers set card = '${card}' where id = 'c1'`)
      expect(await prisma.customer.findFirst()).toMatchObject({ card: '1' })
    })

    it('goes with other extensions', async () => {
      const masked = prisma.$extends({
        result: { customer: { last: { needs: { card: true }, compute: ({ card }: { card: string }) => card.slice(-2) } } },
      })
      await masked.customer.create({ data: ADA })
      expect(JSON.stringify(await masked.customer.findFirst({ select: { last: true } }))).toBe('{"last":"11"}')
      expect((await masked.customer.findFirst({ omit: { id: true } })).last).toBe('11')
    })
  })
}
