import { describe, expect, it } from 'vitest'
import { ENVELOPE, finished, newSealer, onRedis, slowSealer } from './bench.js'

const TOKEN = 'token'

onRedis((create) => {
  describe('jobs taken by hand', () => {
    it('are opened, and completed sealed', async () => {
      const bench = create()
      const queue = bench.queue()
      const added = await queue.add('pay', { card: '4242' })
      const worker = bench.worker(null)
      const job = (await worker.getNextJob(TOKEN))!
      expect(job.data).toEqual({ card: '4242' })
      await job.updateProgress(0.5)
      await job.moveToCompleted({ paid: true }, TOKEN, false)
      expect(job.returnvalue).toEqual({ paid: true })
      expect((await bench.stored(added.id)).returnvalue).toMatch(ENVELOPE)
      expect(await queue.getJob(added.id!)).toMatchObject({ progress: 0.5, returnvalue: { paid: true } })
      expect(await worker.getNextJob(TOKEN, { block: false })).toBeUndefined()
    })

    it('fail sealed, with the error that was given', async () => {
      const bench = create()
      const queue = bench.queue()
      const added = await queue.add('pay', {}, { attempts: 2, backoff: 1 })
      const worker = bench.worker(null)
      const job = (await worker.getNextJob(TOKEN))!
      const error = new TypeError('card 4242 was declined')
      await job.moveToFailed(error, TOKEN, false)
      expect(job).toMatchObject({ failedReason: error.message, stacktrace: [error.stack] })
      expect((await bench.stored(added.id)).failedReason).toMatch(ENVELOPE)
      const again = (await worker.getNextJob(TOKEN))!
      expect(again).toMatchObject({ failedReason: error.message, stacktrace: [error.stack] })
      await again.moveToFailed(new Error('no'), TOKEN, false)
      const read = (await queue.getJob(added.id!))!
      expect(read).toMatchObject({ attemptsMade: 2, failedReason: 'no' })
      expect(read.stacktrace).toHaveLength(2)
      await read.retry()
      expect((await queue.getJob(added.id!))!.stacktrace).toHaveLength(2)
    })

    it('fail behind all that was written to them before', async () => {
      const bench = create()
      const seal = { sealer: slowSealer(bench.seal.sealer) }
      await bench.queue().add('pay', {}, { removeOnFail: true })
      const job = (await bench.worker(null, {}, seal).getNextJob(TOKEN))!
      const writing = [job.updateData({ n: 1 }), job.log('row'), job.updateProgress(1)]
      await job.moveToFailed(new Error('no'), TOKEN, false)
      expect(await Promise.all(writing)).toEqual([undefined, 1, undefined])
    })

    it('may be handed to the processor', async () => {
      const bench = create()
      const queue = bench.queue()
      const added = await queue.add('pay', { n: 1 })
      const worker = bench.worker(async ({ data }) => ({ got: data }), { autorun: false })
      const job = (await worker.getNextJob(TOKEN))!
      await worker.processJob(job, TOKEN, () => false)
      expect(await finished(added)).toBe('completed')
      expect((await queue.getJob(added.id!))!.returnvalue).toEqual({ got: { n: 1 } })
    })

    it('go on as they are when they wait once more', async () => {
      const bench = create()
      const queue = bench.queue()
      const added = await queue.add('pay', { n: 1 })
      const worker = bench.worker(null)
      const job = (await worker.getNextJob(TOKEN))!
      await job.updateData({ n: 2 })
      await job.moveToDelayed(Date.now() + 60_000, TOKEN)
      await job.changeDelay(1)
      expect((await worker.getNextJob(TOKEN, { block: true }))?.data ?? (await queue.getJob(added.id!))!.data).toEqual({ n: 2 })
    })

    it('fail for good where they do not open, and whoever asked is told', async () => {
      const bench = create()
      const queue = bench.queue()
      const added = await bench.plainQueue().add('pay', { n: 1 }, { attempts: 3, removeOnFail: true })
      const worker = bench.worker(null)
      await expect(worker.getNextJob(TOKEN)).rejects.toMatchObject({ code: 'plaintext_rejected' })
      expect(await added.getState()).toBe('failed')
      expect((await bench.stored(added.id)).failedReason).toBe('WaxsealError: [sealed] (plaintext_rejected)')
      await queue.add('pay', { n: 2 })
      expect((await worker.getNextJob(TOKEN))!.data).toEqual({ n: 2 })
    })

    it('wait where they do not open now', async () => {
      const bench = create()
      const job = await bench.queue().add('pay', { n: 1 })
      const down = { ...newSealer(), open: () => Promise.reject(Object.assign(new Error('down'), { retryAfterMs: 90_000 })) }
      await expect(bench.worker(null, {}, { sealer: down }).getNextJob(TOKEN)).rejects.toThrow('down')
      expect(await job.getState()).toBe('delayed')
    })
  })
})
