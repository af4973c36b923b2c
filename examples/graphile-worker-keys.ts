import { Logger, makeWorkerUtils, openJob, runOnce } from '@waxseal/adapter-graphile-worker'
import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? 'postgres://localhost/jobs' })
for (const event of ['error', 'connect'] as const) pool.on(event, () => {})
const database = { pgPool: pool, schema: 'keyed', logger: new Logger(() => () => {}), noHandleSignals: true }
const keys = staticKeys([
  { kid: 'jobs', key: generateKey() },
  { kid: 'dedup', key: generateKey(), state: 'decrypt_only' },
])
const sealer = createSealer({ keys })

// #region keys
const dedup = createDedupKey({ keys, key: { kid: 'dedup' } })
const seal = { sealer, app: 'crm', dedup }
const utils = await makeWorkerUtils({ ...database, seal })
await utils.addJob('welcome', { to: 'ada@example.com' }, { jobKey: 'ada@example.com' })
await utils.addJob('welcome', { to: 'ada@example.com' }, { jobKey: 'ada@example.com' }) // replaces the first

const key = await dedup.value('job_key', 'ada@example.com')
const { rows } = await pool.query('select * from keyed.remove_job($1)', [key])
console.log(rows.length) // 1
// #endregion

await utils.addJob('welcome', { to: 'ada@example.com' }, { maxAttempts: 1 })
const failing = () => Promise.reject(Object.assign(new Error('no such address'), { status: 550 }))
await runOnce({ ...database, taskList: { welcome: failing }, seal })
// runOnce does not wait until failures are stored.
while ((await pool.query('select 1 from keyed.jobs where locked_at is not null')).rows.length > 0);

// #region open
const stored = await pool.query('select * from keyed.jobs')
const [job] = await Promise.all(stored.rows.map((row) => openJob(row, seal)))
console.log(job?.last_error, job?.errors.length) // no such address 1
// #endregion

await utils.release()
await pool.end()
