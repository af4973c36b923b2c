import { describe, expect, it, vi } from 'vitest'
import type { Job } from '../src/index.js'
import { ENVELOPE, finished, onRedis } from './bench.js'

onRedis((create, redis, version) => {
  describe('schedulers', () => {
    it('keep a sealed template, and run it again and again', async () => {
      const bench = create()
      const queue = bench.queue()
      const first = await queue.upsertJobScheduler('nightly', { every: 50, limit: 3 }, { name: 'pay', data: { card: '4242' } })
      expect(first).toMatchObject({ name: 'pay', data: { card: '4242' } })
      expect(await redis.client.hget(`bull:${bench.name}:repeat:nightly`, 'data')).toMatch(ENVELOPE)
      expect((await queue.getJobScheduler('nightly'))!.template!.data).toEqual({ card: '4242' })
      const seen: unknown[] = []
      bench.worker(async ({ data }) => void seen.push(data))
      await vi.waitFor(() => expect(seen.length).toBe(3), { timeout: 10_000 })
      expect(seen).toEqual(Array(3).fill({ card: '4242' }))
    })

    it('may have no data and no name', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.upsertJobScheduler('tick', { every: 3_600_000, limit: 1 })
      expect(job).toMatchObject({ name: 'tick', data: {} })
      bench.worker(async ({ data }) => ({ data }))
      await finished(job!)
      expect((await queue.getJob(job!.id!))!.returnvalue).toEqual({ data: {} })
    })

    it('are listed with their data, each as its own type', async () => {
      const bench = create()
      const queue = bench.queue()
      await queue.upsertJobScheduler('a', { every: 3_600_000 }, { name: 'pay', data: { n: 1 } })
      await queue.upsertJobScheduler('b', { pattern: '0 0 1 1 *' }, { data: { n: 2 }, opts: { attempts: 3 } })
      const found = await queue.getJobSchedulers()
      expect(Object.fromEntries(found.map(({ key, template }) => [key, template!.data]))).toEqual({ a: { n: 1 }, b: { n: 2 } })
      expect(await queue.getJobScheduler('none')).toBeFalsy()
    })

    it('make jobs that go on sealing what is written to them', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = (await queue.upsertJobScheduler('a', { every: 3_600_000 }, { name: 'pay', data: { n: 1 } })) as Job
      await job.updateData({ n: 2 })
      expect((await bench.stored(job.id)).data).toMatch(ENVELOPE)
      expect(job.data).toEqual({ n: 2 })
    })

    if (version === 'BullMQ 5')
      it('and so do the repeated jobs of BullMQ 5', async () => {
        const bench = create()
        const queue = bench.queue()
        const job = await queue.add('pay', { id: '4242424242', n: 1 }, { repeat: { every: 50, limit: 2 } } as object)
        expect(job.data).toEqual({ id: '4242424242', n: 1 })
        await job.updateProgress({ n: '4242424242' })
        expect((await bench.stored(job.id)).progress).toMatch(ENVELOPE)
        const seen: unknown[] = []
        bench.worker(async ({ data }) => void seen.push(data.n))
        await vi.waitFor(() => expect(seen).toEqual([1, 1]), { timeout: 10_000 })
      })

    it('that do not open are thrown, or shown as they are stored', async () => {
      const bench = create()
      await bench.plainQueue().upsertJobScheduler('a', { every: 3_600_000 }, { name: 'pay', data: { n: 1 } })
      await expect(bench.queue().getJobScheduler('a')).rejects.toMatchObject({ code: 'plaintext_rejected' })
      const shown = await bench.queue({ unreadable: 'show' }).getJobScheduler('a')
      expect(shown!.template!.data).toEqual({ n: 1 })
    })
  })
})
