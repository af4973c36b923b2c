import { randomBytes } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { createAuditTrail } from '@waxseal/audit'
import { migrateAudit, sqlSink } from '@waxseal/audit/sql'
import { createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { createReaper } from '@waxseal/reseal'
import { reapTable } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'

interface Tables {
  jobs: { id: number; payload: string; created_at: Date; legal_hold: boolean }
}
const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
await sql`create table jobs (id integer primary key, payload text, created_at timestamptz, legal_hold boolean not null default false)`.execute(
  db,
)
await migrateAudit({ db, dialect: 'postgres' })
const trail = createAuditTrail({ sink: sqlSink({ db, dialect: 'postgres' }), keys: { id: 'a1', key: randomBytes(32) } })
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

const now = () => Date.UTC(2026, 2, 31)
const context = { app: 'shop', job: 'newsletter' }
const job = async (id: number, day: string, legal_hold = false) => ({
  id,
  payload: await sealer.seal({ email: `user${id}@example.com` }, { context }),
  created_at: new Date(day),
  legal_hold,
})
await db
  .insertInto('jobs')
  .values([
    await job(1, '2026-02-01'),
    await job(2, '2026-03-01'),
    await job(3, '2026-03-02'),
    await job(4, '2025-12-01', true),
    await job(5, '2026-01-15'),
  ])
  .execute()

// #region reap
// Personal data in jobs goes 30 days after the job was made.
const jobs = reapTable({
  db,
  dialect: 'postgres',
  table: 'jobs',
  key: 'id',
  created: 'created_at',
  hold: 'legal_hold',
  policy: retention.deleteAfter({ days: 30 }),
})
const reaper = createReaper({
  targets: [jobs],
  legalHold: ['5'], // besides what the column says
  audit: trail,
  auditIn: 'transaction', // it is in the same database
  actor: 'svc-retention',
  now,
})

const dry = await reaper.run({ dryRun: true })
console.log(dry.targets[0]?.deleted)

const report = await reaper.run()
console.log(report.targets[0]?.deleted)
for (const { reason, ids } of report.targets[0]?.kept ?? []) console.log(reason, ids)
// #endregion

const left = await db.selectFrom('jobs').select('id').orderBy('id').execute()
console.log('left', left.map(({ id }) => id).join())
for (const { subject, details } of await trail.query({ operation: 'retention.delete' })) console.log(subject, details.policy)
await db.destroy()
// 2
// 2
// not_due [ '3' ]
// held [ '4', '5' ]
// left 3,4,5
// jobs/1 for 2592000000 ms
// jobs/2 for 2592000000 ms
