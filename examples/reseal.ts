import { PGlite } from '@electric-sql/pglite'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { migrateReseal, resealTable, sqlCheckpoints } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'

interface Tables {
  cards: { id: number; number: string }
}
const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
await sql`create table cards (id integer primary key, number text)`.execute(db)
const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
for (let id = 1; id <= 1000; id++) {
  const context = { app: 'shop', table: 'cards', field: 'number', row: `${id}` }
  await db
    .insertInto('cards')
    .values({ id, number: await before.seal('4111 1111 1111 1111', { context }) })
    .execute()
}
const sealer = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})
// Stands for a key store; time passes faster here than elsewhere.
const retired: string[] = []
const keys = { stateOf: () => ({ state: 'decrypt_only' }), retire: async ({ kid }: { kid: string }) => retired.push(kid) }
let time = Date.now()

// #region run
const cards = resealTable({
  db,
  dialect: 'postgres',
  table: 'cards',
  key: 'id',
  column: 'number',
  context: ({ id }) => ({ app: 'shop', table: 'cards', field: 'number', row: `${id}` }),
})
await migrateReseal({ db, dialect: 'postgres' })
const reseal = createReseal({
  sealer,
  targets: [cards],
  checkpoints: sqlCheckpoints({ db, dialect: 'postgres' }),
  now: () => time,
})

const report = await reseal.run()
console.log(report.complete, report.targets[0]?.moved, report.targets[0]?.skipped) // true 1000 []
// #endregion

// #region retire
const retiring = { keys, targets: ['cards.number'], settleMs: 2 * 3_600_000 }
const k1v1 = { kid: 'k1', version: 1 }

const first = await reseal.retireWhenUnused(k1v1, retiring)
console.log(first.ok || first.reason) // settling

// Called by a schedule: some hours later nothing has turned up.
time += 3 * 3_600_000
const second = await reseal.retireWhenUnused(k1v1, retiring)
console.log(second.ok) // true
// #endregion

console.log(retired) // [ 'k1' ]
await db.destroy()
