import { describe, expect, it } from 'vitest'
import { ENVELOPE, finished, onRedis } from './bench.js'

const VALUES: [unknown, unknown?][] = [
  [{ card: '4242', deep: [{ list: [1, -0.5, null] }], '': '' }],
  [null],
  ['text'],
  [''],
  [0],
  [false],
  [[1, 'two']],
  [{ at: new Date(0), toJSON: undefined }, { at: '1970-01-01T00:00:00.000Z' }],
  [{ toJSON: () => ({ short: true }) }, { short: true }],
  [JSON.parse('{"__proto__":{"admin":true},"constructor":1}')],
  [Object.freeze({ deep: Object.freeze(['frozen']) })],
]

onRedis((create) => {
  describe('adding', () => {
    it('shows and stores every kind of data', async () => {
      const bench = create()
      const queue = bench.queue()
      for (const [given, back = given] of VALUES) {
        const job = await queue.add('pay', given)
        expect(job.data).toBe(given)
        expect(job).toBeInstanceOf(bench.host.Job)
        const { data } = await bench.stored(job.id)
        expect(JSON.parse(data!)).toEqual({ $sealed: expect.stringMatching(ENVELOPE), $job: 'pay' })
        const read = (await queue.getJob(job.id!))!
        expect(read.data).toEqual(back)
        expect(Object.getPrototypeOf(read.data ?? {})).toBe(Object.getPrototypeOf(back ?? {}))
      }
    })

    it('seals the fields of a policy, and leaves the others', async () => {
      const bench = create()
      const queue = bench.queue({ policy: { fields: ['/card', '/deep/*/card'] } })
      const given = JSON.parse('{"card":"4242","n":1,"deep":[{"card":"1881"}],"__proto__":{"admin":true}}')
      const job = await queue.add('pay', Object.freeze(given))
      expect(JSON.parse((await bench.stored(job.id)).data!)).toMatchObject({ n: 1, $job: 'pay', $wax: expect.anything() })
      const { data } = (await queue.getJob(job.id!))!
      expect(JSON.parse(JSON.stringify(data))).toEqual(given)
      expect(data.admin).toBeUndefined()
    })

    it('takes undefined for an empty object, as BullMQ does', async () => {
      const bench = create()
      const queue = bench.queue()
      const plain = await bench.plainQueue().add('pay', undefined)
      const job = await queue.add('pay', undefined)
      expect(job.data).toBe(plain.data)
      expect((await queue.getJob(job.id!))!.data).toEqual({})
      const seen: unknown[] = []
      await plain.remove()
      bench.worker(async ({ data }) => void seen.push(data))
      await finished(job)
      expect(seen).toEqual([{}])
    })

    it.each(['__proto__', 'constructor', 'event:pay', 'ü 🔑'])('jobs of the name %s', async (name) => {
      const bench = create()
      const queue = bench.queue()
      const [job] = await queue.addBulk([{ name, data: { n: 1 } }])
      bench.worker(async ({ data }) => ({ got: data.n }))
      await finished(job!)
      expect((await queue.getJob(job!.id!))!).toMatchObject({ name, data: { n: 1 }, returnvalue: { got: 1 } })
    })

    it('shows in bulk what was given, and tells listeners of the queue', async () => {
      const bench = create()
      const queue = bench.queue()
      const told: unknown[] = []
      queue.on('waiting', (job) => void told.push((job as { data: unknown }).data))
      const data = [{ n: 1 }, undefined, 'x']
      const jobs = await queue.addBulk(data.map((each) => ({ name: 'pay', data: each, opts: { priority: 2 } })))
      expect(jobs.map((job) => job.data)).toEqual(data)
      await queue.add('pay', data[0])
      expect(told).toEqual([data[0]])
      expect((await queue.getJobs(['prioritized'], 0, -1, true)).map((job) => job!.data)).toEqual([{ n: 1 }, {}, 'x'])
    })

    it('goes on sealing what is written to a job that was just added', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', { n: 1 })
      const [bulk] = await queue.addBulk([{ name: 'pay', data: { n: 1 } }])
      for (const each of [job, bulk!]) {
        await each.updateData({ n: 2 })
        expect(each.data).toEqual({ n: 2 })
        expect((await bench.stored(each.id)).data).toMatch(ENVELOPE)
        expect((await queue.getJob(each.id!))!.data).toEqual({ n: 2 })
      }
    })

    it('refuses data that may be sealed already, and stores none of it', async () => {
      const bench = create()
      const queue = bench.queue({ policy: { fields: ['/card'] } })
      await expect(queue.add('pay', { $sealed: 'x' })).rejects.toMatchObject({ code: 'already_sealed' })
      await expect(queue.add('pay', { n: 1n })).rejects.toMatchObject({ code: 'not_serialisable' })
      expect(await queue.getJobCountByTypes('waiting')).toBe(0)
    })

    it('keeps ids, priorities and delays that were given', async () => {
      const bench = create()
      const queue = bench.queue()
      const job = await queue.add('pay', { n: 1 }, { jobId: 'order-7', priority: 3, delay: 60_000 })
      expect(job.id).toBe('order-7')
      expect(await queue.getJob('order-7')).toMatchObject({ data: { n: 1 }, priority: 3, delay: 60_000 })
    })
  })
})
