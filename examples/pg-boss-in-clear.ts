import { PGlite } from '@electric-sql/pglite'
import { fromPglite, PgBoss } from '@waxseal/adapter-pg-boss'
import { resealTarget } from '@waxseal/adapter-pg-boss/reseal'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'
import { createReseal } from '@waxseal/reseal'

const pglite = await PGlite.create()
const database = { db: fromPglite(pglite), backend: 'pglite', supervise: false, schedule: false } as const

// What was there before: pg-boss without `seal`.
const before = new PgBoss(database)
await before.start()
await before.createQueue('mail')
await before.send('mail', { to: 'ada@example.com', template: 'welcome' }, { startAfter: 3600, priority: 5 })
await before.send('mail', { template: 'digest' })
await before.stop({ graceful: false })

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

// #region seal
const window = { allowUntil: new Date(Date.now() + 7 * 86_400_000) }
const seal = { sealer, app: 'crm', plaintext: { mail: window } }
const boss = new PgBoss({ ...database, seal })
await boss.start()
const jobs = resealTarget({ seal, db: boss.getDb(), inClear: 'seal', detect: createDetector() })

const report = await createReseal({ sealer, targets: [jobs] }).run()
console.log(report.targets[0]?.moved, report.targets[0]?.skipped) // 1 []
// #endregion

const { rows } = await pglite.query<{ data: string }>('select data::text from pgboss.job order by priority desc')
console.log(rows.map(({ data }) => data.includes('$sealed')).join()) // true,false

await boss.stop({ graceful: false })
await pglite.close()
