import { PGlite } from '@electric-sql/pglite'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReseal, type ResealJob, sumOfReports, type TargetReport } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { fromPglite, PgBoss } from 'pg-boss'

const pglite = await PGlite.create()
const db = new Kysely<{ notes: { id: number; body: string } }>({ dialect: new PGliteDialect({ pglite }) })
await sql`create table notes (id integer primary key, body text)`.execute(db)
const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const contextOf = (id: unknown) => ({ app: 'notes', table: 'notes', row: `${id}` })
for (let id = 1; id <= 300; id++)
  await db
    .insertInto('notes')
    .values({ id, body: await before.seal(`note ${id}`, { context: contextOf(id) }) })
    .execute()
const sealer = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})
const notes = resealTable({
  db,
  dialect: 'postgres',
  table: 'notes',
  key: 'id',
  column: 'body',
  context: ({ id }) => contextOf(id),
})
const boss = new PgBoss({ db: fromPglite(pglite), backend: 'pglite', supervise: false, schedule: false })
await boss.start()

// #region jobs
const reseal = createReseal({ sealer, targets: [notes], pageSize: 50 })
await boss.createQueue('reseal')

// Once: a job for each range of the table. A job is { target, after, until, limit }.
for (const job of await reseal.partition('notes.body', { parts: 4 })) await boss.send('reseal', job)

// On every worker: a page a job, and the next page as a job of its own. The report is the job's result: what was skipped is kept there.
async function work(job: ResealJob): Promise<TargetReport> {
  const { next, report } = await reseal.runPage(job)
  if (next) await boss.send('reseal', next)
  return report
}
// #endregion

// In production: boss.work('reseal', …) in as many processes as there are.
const reports: TargetReport[] = []
for (;;) {
  const [job] = await boss.fetch<ResealJob>('reseal')
  if (!job) break
  const report = await work(job.data)
  reports.push(report)
  await boss.complete('reseal', job.id, { ...report })
}
console.log(sumOfReports(reports).moved) // 300
console.log((await reseal.stillOn({ kid: 'k1' }))[0]?.needed) // 0
console.log((await reseal.stillOn({ kid: 'k2' }))[0]?.needed) // 300

await boss.stop({ graceful: false })
await pglite.close()
