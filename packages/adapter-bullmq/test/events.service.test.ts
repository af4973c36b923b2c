import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { Job, QueueEvents } from '../src/index.js'
import { ENVELOPE, onRedis } from './bench.js'

const listen = (events: QueueEvents, ...names: string[]) => {
  const told: unknown[] = []
  for (const name of names) events.on(name as 'completed', (args: unknown) => void told.push([name, args]))
  return told
}
const until = (told: unknown[], count: number) =>
  vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(count), { timeout: 10_000, interval: 20 })

const work = async (active: Job) => {
  await active.updateProgress({ of: active.data.n })
  if (active.data.fails) throw new Error(`no ${active.data.n}`)
  return { n: active.data.n }
}

onRedis((create, redis) => {
  describe('events of a queue', () => {
    it('are opened, in their order, for all and for each job', async () => {
      const bench = create()
      const events = await bench.events()
      const told = listen(events, 'waiting', 'active', 'progress', 'completed', 'failed', 'drained', 'completed:1', 'failed:2')
      const queue = bench.queue()
      await queue.add('pay', { n: 1 })
      await queue.add('mail', { n: 2, fails: true })
      bench.worker(work)
      await until(told, 11)
      const job = (id: number, more: object) => expect.objectContaining({ jobId: `${id}`, ...more })
      expect(told).toEqual([
        ['waiting', job(1, {})],
        ['waiting', job(2, {})],
        ['active', job(1, {})],
        ['progress', { jobId: '1', data: { of: 1 } }],
        ['completed', job(1, { returnvalue: { n: 1 } })],
        ['completed:1', job(1, { returnvalue: { n: 1 } })],
        ['active', job(2, {})],
        ['progress', { jobId: '2', data: { of: 2 } }],
        ['failed', job(2, { failedReason: 'no 2' })],
        ['failed:2', job(2, { failedReason: 'no 2' })],
        ['drained', expect.any(String)],
      ])
    })

    it('tell of jobs that are gone', async () => {
      const bench = create()
      const told = listen(await bench.events(), 'completed', 'failed')
      await bench.queue().addBulk([
        { name: 'pay', data: { n: 1 }, opts: { removeOnComplete: true } },
        { name: 'mail', data: { n: 2, fails: true }, opts: { removeOnFail: true } },
      ])
      bench.worker(work)
      await until(told, 2)
      expect(told).toMatchObject([
        ['completed', { returnvalue: { n: 1 } }],
        ['failed', { failedReason: 'no 2' }],
      ])
      expect(await redis.client.keys(`bull:${bench.name}:[12]`)).toEqual([])
    })

    it('know the type of each job', async () => {
      const bench = create()
      const seal = {
        jobType: (name: string) => `type of ${name}`,
        scope: ({ name }: { name: string }) => (name.startsWith('type of ') ? undefined : 'none'),
      }
      const told = listen(await bench.events(seal), 'progress', 'completed', 'failed')
      await bench.queue(seal).addBulk([
        { name: 'pay', data: { n: 1 } },
        { name: 'mail', data: { n: 2, fails: true } },
      ])
      bench.worker(work, {}, seal)
      await until(told, 4)
      expect(told).toMatchObject([
        ['progress', { data: { of: 1 } }],
        ['completed', { returnvalue: { n: 1 } }],
        ['progress', { data: { of: 2 } }],
        ['failed', { failedReason: 'no 2' }],
      ])
    })

    it('leave reasons sealed where envelopes store no context', async () => {
      const bench = create()
      const seal = { storeContext: false }
      const told = listen(await bench.events(seal), 'completed', 'failed')
      const queue = bench.queue(seal)
      await queue.addBulk([
        { name: 'pay', data: { n: 1 } },
        { name: 'mail', data: { n: 2, fails: true } },
      ])
      bench.worker(work, {}, seal)
      await until(told, 2)
      expect(told).toMatchObject([
        ['completed', { returnvalue: { n: 1 } }],
        ['failed', { failedReason: expect.stringMatching(/^Error: \[sealed\] wax1\./) }],
      ])
      expect((await queue.getJob('2'))!.failedReason).toBe('no 2')
    })

    it('bring nothing that does not open, or what is stored where that is asked for', async () => {
      const bench = create()
      const refused: unknown[] = []
      const told = listen(await bench.events({ onEvent: (event) => void refused.push(event) }), 'completed', 'progress')
      const shown = listen(await bench.events({ unreadable: 'show' }), 'completed', 'progress')
      const publish = (event: string, fields: object) =>
        redis.client.xadd(`bull:${bench.name}:events`, '*', 'event', event, 'jobId', '7', ...Object.entries(fields).flat())
      await publish('completed', { returnvalue: '{"paid":true}' })
      await publish('completed', { returnvalue: 'true' })
      await publish('completed', { returnvalue: 'null' })
      await publish('progress', { data: '{"$sealed":"wax1.x","$job":"pay"}' })
      await until(told, 4)
      expect(told).toEqual([
        ['completed', { jobId: '7' }],
        ['completed', { jobId: '7' }],
        ['completed', { jobId: '7', returnvalue: null }],
        ['progress', { jobId: '7' }],
      ])
      expect(refused).toEqual([
        { event: 'refused', surface: 'result', code: 'plaintext_rejected' },
        { event: 'refused', surface: 'result', code: 'plaintext_rejected' },
        { event: 'refused', surface: 'progress', code: 'unsupported_suite' },
      ])
      await until(shown, 4)
      expect(shown[0]).toEqual(['completed', { jobId: '7', returnvalue: { paid: true } }])
    })

    it('that came before it was closed are told', async () => {
      const bench = create()
      let opening = 0
      const sealer = {
        ...bench.seal.sealer,
        async open(...args: Parameters<typeof bench.seal.sealer.open>) {
          opening++
          await setTimeout(50)
          return bench.seal.sealer.open(...args)
        },
      } as typeof bench.seal.sealer
      const events = await bench.events({ sealer })
      const told = listen(events, 'progress')
      const job = await bench.queue().add('pay', {})
      await job.updateProgress({ half: true })
      await vi.waitFor(() => expect(opening).toBe(1), { interval: 1 })
      await events.close()
      expect(told).toEqual([['progress', { jobId: job.id, data: { half: true } }]])
    })

    it('report a seal that does not fit', async () => {
      const bench = create()
      const errors: unknown[] = []
      const events = await bench.events({ app: '' })
      events.on('error', (error) => void errors.push(error))
      await bench.plainQueue().add('pay', {})
      await until(errors, 1)
      expect(errors[0]).toMatchObject({ code: 'config' })
    })
  })

  describe('custom events', () => {
    const fields = { eventName: 'refund', jobId: '12', amount: 1999, nothing: undefined, ok: true, card: '4242424242424242' }

    it('are sealed, and read as BullMQ reads them', async () => {
      const bench = create()
      const told = listen(await bench.events(), 'refund')
      await bench.producer().publishEvent(fields)
      await until(told, 1)
      expect(JSON.stringify(await redis.client.xrange(`bull:${bench.name}:events`, '-', '+'))).not.toMatch(/4242|1999/)
      const plain = create()
      const asPlain = listen(await plain.plainEvents(), 'refund')
      const producer = new plain.host.QueueEventsProducer(plain.name, { connection: plain.connection })
      await producer.publishEvent(fields)
      await until(asPlain, 1)
      await producer.close()
      expect(told).toEqual(asPlain)
    })

    it('cannot be exchanged, nor passed off as the data of a job', async () => {
      const bench = create()
      const told = listen(await bench.events(), 'refund', 'payout')
      await bench.producer().publishEvent({ eventName: 'refund', amount: 1 })
      await until(told, 1)
      const [[, entry]] = (await redis.client.xrange(`bull:${bench.name}:events`, '-', '+')) as [[string, string[]]]
      const envelope = entry[entry.indexOf('$sealed') + 1]!
      expect(envelope).toMatch(ENVELOPE)
      await redis.client.xadd(`bull:${bench.name}:events`, '*', 'event', 'payout', '$sealed', envelope)
      await until(told, 2)
      expect(told[1]).toEqual(['payout', {}])
      const queue = bench.queue()
      const job = await queue.add('refund', { amount: 5 })
      await bench.store(job.id, { data: JSON.stringify({ $sealed: envelope, $job: 'refund' }) })
      await expect(queue.getJob(job.id!)).rejects.toMatchObject({ code: 'open_failed' })
    })

    it('have names of their own', async () => {
      const bench = create()
      for (const eventName of ['completed', 'progress'])
        await expect(bench.producer().publishEvent({ eventName, jobId: '1' })).rejects.toMatchObject({ code: 'config' })
      const told = listen(await bench.events(), 'failed')
      await bench.producer().publishEvent({ eventName: 'failed', jobId: '1', text: 'mine' })
      await until(told, 1)
      expect(told).toEqual([['failed', { jobId: '1', text: 'mine' }]])
    })

    it('stay in clear while nothing is sealed yet', async () => {
      const bench = create()
      const allowUntil = new Date(Date.now() + 3_600_000)
      const told = listen(await bench.events({ plaintext: { [bench.name]: { allowUntil } } }), 'refund')
      await bench.producer({ write: 'plaintext' }).publishEvent({ eventName: 'refund', amount: 1 })
      await until(told, 1)
      expect(told).toEqual([['refund', { amount: '1' }]])
    })
  })
})
