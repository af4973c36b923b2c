import { Logger, makeWorkerUtils } from '@waxseal/adapter-graphile-worker'
import { resealTarget } from '@waxseal/adapter-graphile-worker/reseal'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'
import { createReseal } from '@waxseal/reseal'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? 'postgres://localhost/jobs' })
for (const event of ['error', 'connect'] as const) pool.on(event, () => {})
const schema = 'in_clear'

// What was there before: graphile-worker without `seal`.
const before = await makeWorkerUtils({ pgPool: pool, schema, logger: new Logger(() => () => {}) })
await before.addJob('mail', { to: 'ada@example.com', template: 'welcome' }, { runAt: new Date(Date.now() + 3_600_000) })
await before.addJob('mail', { template: 'digest' })
await before.release()

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

// #region seal
const seal = { sealer, app: 'crm' }
const jobs = resealTarget({ seal, db: pool, schema, inClear: 'seal', detect: createDetector() })

const report = await createReseal({ sealer, targets: [jobs] }).run()
console.log(report.targets[0]?.moved, report.targets[0]?.skipped) // 1 []
// #endregion

const { rows } = await pool.query<{ text: string }>(`select payload::text as text from ${schema}._private_jobs order by id`)
console.log(rows.map(({ text }) => text.includes('$sealed')).join()) // true,false
await pool.end()
