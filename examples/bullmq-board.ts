import { createBullBoard } from '@bull-board/api'
import { HonoAdapter } from '@bull-board/hono'
import { serveStatic } from '@hono/node-server/serve-static'
import { Queue } from '@waxseal/adapter-bullmq'
import { sealedBullMQAdapter } from '@waxseal/adapter-bullmq/bull-board'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { Hono } from 'hono'

const connection = { url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' }
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const queue = new Queue('orders', { connection, seal: { sealer, app: 'shop' } })
await queue.add('order', { customer: 'Zoë' })

// #region board
const serverAdapter = new HonoAdapter(serveStatic)
createBullBoard({ queues: [sealedBullMQAdapter(queue)], serverAdapter })
// #endregion

const app = new Hono().route('/', serverAdapter.registerPlugin())
const shown = (await (await app.request('/api/queues?activeQueue=orders&status=latest')).json()) as {
  queues: { readOnlyMode: boolean; jobs: { data: unknown }[] }[]
}
console.log(JSON.stringify(shown.queues[0]?.jobs[0]?.data), shown.queues[0]?.readOnlyMode) // {"customer":"Zoë"} true

await queue.obliterate({ force: true })
await queue.close()
