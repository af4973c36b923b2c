import { Queue, Worker } from '@waxseal/adapter-bullmq'
import { redisKeys } from '@waxseal/conformance/leak-probe'
import { startRedis } from '@waxseal/services'
import { Redis } from 'ioredis'
import { type JobData, pieces, TYPE } from '../hosts/host.ts'
import { type Fleet, QUEUE, settingsOf, type Work } from './fleet.ts'

const optionsOf = (address: string) => ({ connection: { url: address, maxRetriesPerRequest: null } })

export async function bullmqFleet(): Promise<Fleet> {
  const { port, stop } = await startRedis()
  const address = `redis://127.0.0.1:${port}`
  const queue = new Queue(QUEUE, optionsOf(address))
  const redis = new Redis(address)
  return {
    name: 'bullmq',
    address,
    async add(keys, jobs) {
      const sealed = new Queue<JobData>(QUEUE, { ...optionsOf(address), seal: settingsOf(keys) })
      for (const piece of pieces(jobs, 500)) await sealed.addBulk(piece.map((data) => ({ name: TYPE, data })))
      await sealed.close()
    },
    open: () => queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized'),
    failed: () => queue.getFailedCount(),
    // It finds out by itself: the locks of a dead worker expire.
    died: async () => {},
    dump: () => redisKeys((command, ...args) => redis.call(command, ...args)),
    async stop() {
      await queue.close()
      redis.disconnect()
      await stop()
    },
  }
}

export const workBullmq: Work = async (address, seal, handler) => {
  const timing = { lockDuration: 2000, stalledInterval: 500, maxStalledCount: 1000, concurrency: 4 }
  const worker = new Worker<JobData>(QUEUE, (job) => handler(job.data), { ...optionsOf(address), ...timing, seal })
  worker.on('error', () => {})
  await new Promise(() => {})
}
