import { describe, expect, it } from 'vitest'
import type { Job } from '../src/index.js'
import { ENVELOPE, finished, onRedis, scopedSealer, slowSealer } from './bench.js'

onRedis((create, redis) => {
  describe('what a processor writes', () => {
    it('is sealed where it is stored, and opened for whoever reads', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', { step: 1 })
      bench.worker(async (active: Job) => {
        await active.updateData({ step: 2 })
        await active.updateProgress({ done: 0.5 })
        await active.log('first row')
        await active.log('second row')
        expect(active).toMatchObject({ data: { step: 2 }, progress: { done: 0.5 } })
        const stored = await bench.stored(active.id)
        for (const member of ['data', 'progress']) expect(stored[member]).toMatch(ENVELOPE)
        return 'paid'
      })
      expect(await finished(job)).toBe('completed')
      for (const row of await redis.client.lrange(`bull:${bench.name}:${job.id}:logs`, 0, -1)) expect(row).toMatch(ENVELOPE)
      expect(await queue.getJobLogs(job.id!)).toEqual({ logs: ['first row', 'second row'], count: 2 })
      expect((await queue.getJobLogs(job.id!, 0, 0, false)).logs).toEqual(['second row'])
      for (const read of [await queue.getJob(job.id!), (await queue.getJobs())[0], await bench.sealed.Job.fromId(queue, job.id!)])
        expect(read).toMatchObject({ data: { step: 2 }, progress: { done: 0.5 }, returnvalue: 'paid' })
    })

    it.each([[0], [''], [false], [null], [[1]], ['text'], [{ at: new Date(0), nothing: undefined }], [Number.NaN]])(
      'takes %j as BullMQ does, as a result and as progress',
      async (value) => {
        const bench = create()
        const queue = bench.queue()
        const results: unknown[] = []
        const job = await queue.add('pay', {})
        const worker = bench.worker(async (active: Job) => {
          await active.updateProgress(value as object)
          return value
        })
        worker.on('completed', (_job, result) => results.push(result))
        expect(await finished(job)).toBe('completed')
        const back = JSON.parse(JSON.stringify(value))
        expect(await queue.getJob(job.id!)).toMatchObject({ progress: back, returnvalue: back })
        expect((await bench.stored(job.id)).returnvalue).toMatch(ENVELOPE)
        expect(results).toEqual([value])
      },
    )

    it('may be no result at all', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', {})
      bench.worker(async () => {})
      await finished(job)
      expect((await queue.getJob(job.id!))!.returnvalue).toBeNull()
      expect((await bench.stored(job.id)).returnvalue).toBe('null')
    })

    it('keeps its order though nobody waits for it', async () => {
      const bench = create()
      const sealer = slowSealer()
      const queue = bench.queue({ sealer })
      const job = await queue.add('pay', { n: 0 })
      const seen: unknown[] = []
      bench.worker(
        async (active: Job) => {
          for (const n of [1, 2, 3]) {
            void active.updateData({ n })
            seen.push(active.data)
            void active.updateProgress(n)
            seen.push(active.progress)
            void active.log(`row ${n}`)
          }
          void active.clearLogs(2)
          void active.log('last')
        },
        {},
        { sealer },
      )
      await finished(job)
      expect(seen).toEqual([{ n: 1 }, 1, { n: 2 }, 2, { n: 3 }, 3])
      expect(await queue.getJob(job.id!)).toMatchObject({ data: { n: 3 }, progress: 3 })
      expect((await queue.getJobLogs(job.id!)).logs).toEqual(['row 2', 'row 3', 'last'])
    })

    it('never shows the processor what is stored', async () => {
      const bench = create()
      const seal = { sealer: slowSealer() }
      const queue = bench.queue(seal)
      const job = await queue.add('pay', { n: 0 })
      bench.worker(
        async (active: Job) => {
          const seen = new Set<string>()
          let writing = true
          const written = Promise.all([active.updateData({ n: 1 }), active.updateProgress({ n: 1 })]).finally(() => {
            writing = false
          })
          while (writing) {
            seen.add(JSON.stringify([active.data, active.progress]))
            await new Promise((resolve) => setImmediate(resolve))
          }
          await written
          return [...seen]
        },
        {},
        seal,
      )
      await finished(job)
      expect((await queue.getJob(job.id!))!.returnvalue).toEqual(['[{"n":1},{"n":1}]'])
    })

    it('moves with the tenant that the data names', async () => {
      const bench = create()
      const scope = ({ data }: { data?: unknown }) => (data as { tenant: string }).tenant
      const seal = { sealer: scopedSealer('acme', 'globex'), scope, policy: { fields: ['/card'] } }
      const queue = bench.queue(seal)
      bench.worker(
        async (active: Job) => {
          void active.log('moving')
          void active.updateData({ tenant: 'globex', card: '1881' })
          if (active.name === 'mail') throw new Error('no mail')
          return 'done'
        },
        {},
        seal,
      )
      for (const [name, outcome] of Object.entries({ pay: { returnvalue: 'done' }, mail: { failedReason: 'no mail' } })) {
        const job = await queue.add(name, { tenant: 'acme', card: '4242' })
        await finished(job)
        expect(await queue.getJob(job.id!)).toMatchObject({ data: { tenant: 'globex', card: '1881' }, ...outcome })
        await expect(queue.getJobLogs(job.id!)).rejects.toMatchObject({ code: 'key_not_found' })
      }
    })
  })

  describe('what a queue writes to a job', () => {
    it('is sealed as the job is', async () => {
      const bench = create()
      const queue = bench.queue()
      const told: unknown[] = []
      queue.on('progress', (_id, progress) => void told.push(progress))
      const job = await queue.add('pay', {})
      await queue.updateJobProgress(job.id!, { half: true })
      await queue.addJobLog(job.id!, 'from the queue')
      await job.log('from the job')
      expect((await bench.stored(job.id)).progress).toMatch(ENVELOPE)
      expect((await queue.getJob(job.id!))!.progress).toEqual({ half: true })
      expect((await queue.getJobLogs(job.id!)).logs).toEqual(['from the queue', 'from the job'])
      expect(told).toEqual([{ half: true }])
      await job.clearLogs()
      expect(await queue.getJobLogs(job.id!)).toEqual({ logs: [], count: 0 })
    })

    it('fails as BullMQ does where the job is gone', async () => {
      const queue = create().queue()
      await expect(queue.updateJobProgress('none', 1)).rejects.toThrow('Missing key for job none')
      await expect(queue.addJobLog('none', 'row')).rejects.toThrow('Missing key for job none')
    })
  })
})
