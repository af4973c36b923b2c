import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { Job } from '../src/index.js'
import { ENVELOPE, finished, onRedis } from './bench.js'

const data = { card: '4242' }
const tomorrow = () => new Date(Date.now() + 86_400_000)

onRedis((create) => {
  describe('jobs in clear', () => {
    it.each([undefined, { fields: ['/card'] }])('are read while a window is open for their queue (policy %j)', async (policy) => {
      const bench = create()
      let counted = 0
      const seal = { policy, plaintext: { [bench.name]: { allowUntil: tomorrow(), onPlaintext: () => void counted++ } } }
      const plain = bench.plainQueue()
      const jobs = [await plain.add('pay', data), await bench.queue(seal).add('pay', data)]
      await plain.updateJobProgress(jobs[0]!.id!, 0.5)
      const seen: unknown[] = []
      bench.worker(
        async (active: Job) => {
          seen.push(active.data)
          return active.progress
        },
        {},
        seal,
      )
      for (const job of jobs) expect(await finished(job)).toBe('completed')
      expect(seen).toEqual([data, data])
      expect(counted).toBeGreaterThan(0)
      expect((await bench.queue(seal).getJob(jobs[0]!.id!))!.returnvalue).toBe(0.5)
      expect((await bench.stored(jobs[0]!.id)).returnvalue).toMatch(ENVELOPE)
      const closed = { policy, plaintext: { [bench.name]: { allowUntil: new Date(0) } } }
      await expect(bench.queue(closed).getJob(jobs[0]!.id!)).rejects.toMatchObject({ code: 'plaintext_rejected' })
    })
  })

  describe('a producer that writes in clear', () => {
    it('stores the bytes of BullMQ, and so does its worker', async () => {
      const bench = create()
      const seal = { write: 'plaintext' as const, plaintext: { [bench.name]: { allowUntil: tomorrow() } } }
      const queue = bench.queue(seal)
      const job = await queue.add('pay', data)
      expect((await bench.stored(job.id)).data).toBe('{"card":"4242"}')
      bench.worker(
        async (active: Job) => {
          await active.updateProgress(1)
          await active.log('row')
          await active.updateData({ card: '1881' })
          throw new Error('declined')
        },
        {},
        seal,
      )
      expect(await finished(job)).toBe('failed')
      expect(await bench.stored(job.id)).toMatchObject({ data: '{"card":"1881"}', progress: '1', failedReason: 'declined' })
      expect((await bench.plainQueue().getJobLogs(job.id!)).logs).toEqual(['row'])
      expect(await queue.getJob(job.id!)).toMatchObject({ data: { card: '1881' }, failedReason: 'declined' })
    })

    it('is understood by those who seal already, and understands them', async () => {
      const bench = create()
      const window = { plaintext: { [bench.name]: { allowUntil: tomorrow() } } }
      const old = await bench.queue({ ...window, write: 'plaintext' }).add('pay', data)
      const sealed = await bench.queue(window).add('pay', data)
      bench.worker(
        async (active: Job) => active.data,
        {},
        { ...window, write: ({ name }) => (name === 'pay' ? 'plaintext' : 'sealed') },
      )
      for (const job of [old, sealed]) expect(await finished(job)).toBe('completed')
      expect((await bench.stored(sealed.id)).returnvalue).toBe('{"card":"4242"}')
      expect((await bench.stored(sealed.id)).data).toMatch(ENVELOPE)
    })
  })

  describe('a sealer that only opens', () => {
    const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
    const opening = createSealer({ keys, mode: 'open-only' })

    it('reads, and adds nothing', async () => {
      const bench = create()
      const job = await bench.queue({ sealer: createSealer({ keys }) }).add('pay', data)
      const reader = bench.queue({ sealer: opening })
      expect((await reader.getJob(job.id!))!.data).toEqual(data)
      await expect(reader.add('pay', data)).rejects.toMatchObject({ code: 'sealing_disabled' })
    })

    it('works off what is sealed already, while what it writes is in clear', async () => {
      const bench = create()
      const job = await bench.queue({ sealer: createSealer({ keys }) }).add('pay', data)
      const seal = { sealer: opening, write: 'plaintext' as const, plaintext: { [bench.name]: { allowUntil: tomorrow() } } }
      bench.worker(async (active: Job) => active.data, {}, seal)
      expect(await finished(job)).toBe('completed')
      expect((await bench.queue(seal).getJob(job.id!))!).toMatchObject({ data, returnvalue: data })
    })
  })

  it('a seal that does not fit is told by every call', async () => {
    const bench = create()
    const queue = bench.queue({ app: '' })
    for (const call of [() => queue.add('pay', {}), () => queue.getJob('1'), () => queue.addBulk([{ name: 'pay', data: {} }])])
      await expect(call()).rejects.toMatchObject({ code: 'config' })
    await expect(bench.flows({ app: '' }).add({ name: 'pay', queueName: bench.name })).rejects.toMatchObject({ code: 'config' })
  })
})
