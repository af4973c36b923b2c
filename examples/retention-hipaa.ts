import { PGlite } from '@electric-sql/pglite'
import { createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { createReaper, type ReaperItem, yearsAfter } from '@waxseal/reseal'
import { reapTable } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'

interface Tables {
  disclosures: { id: string; record: string; made_at: string; last_in_effect: string | null; hold: boolean }
}
const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
await sql`create table disclosures (id text primary key, record text, made_at timestamptz, last_in_effect timestamptz, hold boolean)`.execute(
  db,
)
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const add = async (id: string, made_at: string, last_in_effect: string | null, hold = false) => {
  const record = await sealer.seal({ patient: id, note: 'released to the insurer' }, { context: { app: 'clinic', row: id } })
  await db.insertInto('disclosures').values({ id, record, made_at, last_in_effect, hold }).execute()
}
await add('d1', '2020-02-29T00:00:00Z', '2020-02-29T00:00:00Z')
await add('d2', '2020-03-02T00:00:00Z', '2020-03-02T00:00:00Z')
await add('d3', '2018-05-01T00:00:00Z', '2021-05-01T00:00:00Z')
await add('d4', '2015-05-01T00:00:00Z', null)
await add('d5', '2015-05-01T00:00:00Z', '2016-05-01T00:00:00Z', true)
await add('d6', '2015-05-01T00:00:00Z', '2016-05-01T00:00:00Z')

// #region policy
// Six calendar years from when a record was made or last in effect, whichever is later: not 6 × 365 days, which is a day or two
// less. What is still in effect is kept.
const sixYears = ({ createdAt, completedAt }: ReaperItem) =>
  completedAt
    ? retention.deleteAt(yearsAfter(completedAt > createdAt ? completedAt : createdAt, 6))
    : retention.keepIndefinitely()
// #endregion

const disclosures = reapTable({
  db,
  dialect: 'postgres',
  table: 'disclosures',
  key: 'id',
  created: 'made_at',
  completed: 'last_in_effect',
  hold: 'hold',
  policy: sixYears,
})
const report = async (day: string, dryRun = false) => {
  const reaper = createReaper({ targets: [disclosures], now: () => Date.parse(day) })
  const [target] = (await reaper.run({ dryRun })).targets
  const kept = target?.kept.map(({ reason, ids }) => `${reason} ${ids}`).join('; ')
  console.log(`${day}: ${dryRun ? 'would delete' : 'deleted'} ${target?.deleted}; ${kept}`)
}
await report('2026-02-28', true)
await report('2026-02-28')
await report('2026-03-01')
await report('2026-03-02')
await db.destroy()
// 2026-02-28: would delete 1; not_due d1,d2,d3,d4; held d5
// 2026-02-28: deleted 1; not_due d1,d2,d3,d4; held d5
// 2026-03-01: deleted 1; not_due d2,d3,d4; held d5
// 2026-03-02: deleted 1; not_due d3,d4; held d5
