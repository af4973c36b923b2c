import { PGlite } from '@electric-sql/pglite'
import { createCanaries, describeHits, postgresTables, scan } from '@waxseal/conformance/leak-probe'
import { createSealer, fieldPolicy, generateKey, retention, type SealedDocument, staticKeys } from '@waxseal/core'
import { createReaper, yearsAfter } from '@waxseal/reseal'
import { reapTable } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'

interface Payment {
  card: string
  cvv: string
  amount: number
}
type Stored = Omit<Payment, 'cvv'>
interface Tables {
  payments: { id: number; payment: SealedDocument<Stored>; created_at: Date; disputed: boolean }
}
const pglite = await PGlite.create()
const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) })
await sql`create table payments (id integer primary key, payment jsonb, created_at timestamptz, disputed boolean not null)`.execute(
  db,
)
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const policy = fieldPolicy({ fields: ['/card'], preview: { '/card': 'end' } })
const contextOf = (id: number) => ({ app: 'shop', table: 'payments', row: `${id}` })
const authorise = async (_: Payment) => true

// #region cvv
/** A security code authorises a payment and is then gone: it is dropped before anything is sealed, not sealed. */
async function stored(id: number, payment: Payment): Promise<SealedDocument<Stored>> {
  await authorise(payment)
  const { cvv: _, ...rest } = payment
  return sealer.sealFields<Stored>(rest, policy, { context: contextOf(id) })
}
// #endregion

// A value that stands nowhere else takes the place of a code, so that it can be looked for.
const { digits: cvv, ascii: card } = createCanaries('payment')
const days = ['2025-01-31', '2025-02-01', '2025-02-02', '2024-01-01']
for (const [at, day] of days.entries()) {
  const payment = await stored(at + 1, { card: card.value, cvv: cvv.value, amount: 1999 })
  const row = { id: at + 1, payment: JSON.stringify(payment) as never, created_at: new Date(day), disputed: at === 3 }
  await db.insertInto('payments').values(row).execute()
}

// Neither in any stored byte…
const query = (text: string) => pglite.query<Record<string, unknown>>(text).then(({ rows }) => rows)
const { hits, bytes } = await scan(postgresTables(query), [cvv, card])
console.log(bytes > 0, describeHits(hits) === '')
// …nor in what opening gives back.
const rows = await db.selectFrom('payments').selectAll().orderBy('id').execute()
const opened = await Promise.all(rows.map(({ id, payment }) => sealer.openFields(payment, policy, { context: contextOf(id) })))
console.log(opened.every((payment) => payment.card === card.value && !JSON.stringify(payment).includes(cvv.value)))

const payments = reapTable({
  db,
  dialect: 'postgres',
  table: 'payments',
  key: 'id',
  created: 'created_at',
  hold: 'disputed',
  policy: ({ createdAt }) => retention.deleteAt(yearsAfter(createdAt, 1)),
})
const reaper = createReaper({ targets: [payments], now: () => Date.UTC(2026, 1, 1) })
for (const dryRun of [true, false]) console.log(dryRun, (await reaper.run({ dryRun })).targets[0]?.deleted)
const left = await db.selectFrom('payments').select('id').orderBy('id').execute()
console.log(left.map(({ id }) => id))
await db.destroy()
// true true
// true
// true 2
// false 2
// [ 3, 4 ]
