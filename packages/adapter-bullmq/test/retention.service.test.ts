import { retention } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { SealOptions } from '../src/index.js'
import { finished, onRedis } from './bench.js'

const day = retention.deleteAfter({ days: 1 })

onRedis((create) => {
  describe('retention', () => {
    it.each([
      [day, { age: 86_400 }],
      [retention.deleteAfter({ ms: 1 }), { age: 1 }],
      [retention.keepIndefinitely(), false],
      [retention.deleteImmediately(), true],
      [retention.useDefault(), { count: 5 }],
      [undefined, { count: 5 }],
    ])('of %j is what BullMQ removes by', async (policy, removal) => {
      const bench = create()
      const queue = bench.queue({ retention: policy })
      const opts = { removeOnComplete: { count: 5 }, removeOnFail: { count: 5 } }
      const jobs = [
        await queue.add('pay', {}, opts),
        ...(await queue.addBulk([{ name: 'pay', data: {}, opts }])),
        (await bench.flows({ retention: policy }).add({ name: 'pay', queueName: bench.name, opts })).job,
        (await queue.upsertJobScheduler('s', { every: 3_600_000 }, { name: 'pay', data: {}, opts }))!,
      ]
      for (const { id } of jobs) {
        const read = (await queue.getJob(id!))!
        expect([read.opts.removeOnComplete, read.opts.removeOnFail]).toEqual([removal, removal])
      }
    })

    it('removes jobs at once, or keeps them', async () => {
      const bench = create()
      const policies: SealOptions['retention'] = ({ name }) =>
        name === 'pay' ? retention.deleteImmediately() : retention.keepIndefinitely()
      const queue = bench.queue({ retention: policies })
      const [pay, mail] = await queue.addBulk([
        { name: 'pay', data: {} },
        { name: 'mail', data: {} },
      ])
      bench.worker(async () => 'done', { removeOnComplete: { count: 0 } })
      expect(await finished(mail!)).toBe('completed')
      expect(await queue.getJob(pay!.id!)).toBeUndefined()
    })

    it('has one period in a queue, for ever among them, and names no date', async () => {
      const bench = create()
      const byName: Record<string, unknown> = {
        day,
        again: day,
        week: retention.deleteAfter({ days: 7 }),
        ever: retention.keepIndefinitely(),
        never: retention.deleteImmediately(),
        date: retention.deleteAt(new Date()),
      }
      const queue = bench.queue({ retention: ({ name }) => byName[name] as typeof day })
      for (const name of ['day', 'again', 'never']) await queue.add(name, {})
      for (const name of ['week', 'ever', 'date']) await expect(queue.add(name, {})).rejects.toMatchObject({ code: 'config' })
      expect(await queue.getJobCountByTypes('waiting')).toBe(3)
    })
  })
})
