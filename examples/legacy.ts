import { PGlite } from '@electric-sql/pglite'
import { createSealer, generateKey, parseKey, staticKeys } from '@waxseal/core'
import { acteon, fernet } from '@waxseal/formats'
import { createReseal } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const [fernetKey, acteonKey] = [generateKey(), parseKey(generateKey())]
const context = { app: 'shop', table: 'cards', row: '1' }
const row = { card: await fernet({ keys: fernetKey }).seal('4111 1111 1111 1111') }

// #region readers
const sealer = createSealer({
  keys,
  legacy: [fernet({ keys: fernetKey }), acteon({ keys: [{ kid: 'k1', key: acteonKey }], as: 'text' })],
})
const inAMonth = new Date(Date.now() + 30 * 86_400_000)
const opened: (string | undefined)[] = []
const plaintext = {
  allowUntil: inAMonth,
  accept: 'legacy' as const,
  onPlaintext: (reader: string | undefined) => opened.push(reader),
}

const card = await sealer.open(row.card, { context, plaintext })
console.log(card, opened) // 4111 1111 1111 1111 [ 'fernet' ]

row.card = await sealer.seal(card, { context }) // written back, it is sealed
console.log(await sealer.open(row.card, { context })) // 4111 1111 1111 1111

const codeOf = async (value: string) => sealer.open(value, { context, plaintext }).catch((error) => error.code)
console.log(await codeOf('4111 1111 1111 1111')) // plaintext_rejected
console.log(await codeOf('gAAAAABk-damaged')) // malformed
// #endregion

const db = new Kysely<{ cards: { id: number; number: string } }>({
  dialect: new PGliteDialect({ pglite: await PGlite.create() }),
})
await sql`create table cards (id integer primary key, number text)`.execute(db)
const stored = [
  '4111 1111 1111 1111',
  await fernet({ keys: fernetKey }).seal('4222 2222 2222 2222'),
  await acteon({ keys: [{ kid: 'k1', key: acteonKey }], as: 'text' }).seal('4333 3333 3333 3333'),
]
await db
  .insertInto('cards')
  .values(stored.map((number, at) => ({ id: at + 1, number })))
  .execute()

// #region table
const cards = resealTable({
  db,
  dialect: 'postgres',
  table: 'cards',
  key: 'id',
  column: 'number',
  context: ({ id }) => ({ app: 'shop', table: 'cards', row: `${id}` }),
  migrate: { sealer, plaintext: { allowUntil: inAMonth } }, // what is in clear as well
})
const report = await createReseal({ sealer, targets: [cards] }).run()
console.log(report.targets[0]?.moved, report.targets[0]?.skipped) // 3 []
// #endregion

await db.destroy()
