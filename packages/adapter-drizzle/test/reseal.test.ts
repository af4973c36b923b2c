import { createSealer, fieldPolicy, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect } from 'kysely'
import { expect, it } from 'vitest'
import { openRows, sealedTable, sealRows } from '../src/index.ts'
import { customers, keys, openShop, sealedCustomers } from './shop.ts'

it('moves the columns of a table to the current key', async () => {
  const shop = await openShop()
  const rows = Array.from({ length: 12 }, (_, at) => ({
    id: `c${at}`,
    email: `c${at}@example.com`,
    photo: Uint8Array.of(at),
    profile: { city: 'Wien', phone: `${at}` },
  }))
  await shop.db.insert(customers).values(await sealRows(sealedCustomers, rows))

  const sealer = createSealer({
    keys: staticKeys([
      { kid: 'k2', key: keys.k2 },
      { kid: 'k1', key: keys.k1, state: 'decrypt_only' },
    ]),
  })
  const table = sealedTable(customers, { sealer, app: 'shop', row: 'id' })
  const db = new Kysely<never>({ dialect: new PGliteDialect({ pglite: shop.db.$client }) })
  const target = { db, dialect: 'postgres', table: 'customers', key: 'id' } as const
  const reseal = createReseal({
    sealer,
    targets: [
      resealTable({ ...target, column: 'email_address', context: (row) => table.placeOf('email', row).context }),
      resealTable({ ...target, column: 'photo', holds: 'bytes', context: (row) => table.placeOf('photo', row).context }),
      resealTable({
        ...target,
        column: 'profile',
        holds: 'document',
        policy: fieldPolicy({ fields: ['/phone'] }),
        context: (row) => table.placeOf('profile', row).context,
      }),
    ],
  })
  const report = await reseal.run()
  expect(report.targets.map(({ moved, skipped }) => ({ moved, skipped }))).toEqual(Array(3).fill({ moved: 12, skipped: [] }))
  expect(await reseal.canRetire({ kid: 'k1', version: 1 })).toMatchObject({ ok: true })

  const alone = createSealer({ keys: staticKeys([{ kid: 'k2', key: keys.k2 }]) })
  const stored = await shop.db.select().from(customers).orderBy(customers.id)
  const opened = await openRows(sealedTable(customers, { sealer: alone, app: 'shop', row: 'id' }), stored)
  for (const row of rows) expect(opened.find(({ id }) => id === row.id)).toMatchObject(row)
  await shop.close()
})
