import { Queue } from '@waxseal/adapter-bullmq'
import { resealTarget } from '@waxseal/adapter-bullmq/reseal'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { Redis } from 'ioredis'

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
const connection = { url }
const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const sealer = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})
const queue = new Queue('receipts', { connection, seal: { sealer: before, app: 'billing' } })
await queue.addBulk([1, 2, 3].map((n) => ({ name: 'receipt', data: { n } })))

const redis = new Redis(url)
// #region reseal
const seal = { sealer, app: 'billing' }
const jobs = resealTarget({ seal, redis, queues: ['receipts'] })
const reseal = createReseal({ sealer, targets: [jobs] })

const report = await reseal.run()
console.log(report.complete, report.targets[0]?.moved) // true 3
// #endregion

// #region trim
await queue.trimEvents(0)
console.log((await reseal.canRetire({ kid: 'k1', version: 1 })).ok) // true
// #endregion

await queue.obliterate({ force: true })
redis.disconnect()
process.exit()
