import { describe, expect, it } from 'vitest'
import type { Job } from '../src/index.js'
import { ENVELOPE, finished, onRedis, slowSealer } from './bench.js'

class CardError extends Error {
  override name = 'CardError'
  readonly card = '4242424242424242'
}

onRedis((create) => {
  describe('failures', () => {
    it('are told to listeners as they were thrown, sealed where they are stored, and opened for readers', async () => {
      const bench = create()
      const queue = bench.queue()
      const error = new CardError('4242424242424242 was declined', { cause: new Error('4242424242424242') })
      const told: unknown[] = []
      const job = await queue.add('pay', {})
      const worker = bench.worker(async () => {
        throw error
      })
      worker.on('failed', (failed, reason) => told.push(reason, failed!.failedReason, failed!.stacktrace))
      expect(await finished(job)).toBe('failed')
      expect(told).toEqual([error, error.message, [error.stack]])
      expect(told[0]).toBe(error)
      const { failedReason, stacktrace } = await bench.stored(job.id)
      expect(failedReason).toMatch(/^CardError: \[sealed\] wax1\./)
      expect(`${failedReason}${stacktrace}`).not.toContain('4242')
      const read = (await queue.getJob(job.id!))!
      expect(read.failedReason).toBe(error.message)
      expect(read.stacktrace).toEqual([error.stack])
    })

    it.each([
      ['text', 'text'],
      [undefined, 'undefined'],
      [null, 'null'],
      [{ message: 'no card', code: 7 }, 'no card'],
      [7, '7'],
    ])('may be %j and no Error', async (thrown, reason) => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', {})
      bench.worker(() => Promise.reject(thrown))
      expect(await finished(job)).toBe('failed')
      expect((await queue.getJob(job.id!))!.failedReason).toBe(reason)
      expect((await bench.stored(job.id)).failedReason).toMatch(ENVELOPE)
    })

    it('of earlier tries are shown to the processor, and are stored as they were', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', { n: 1 }, { attempts: 4, stackTraceLimit: 2 })
      const before = (await bench.stored(job.id)).data
      const seen: unknown[] = []
      const stored: string[][] = []
      bench.worker(async (active: Job) => {
        seen.push([active.failedReason, active.stacktrace?.map((trace) => trace.split('\n')[0]), active.progress, active.data])
        const hash = await bench.stored(active.id)
        expect(hash.data).toBe(before)
        stored.push(JSON.parse(hash.stacktrace ?? '[]'))
        await active.updateProgress(active.attemptsMade)
        if (active.attemptsMade < 3) throw new TypeError(`try ${active.attemptsMade}`)
      })
      expect(await finished(job)).toBe('completed')
      expect(seen).toEqual([
        [undefined, [], 0, { n: 1 }],
        ['try 0', ['TypeError: try 0'], 0, { n: 1 }],
        ['try 1', ['TypeError: try 0', 'TypeError: try 1'], 1, { n: 1 }],
        ['try 2', ['TypeError: try 1', 'TypeError: try 2'], 2, { n: 1 }],
      ])
      expect(stored.map((traces) => traces.length)).toEqual([0, 1, 2, 2])
      for (const traces of stored) for (const trace of traces) expect(trace).toMatch(/^TypeError: \[sealed\] wax1\.\S+$/)
      expect(stored[2]![0]).toBe(stored[1]![0])
      expect(stored[3]![0]).toBe(stored[2]![1])
    })

    it('are given as they are to back-off strategies, which may write to the job', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', {}, { attempts: 9, backoff: { type: 'mine' } })
      const errors: unknown[] = []
      bench.worker(
        async () => {
          throw new CardError(`declined ${errors.length}`)
        },
        {
          settings: {
            async backoffStrategy(_attempts: number, _type: string, error: unknown, active: Job) {
              errors.push(error)
              await active.log(`later: ${errors.length}`)
              await active.updateData({ tries: errors.length })
              return errors.length < 3 ? 0 : -1
            },
          },
        },
      )
      expect(await finished(job)).toBe('failed')
      expect(errors.map((error) => error instanceof CardError && error.message)).toEqual([
        'declined 0',
        'declined 1',
        'declined 2',
      ])
      expect((await queue.getJobLogs(job.id!)).logs).toEqual(['later: 1', 'later: 2', 'later: 3'])
      expect((await queue.getJob(job.id!))!.data).toEqual({ tries: 3 })
    })

    it('are final where the processor says so, by class, subclass or name', async () => {
      const bench = create()
      const queue = bench.queue()
      class Stop extends bench.host.UnrecoverableError {}
      const errors = [
        new bench.host.UnrecoverableError('card 4242424242424242'),
        new Stop('card 4242424242424242'),
        Object.assign(new Error('card 4242424242424242'), { name: 'UnrecoverableError' }),
      ]
      bench.worker(async (active: Job) => {
        throw errors[active.data.n]
      })
      for (const n of errors.keys()) {
        const job = await queue.add('pay', { n }, { attempts: 3 })
        expect(await finished(job)).toBe('failed')
        const read = (await queue.getJob(job.id!))!
        expect(read).toMatchObject({ attemptsMade: 1, failedReason: 'card 4242424242424242' })
        expect(JSON.stringify(await bench.stored(job.id))).not.toContain('4242424242424242')
      }
    })

    it('keep no details where they are scrubbed', async () => {
      const bench = create()
      const queue = bench.queue({ errors: 'scrub' })
      const job = await queue.add('pay', {})
      bench.worker(
        async () => {
          throw new CardError('4242')
        },
        {},
        { errors: 'scrub' },
      )
      await finished(job)
      expect((await queue.getJob(job.id!))!.failedReason).toBe('CardError: [sealed]')
      expect(JSON.parse((await bench.stored(job.id)).stacktrace!)).toEqual(['CardError: [sealed]'])
    })

    it('that BullMQ itself finds are read as it says them', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', {})
      bench.worker(async () => {
        const circular: Record<string, unknown> = {}
        circular.self = circular
        return circular
      })
      expect(await finished(job)).toBe('failed')
      expect((await queue.getJob(job.id!))!.failedReason).toContain('must be JSON')
    })
  })

  describe('what directs BullMQ', () => {
    it('delays, waits and limits without failing', async () => {
      const bench = create()
      const queue = bench.queue()
      const { DelayedError, WaitingError, RateLimitError } = bench.host
      class Later extends DelayedError {}
      const job = await queue.add('pay', { step: 'delay' })
      const steps: string[] = []
      const worker = bench.worker(
        async (active: Job, token) => {
          const { step } = active.data
          steps.push(step)
          if (step === 'delay') {
            void active.updateData({ step: 'wait' })
            await active.moveToDelayed(Date.now() + 20, token)
            throw new Later()
          }
          if (step === 'wait') {
            void active.updateData({ step: 'limit' })
            await active.moveToWait(token)
            throw new WaitingError()
          }
          if (step === 'limit') {
            await active.updateData({ step: 'end' })
            await worker.rateLimit(30)
            throw new RateLimitError()
          }
          return steps
        },
        { limiter: { max: 100, duration: 1000 } },
      )
      const errors: unknown[] = []
      for (const event of ['error', 'failed'] as const) worker.on(event, (...args: unknown[]) => void errors.push(args))
      expect(await finished(job)).toBe('completed')
      expect(errors).toEqual([])
      expect(steps).toEqual(['delay', 'wait', 'limit', 'end'])
      expect((await queue.getJob(job.id!))!).toMatchObject({ attemptsMade: 1, returnvalue: steps })
      expect((await bench.stored(job.id)).failedReason).toBeUndefined()
    })
  })

  describe('listeners of a worker', () => {
    it('get results and progress as they are, and an active job before it is opened', async () => {
      const bench = create()
      const queue = bench.queue()
      const told: Record<string, unknown> = {}
      const worker = bench.worker(async (active: Job) => {
        await active.updateProgress({ half: true })
        return { paid: true }
      })
      worker.on('active', ({ data }) => Object.assign(told, { active: data }))
      worker.on('progress', (_job, progress) => Object.assign(told, { progress }))
      worker.on('completed', (job, result) => Object.assign(told, { result, returnvalue: job.returnvalue, data: job.data }))
      await finished(await queue.add('pay', { card: '4242' }))
      expect(told).toEqual({
        active: { $sealed: expect.stringMatching(ENVELOPE), $job: 'pay' },
        progress: { half: true },
        result: { paid: true },
        returnvalue: { paid: true },
        data: { card: '4242' },
      })
    })

    it('may write to a job that is not opened yet', async () => {
      const bench = create()
      const queue = bench.queue()
      const worker = bench.worker(async ({ data }) => data, {}, { sealer: slowSealer(bench.seal.sealer) })
      worker.on('active', (active) => void active.updateData({ n: 2 }))
      const job = await queue.add('pay', { n: 1 })
      expect(await finished(job)).toBe('completed')
      expect((await queue.getJob(job.id!))!).toMatchObject({ data: { n: 2 }, returnvalue: { n: 2 } })
    })
  })
})
