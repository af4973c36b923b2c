import { WaxsealError } from '@waxseal/core'
import { describe, expect, it, vi } from 'vitest'
import type { Job } from '../src/index.js'
import { finished, onRedis } from './bench.js'

const unavailable = (retryAfterMs?: number) =>
  new WaxsealError('provider_unavailable', 'the key service is down', { retryAfterMs })

onRedis((create, redis) => {
  describe('a job that does not open', () => {
    it('fails at once and is kept, whatever is done with others that fail', async () => {
      const bench = create()
      const events: unknown[] = []
      const told: unknown[] = []
      const queue = bench.queue()
      const job = await queue.add('pay', { n: 1 }, { attempts: 5, removeOnFail: true })
      const other = await queue.add('mail', { n: 1 })
      await bench.store(job.id, { data: (await bench.stored(other.id)).data! })
      const worker = bench.worker(
        async () => 'done',
        { removeOnFail: { count: 0 } },
        { onEvent: (event) => void events.push(event) },
      )
      worker.on('failed', (_job, error) => void told.push(error))
      expect(await finished(job)).toBe('failed')
      const stored = await bench.stored(job.id)
      expect(stored.failedReason).toBe('WaxsealError: [sealed] (open_failed)')
      expect(stored.atm).toBe('1')
      expect(JSON.parse(stored.stacktrace!)).toEqual(['WaxsealError: [sealed] (open_failed)'])
      expect(events).toEqual([{ event: 'refused', surface: 'data', code: 'open_failed' }])
      expect(told).toEqual([expect.objectContaining({ code: 'open_failed' })])
    })

    it('is not shown to readers, or shown as it is stored', async () => {
      const bench = create()
      const job = await bench.plainQueue().add('pay', { n: 1 })
      for (const read of [() => bench.queue().getJob(job.id!), () => bench.queue().getJobs()])
        await expect(read()).rejects.toMatchObject({ code: 'plaintext_rejected' })
      const events: unknown[] = []
      const dashboard = bench.queue({ unreadable: 'show', onEvent: (event) => void events.push(event) })
      expect((await dashboard.getJob(job.id!))!.data).toEqual({ n: 1 })
      expect((await dashboard.getJobs())[0]!.data).toEqual({ n: 1 })
      expect(events).toContainEqual({ event: 'refused', surface: 'data', code: 'plaintext_rejected' })
    })

    it.each(['name', 'progress', 'returnvalue', 'log'])('is told where somebody changed its %s', async (what) => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', { n: 1 })
      bench.worker(async (active: Job) => {
        await active.log('row')
        await active.updateProgress({ half: true })
        return { paid: true }
      })
      await finished(job)
      const { progress, returnvalue, data } = await bench.stored(job.id)
      const logs = `bull:${bench.name}:${job.id}:logs`
      if (what === 'name') await bench.store(job.id, { name: 'mail' })
      if (what === 'progress') await bench.store(job.id, { progress: returnvalue! })
      if (what === 'returnvalue') await bench.store(job.id, { returnvalue: progress! })
      if (what === 'log') await redis.client.lset(logs, 0, JSON.parse(data!).$sealed)
      const read = what === 'log' ? () => queue.getJobLogs(job.id!) : () => queue.getJob(job.id!)
      await expect(read()).rejects.toMatchObject({ code: 'open_failed' })
      const shown = bench.queue({ unreadable: 'show' })
      if (what === 'log') expect((await shown.getJobLogs(job.id!)).logs).toEqual([JSON.parse(data!).$sealed])
      else expect((await shown.getJob(job.id!))!.data).toHaveProperty('$sealed')
    })

    it('has no reason of its failure that is something else', async () => {
      const bench = create()
      const queue = bench.queue()
      bench.worker(async (active: Job) => {
        await active.updateProgress({ half: true })
        throw new Error(active.name)
      })
      const [pay, mail] = await queue.addBulk([
        { name: 'pay', data: {} },
        { name: 'mail', data: {} },
      ])
      for (const job of [pay!, mail!]) await finished(job)
      const { progress, failedReason } = await bench.stored(mail!.id)
      const own = (await bench.stored(pay!.id)).progress!
      for (const forged of [failedReason!, ...[own, progress!].map((value) => `Error: [sealed] ${JSON.parse(value).$sealed}`)]) {
        await bench.store(pay!.id, { failedReason: forged, stacktrace: JSON.stringify([forged]) })
        expect(await queue.getJob(pay!.id!)).toMatchObject({ failedReason: forged, stacktrace: [forged] })
      }
    })

    it('but whose earlier progress was changed is handled without it', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', { n: 1 })
      await bench.store(job.id, { progress: '{"paid":true}', returnvalue: '{"paid":true}' })
      const events: unknown[] = []
      const seen: unknown[] = []
      bench.worker(
        async (active: Job) => void seen.push([active.data, active.progress, active.returnvalue]),
        {},
        {
          onEvent: (event) => void events.push(event),
        },
      )
      expect(await finished(job)).toBe('completed')
      expect(seen).toEqual([[{ n: 1 }, 0, null]])
      expect(events).toEqual([
        { event: 'refused', surface: 'result', code: 'plaintext_rejected' },
        { event: 'refused', surface: 'progress', code: 'plaintext_rejected' },
      ])
    })
  })

  describe('a job that does not open now', () => {
    it('waits as long as the key service says, and uses up no try', async () => {
      const bench = create()
      let down = 2
      const events: unknown[] = []
      const sealer = {
        ...bench.seal.sealer,
        open: (...args: Parameters<typeof bench.seal.sealer.open>) =>
          down-- > 0 ? Promise.reject(unavailable(down ? undefined : 3_600_000)) : bench.seal.sealer.open(...args),
      } as typeof bench.seal.sealer
      const job = await bench.queue().add('pay', { n: 1 }, { attempts: 1 })
      let tries = 0
      bench.worker(async () => ++tries, {}, { sealer, onEvent: (event) => void events.push(event) })
      await vi.waitFor(async () => expect(await job.getState()).toBe('delayed'), { timeout: 10_000 })
      const until = async () => Number(await redis.client.zscore(`bull:${bench.name}:delayed`, job.id!)) / 0x1000
      expect((await until()) - Date.now()).toBeLessThanOrEqual(1000)
      await job.promote()
      await vi.waitFor(async () => expect((await until()) - Date.now()).toBeGreaterThan(3_000_000), { timeout: 10_000 })
      await job.promote()
      expect(await finished(job)).toBe('completed')
      expect(tries).toBe(1)
      expect((await bench.stored(job.id)).atm).toBe('1')
      expect(events).toEqual(Array(2).fill({ event: 'deferred', surface: 'data', code: 'provider_unavailable' }))
    })

    it('waits while the worker’s seal does not fit', async () => {
      const bench = create()
      const job = await bench.queue().add('pay', { n: 1 })
      const worker = bench.worker(async () => expect.unreachable(), {}, { app: '' })
      await vi.waitFor(async () => expect(await job.getState()).toBe('delayed'), { timeout: 10_000 })
      await worker.close()
      bench.worker(async ({ data }) => data)
      await job.promote()
      expect(await finished(job)).toBe('completed')
    })
  })

  it('an error whose details cannot be sealed is stored without them, and that is told', async () => {
    const bench = create()
    const events: unknown[] = []
    const sealer = { ...bench.seal.sealer, seal: () => Promise.reject(unavailable()) } as typeof bench.seal.sealer
    const job = await bench.queue().add('pay', {})
    bench.worker(
      async () => {
        throw new TypeError('4242424242424242')
      },
      {},
      { sealer, onEvent: (event) => void events.push(event) },
    )
    expect(await finished(job)).toBe('failed')
    expect((await bench.stored(job.id)).failedReason).toBe('TypeError: [sealed]')
    expect(events).toContainEqual({ event: 'scrubbed', surface: 'error', code: 'provider_unavailable' })
  })

  it('a result that cannot be sealed fails the job', async () => {
    const bench = create()
    const sealer = { ...bench.seal.sealer, seal: () => Promise.reject(unavailable()) } as typeof bench.seal.sealer
    const job = await bench.queue().add('pay', {})
    bench.worker(async () => ({ card: '4242424242424242' }), {}, { sealer })
    expect(await finished(job)).toBe('failed')
    expect(await bench.stored(job.id)).toMatchObject({ failedReason: 'WaxsealError: [sealed] (provider_unavailable)' })
    expect(JSON.stringify(await bench.stored(job.id))).not.toContain('4242424242424242')
  })
})
