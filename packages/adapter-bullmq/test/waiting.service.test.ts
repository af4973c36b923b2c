import { describe, expect, it } from 'vitest'
import type { Job } from '../src/index.js'
import { finished, onRedis, scopedSealer } from './bench.js'

const work = async (active: Job) => {
  if (active.data.card === 'bad') throw new Error('card 4242 was declined')
  if (active.data.card === 'none') return undefined
  return { paid: active.data.card }
}

onRedis((create) => {
  describe.each(['sealed', 'plain'])('waiting for a job by %s events', (kind) => {
    it('gives its result or its reason, whether it is done already or not', async () => {
      const bench = create()
      const seal = {
        sealer: scopedSealer('acme'),
        scope: ({ data }: { data?: unknown }) => (data as { tenant: string }).tenant,
        policy: { fields: ['/card'] },
      }
      const queue = bench.queue(seal)
      const events = kind === 'sealed' ? await bench.events(seal) : await bench.plainEvents()
      const add = (card: string) => queue.add('pay', { tenant: 'acme', card })
      const jobs = [await add('4242'), await add('bad'), await add('none')] as const
      const waiting = jobs.map((job) => job.waitUntilFinished(events, 10_000).catch((error) => error))
      bench.worker(work, {}, seal)
      const outcomes = [{ paid: '4242' }, new Error('card 4242 was declined'), null]
      expect(await Promise.all(waiting)).toEqual(outcomes)
      for (const job of jobs) await finished(job)
      const read = await Promise.all(jobs.map(async (job) => (await queue.getJob(job.id!))!))
      expect(await Promise.all(read.map((job) => job.waitUntilFinished(events).catch((error) => error)))).toEqual(outcomes)
    })

    it('ends after a time', async () => {
      const bench = create()
      const events = kind === 'sealed' ? await bench.events() : await bench.plainEvents()
      const job = await bench.queue().add('pay', {})
      await expect(job.waitUntilFinished(events, 30)).rejects.toThrow('timed out before finishing')
      expect(events.listenerCount(`completed:${job.id}`)).toBe(0)
    })
  })

  it('a result of another type is not taken for the job’s own', async () => {
    const bench = create()
    const queue = bench.queue()
    bench.worker(async () => ({ paid: true }))
    const [pay, mail] = await queue.addBulk([
      { name: 'pay', data: {} },
      { name: 'mail', data: {} },
    ])
    for (const job of [pay!, mail!]) await finished(job)
    await bench.store(pay!.id, { returnvalue: (await bench.stored(mail!.id)).returnvalue! })
    await expect(pay!.waitUntilFinished(await bench.events())).rejects.toMatchObject({ code: 'open_failed' })
  })
})
