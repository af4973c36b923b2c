import { PGlite } from '@electric-sql/pglite'
import { fromPglite, PgBoss } from '@waxseal/adapter-pg-boss'
import { resealTarget } from '@waxseal/adapter-pg-boss/reseal'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'

const pglite = await PGlite.create()
const database = { db: fromPglite(pglite), backend: 'pglite', supervise: false, schedule: false } as const
const [k1, k2] = [generateKey(), generateKey()]
const settings = { app: 'billing', policy: { fields: ['/card'] } }
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const old = new PgBoss({ ...database, seal: { ...settings, sealer: before } })
await old.start()
await old.createQueue('payment.charge')
for (let amount = 1; amount <= 3; amount++) await old.send('payment.charge', { card: '4242 4242 4242 4242', amount })
await old.stop({ graceful: false })

const sealer = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})

// #region reseal
const seal = { ...settings, sealer }
const boss = new PgBoss({ ...database, seal })
await boss.start()
const reseal = createReseal({ sealer, targets: [resealTarget({ seal, db: boss.getDb() })] })

const report = await reseal.run()
console.log(report.complete, report.targets[0]?.moved) // true 3
console.log((await reseal.canRetire({ kid: 'k1', version: 1 })).ok) // true
// #endregion

const after = createSealer({ keys: staticKeys([{ kid: 'k2', key: k2 }]) })
const renewed = new PgBoss({ ...database, seal: { ...settings, sealer: after } })
await renewed.start()
const [job] = await renewed.fetch<{ card: string }>('payment.charge')
console.log(job?.data.card) // 4242 4242 4242 4242

await renewed.stop({ graceful: false })
await boss.stop({ graceful: false })
await pglite.close()
