// Adds a job with the built package, and writes which modules that loaded.
import { registerHooks } from 'node:module'

const [port, seal] = process.argv.slice(2)
const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
const { Queue, Worker } = await import('@waxseal/adapter-bullmq')
const options = { connection: { host: '127.0.0.1', port: Number(port) }, ...(seal ? { seal: {} } : {}) }
const queue = new Queue('loading', options)
const job = await queue.add('pay', { n: 1 }).catch(() => undefined)
if (job) {
  const worker = new Worker('loading', async ({ data }) => data, options)
  await new Promise((resolve) => worker.on('completed', resolve))
  await worker.close()
}
await queue.close()
process.stdout.write(JSON.stringify(loaded))
