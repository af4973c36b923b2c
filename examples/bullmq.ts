import { Queue, QueueEvents, Worker } from '@waxseal/adapter-bullmq'
import { createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'
import { Queue as PlainQueue } from 'bullmq'

const connection = { url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' }
const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })

// #region bullmq
const seal = { sealer, app: 'billing', policy: { fields: ['/card'] } }
const queue = new Queue('payments', { connection, seal })
const worker = new Worker('payments', async (job) => ({ receipt: `for ${job.data.card}` }), { connection, seal })
const events = new QueueEvents('payments', { connection, seal })
await Promise.all([worker.waitUntilReady(), events.waitUntilReady()])

const job = await queue.add('charge', { card: '4242 4242 4242 4242', amount: 1999 })
console.log((await job.waitUntilFinished(events)).receipt) // for 4242 4242 4242 4242
// #endregion

const stored = await new PlainQueue('payments', { connection }).getJob(job.id ?? '')
console.log(stored?.data.card, stored?.data.amount, Object.keys(stored?.returnvalue ?? {}).join()) // [sealed] 1999 $sealed,$job

await Promise.all([worker.close(), events.close()])
await queue.obliterate({ force: true })
process.exit()
