import { Queue, Worker } from '@waxseal/adapter-bullmq'
import { startRedis } from '@waxseal/services'
import { CONCURRENCY, type Host, pieces, TYPE } from './host.ts'

/** BullMQ on Redis. */
export async function bullmqHost(): Promise<Host> {
  const { port, stop } = await startRedis()
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null }
  return {
    name: 'BullMQ',
    keepsResults: true,
    stop,
    async queue(name, seal) {
      const options = { connection, seal }
      const queue = new Queue<object>(name, options)
      return {
        async add(jobs) {
          for (const piece of pieces(jobs, 100)) await queue.addBulk(piece.map((data) => ({ name: TYPE, data })))
        },
        async work(handler) {
          let left = await queue.getWaitingCount()
          const done = Promise.withResolvers<void>()
          const worker = new Worker<object>(name, (job) => handler(job.data), { ...options, concurrency: CONCURRENCY })
          worker.on('completed', () => {
            if (--left === 0) done.resolve()
          })
          worker.on('failed', (_, error) => done.reject(error))
          worker.on('error', () => {})
          await done.promise
          await worker.close()
        },
        async close() {
          await queue.obliterate({ force: true })
          await queue.close()
        },
      }
    },
  }
}
