import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Job } from '../src/index.js'
import { finished, onRedis } from './bench.js'

const run = promisify(execFile)
const loading = fileURLToPath(new URL('processors/loading.mjs', import.meta.url))

onRedis((create, redis, version) => {
  describe('without seal', () => {
    it('it is BullMQ: the same bytes, the same objects', async () => {
      const bench = create()
      const { connection, sealed } = bench
      const queue = new sealed.Queue(bench.name, { connection })
      const events = new sealed.QueueEvents(bench.name, { connection, lastEventId: '0' })
      const result = { card: '4242', at: [1] }
      const worker = new sealed.Worker(
        bench.name,
        async (active: Job) => {
          await active.updateProgress({ n: 1 })
          await active.log('row')
          await active.updateData({ n: 2 })
          if (active.name === 'fails') throw new Error('declined')
          return result
        },
        { connection, drainDelay: 1 },
      )
      const told: unknown[] = []
      worker.on('completed', (_job, value) => void told.push(value))
      try {
        const job = await queue.add('pay', { n: 1 }, { deduplication: { id: 'mine' } })
        const [fails] = await queue.addBulk([{ name: 'fails', data: { n: 1 } }])
        expect(await job.waitUntilFinished(events)).toEqual(result)
        await expect(fails!.waitUntilFinished(events)).rejects.toThrow('declined')
        expect(told[0]).toBe(result)
        expect(await bench.stored(job.id)).toMatchObject({
          data: '{"n":2}',
          progress: '{"n":1}',
          returnvalue: JSON.stringify(result),
        })
        expect((await bench.stored(fails!.id)).failedReason).toBe('declined')
        expect(await redis.client.lrange(`bull:${bench.name}:${job.id}:logs`, 0, -1)).toEqual(['row'])
        expect(await redis.client.get(`bull:${bench.name}:de:mine`)).toBeNull()
        expect(await finished((await queue.getJob(job.id!))!)).toBe('completed')
        await queue.upsertJobScheduler('s', { every: 3_600_000 }, { name: 'pay' })
        expect(await redis.client.hget(`bull:${bench.name}:repeat:s`, 'data')).toBeNull()
      } finally {
        await Promise.all([queue.close(), events.close(), worker.close()])
      }
    })

    it('is an instance of both classes', async () => {
      const { connection, sealed, host, name } = create()
      const queue = new sealed.Queue(name, { connection })
      expect(queue).toBeInstanceOf(host.Queue)
      expect(await queue.add('pay', {})).toBeInstanceOf(sealed.Job)
      class Mine extends sealed.Queue {}
      const mine = new Mine(name, { connection })
      expect(mine).toBeInstanceOf(sealed.Queue)
      await Promise.all([queue.close(), mine.close()])
    })

    if (version === 'BullMQ 6')
      it('no cryptography is loaded', async () => {
        const { port } = create().connection as { port: number }
        const modules = async (seal: string) => {
          const { stdout } = await run(process.execPath, [loading, String(port), seal])
          return JSON.parse(stdout) as string[]
        }
        const cryptography = /job-sealing|noble|packages\/core\/|@waxseal\/core\//
        const without = await modules('')
        expect(without.length).toBeGreaterThan(3)
        expect(without.filter((url) => cryptography.test(url))).toEqual([])
        expect((await modules('seal')).filter((url) => cryptography.test(url))).not.toEqual([])
      })
  })
})
