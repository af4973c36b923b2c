import { PGlite } from '@electric-sql/pglite'
import { createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { createReaper, yearsAfter } from '@waxseal/reseal'
import { reapTable } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'

interface Tables {
  workpapers: { id: string; paper: string; made_at: Date; concluded_at: Date | null }
  holds: { paper: string }
}
const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
await sql`create table workpapers (id text primary key, paper text, made_at timestamptz, concluded_at timestamptz)`.execute(db)
await sql`create table holds (paper text primary key)`.execute(db)
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const add = async (id: string, made: string, concluded: string | null) => {
  const paper = await sealer.seal({ ledger: 'revenue', finding: 'none' }, { context: { app: 'audit', row: id } })
  await db
    .insertInto('workpapers')
    .values({ id, paper, made_at: new Date(made), concluded_at: concluded ? new Date(concluded) : null })
    .execute()
}
await add('fy17', '2017-11-01', '2018-03-15')
await add('fy18', '2018-11-01', '2019-03-15')
await add('fy18-tax', '2018-11-01', '2019-03-15')
await add('fy19', '2019-11-01', '2020-03-15')
await add('open', '2010-01-01', null)
await db.insertInto('holds').values({ paper: 'fy18-tax' }).execute()

// #region policy
// Seven years from the end of the audit, not from when a paper was made; while an audit goes on, its papers stay. Holds have a table
// of their own, which the deletion asks again.
const workpapers = reapTable({
  db,
  dialect: 'postgres',
  table: 'workpapers',
  key: 'id',
  created: 'made_at',
  completed: 'concluded_at',
  policy: ({ completedAt }) => (completedAt ? retention.deleteAt(yearsAfter(completedAt, 7)) : retention.keepIndefinitely()),
  heldIf: sql<boolean>`exists (select 1 from holds where holds.paper = workpapers.id)`,
})
// #endregion

const run = async (day: string, dryRun = false) => {
  const [target] = (await createReaper({ targets: [workpapers], now: () => Date.parse(day) }).run({ dryRun })).targets
  const left = await db.selectFrom('workpapers').select('id').orderBy('id').execute()
  console.log(`${day}: ${target?.deleted} of ${target?.seen}, left: ${left.map(({ id }) => id).join(', ')}`)
}
await run('2026-03-14', true)
await run('2026-03-14')
await run('2026-03-15')
await db.deleteFrom('holds').execute()
await run('2026-03-15')
await db.destroy()
// 2026-03-14: 1 of 5, left: fy17, fy18, fy18-tax, fy19, open
// 2026-03-14: 1 of 5, left: fy18, fy18-tax, fy19, open
// 2026-03-15: 1 of 4, left: fy18-tax, fy19, open
// 2026-03-15: 1 of 3, left: fy19, open
