import { PGlite } from '@electric-sql/pglite'
import { openRows, sealedTable, sealRows } from '@waxseal/adapter-drizzle'
import { sealedText } from '@waxseal/adapter-drizzle/pg'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { sql } from 'drizzle-orm'
import { integer, pgTable } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/pglite'
import { Kysely, PGliteDialect } from 'kysely'

const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const sealer = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})

const cards = pgTable('cards', { id: integer().primaryKey(), number: sealedText<string>() })
const client = await PGlite.create()
const db = drizzle({ client })
await db.execute(sql`create table cards (id integer primary key, number text)`)
const rows = [1, 2, 3].map((id) => ({ id, number: `4111 ${id}` }))
await db.insert(cards).values(await sealRows(sealedTable(cards, { sealer: before, app: 'shop', row: 'id' }), rows))

// #region reseal
const sealed = sealedTable(cards, { sealer, app: 'shop', row: 'id' })
const numbers = resealTable({
  db: new Kysely<never>({ dialect: new PGliteDialect({ pglite: client }) }),
  dialect: 'postgres',
  table: 'cards',
  key: 'id',
  column: 'number',
  context: (row) => sealed.placeOf('number', row).context,
})
const report = await createReseal({ sealer, targets: [numbers] }).run()
console.log(report.complete, report.targets[0]?.moved) // true 3
// #endregion

console.log((await openRows(sealed, await db.select().from(cards))).length) // 3
await client.close()
