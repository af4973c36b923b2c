import { Logger, makeWorkerUtils, runOnce } from '@waxseal/adapter-graphile-worker'
import { resealTarget } from '@waxseal/adapter-graphile-worker/reseal'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? 'postgres://localhost/jobs' })
for (const event of ['error', 'connect'] as const) pool.on(event, () => {})
const schema = 'resealed'
const database = { pgPool: pool, schema, logger: new Logger(() => () => {}), noHandleSignals: true }
const [k1, k2] = [generateKey(), generateKey()]
const settings = { app: 'billing', policy: { fields: ['/card'] } }
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const old = await makeWorkerUtils({ ...database, seal: { ...settings, sealer: before } })
await old.addJob('charge', { card: '4242 4242 4242 4242', amount: 1 })
await old.addJob('charge-all', [
  { card: '4242 4242 4242 4242', amount: 2 },
  { card: '4000 0000 0000 0002', amount: 3 },
])

const sealer = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})

// #region reseal
const seal = { ...settings, sealer }
const reseal = createReseal({ sealer, targets: [resealTarget({ seal, db: pool, schema })] })

const report = await reseal.run()
console.log(report.complete, report.targets[0]?.moved) // true 3
console.log((await reseal.canRetire({ kid: 'k1', version: 1 })).ok) // true
// #endregion

const after = createSealer({ keys: staticKeys([{ kid: 'k2', key: k2 }]) })
const taskList = {
  charge({ card }: { card: string }) {
    console.log(card) // 4242 4242 4242 4242
  },
}
await runOnce({ ...database, taskList, seal: { ...settings, sealer: after } })

await old.release()
await pool.end()
