import { createSealer, fieldPolicy, generateKey, staticKeys } from '@waxseal/core'
import { sqliteDatabase } from '@waxseal/keystore-sql/sqlite'
import { createReseal } from '@waxseal/reseal'
import { type ResealTableOptions, resealTable } from '@waxseal/reseal/sql'
import { itIf } from '@waxseal/test'
import { expect } from 'vitest'
import { sealed } from '../src/index.ts'
import { models } from './shop.ts'
import { createSqlite } from './sqlite.ts'

const itSql = itIf(process.getBuiltinModule('node:sqlite') !== undefined, 'this Node has no node:sqlite')
itSql('is resealed by the places that its rows tell', async () => {
  const tenants = ['acme', 'zeta']
  const keys = tenants.flatMap((scope) => [2, 1].map((version) => ({ kid: scope, version, scope, key: generateKey() })))
  const before = createSealer({ keys: staticKeys(keys.filter(({ version }) => version === 1)) })
  const after = createSealer({ keys: staticKeys(keys) })
  const { Customer } = models
  const { indexes: _, ...unindexed } = Customer
  const options = { app: 'shop', models: { Customer: unindexed } }

  const { client, file, close } = await createSqlite()
  const database = sqliteDatabase(file)
  const customers = Array.from({ length: 7 }, (_, at) => ({
    id: `c${at}`,
    tenant: tenants[at % 2] as string,
    plan: 'gold',
    card: `4111 ${at}`,
    photo: new Uint8Array([at, 255]),
    profile: { city: 'Wien', phone: `+43 ${at}` },
  }))
  await client.$extends(sealed({ ...options, sealer: before })).customer.createMany({ data: customers })

  const prisma = client.$extends(sealed({ ...options, sealer: after }))
  const column = (column: 'card' | 'photo' | 'profile', how: Partial<ResealTableOptions> = {}) =>
    resealTable({
      ...database,
      table: 'customers',
      key: 'id',
      column,
      columns: ['tenant'],
      context: (row) => prisma.$rows.Customer.placeOf(column, row).context,
      scope: (row) => prisma.$rows.Customer.placeOf(column, row).scope,
      ...how,
    })
  const targets = [
    column('card'),
    column('photo', { holds: 'bytes' }),
    column('profile', { holds: 'document', policy: fieldPolicy({ fields: ['/phone'] }) }),
  ]
  const report = await createReseal({ sealer: after, targets, pageSize: 3 }).run()
  expect(report.targets.map(({ moved, skipped }) => ({ moved, skipped }))).toEqual(targets.map(() => ({ moved: 7, skipped: [] })))
  for (const { card } of await client.customer.findMany()) expect(card).toMatch(/^wax1\.c256\.(acme|zeta)~2\./)
  expect(await prisma.customer.findMany({ orderBy: { id: 'asc' } })).toMatchObject(customers)
  await database.db.destroy()
  await close()
})
