import { PGlite } from '@electric-sql/pglite'
import { fromPglite, PgBoss } from '@waxseal/adapter-pg-boss'
import { createDedupKey, createSealer, generateKey, retention, staticKeys } from '@waxseal/core'

const pglite = await PGlite.create()
const database = { db: fromPglite(pglite), backend: 'pglite', supervise: false, schedule: false } as const
const keys = staticKeys([
  { kid: 'jobs', key: generateKey() },
  { kid: 'dedup', key: generateKey(), state: 'decrypt_only' },
])
const sealer = createSealer({ keys })

// #region keys
const dedup = createDedupKey({ keys, key: { kid: 'dedup' } })
const boss = new PgBoss({ ...database, seal: { sealer, app: 'crm', dedup, retention: retention.deleteAfter({ days: 30 }) } })
await boss.start()
await boss.createQueue('welcome', { policy: 'short' })

const once = { singletonKey: 'ada@example.com' }
console.log(typeof (await boss.send('welcome', { to: 'ada@example.com' }, once))) // string
console.log(await boss.send('welcome', { to: 'ada@example.com' }, once)) // null
console.log((await boss.findJobs('welcome', { key: 'ada@example.com' })).length) // 1
// #endregion

const { rows } = await pglite.query<{ job: string }>('select job::text from pgboss.job')
console.log(rows.some(({ job }) => job.includes('ada'))) // false

await boss.stop({ graceful: false })
await pglite.close()
