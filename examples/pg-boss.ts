import { PGlite } from '@electric-sql/pglite'
import { fromPglite, PgBoss } from '@waxseal/adapter-pg-boss'
import { createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

const pglite = await PGlite.create()
const database = { db: fromPglite(pglite), backend: 'pglite', supervise: false, schedule: false } as const
const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })

// #region boss
const boss = new PgBoss({ ...database, seal: { sealer, app: 'billing', policy: { fields: ['/card'] } } })
await boss.start()
await boss.createQueue('payment.charge')
await boss.send('payment.charge', { card: '4242 4242 4242 4242', amount: 1999 })

const [job] = await boss.fetch<{ card: string; amount: number }>('payment.charge')
console.log(job?.data.card) // 4242 4242 4242 4242
// #endregion

const { rows } = await pglite.query<{ data: string }>('select data::text from pgboss.job')
console.log(rows[0]?.data.includes('4242'), rows[0]?.data.includes('[sealed]')) // false true

await boss.stop({ graceful: false })
await pglite.close()
