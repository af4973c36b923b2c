import { createCanaries, describeHits, redisKeys, scan } from '@waxseal/conformance/leak-probe'
import type { Detector } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { redisMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import type { Job, Queue } from 'bullmq'
import { expect, it, vi } from 'vitest'
import type { SealOptions } from '../src/index.js'
import type { BullMQResealOptions } from '../src/reseal.js'
import { hosts, realRedis } from './redis.js'
import { rotated } from './rotated.js'

const missing = redisMissing()
const canaries = createCanaries('clear')
const secret = canaries.json.value

/** Finds numbers of cards, wherever they stand. */
const cards: Detector = {
  detectDocument: (document) => (JSON.stringify(document)?.includes('4242') ? [{ pointer: '/card' }] : []),
}

describeIf(!missing, missing ?? '')('jobs in clear', () => {
  const redis = realRedis()
  const leaks = async () => describeHits((await scan(redisKeys(redis.command), Object.values(canaries))).hits)

  async function bench(version: string, settings: Omit<Partial<SealOptions>, 'sealer'> = {}) {
    const all = await rotated(redis, version, settings)
    const host = hosts[version] as unknown as typeof import('bullmq')
    const flows = new host.FlowProducer({ connection: redis.connection })
    const workers = [all.name, all.children].map(
      (name) => new host.Worker(name, process, { connection: redis.connection, autorun: false }),
    )
    return {
      ...all,
      flows,
      engine: (more: Partial<BullMQResealOptions> = {}) =>
        createReseal({ sealer: all.sealer, targets: [all.target({ inClear: 'seal', ...more })], pageSize: 3 }),
      async work(queue: Queue, counts: Record<string, number>) {
        for (const worker of workers) void worker.run()
        await vi.waitFor(async () => expect(await queue.getJobCounts()).toMatchObject(counts), 20_000)
        for (const each of [...workers, flows]) await each.close()
      },
    }
  }

  async function process(job: Job) {
    await job.updateProgress({ secret })
    await job.log(`paid ${secret}`)
    if (job.name === 'fails') throw new Error(`declined ${secret}`)
    return { secret }
  }

  for (const version of Object.keys(hosts))
    for (const settings of [{}, { policy: { fields: ['/secret'] } }])
      it(`are sealed where they stand: ${version}, ${settings.policy ? 'fields' : 'whole payloads'}`, async () => {
        const { plain, flows, engine, name, children, during, work, close } = await bench(version, settings)
        const data = (step: string) => ({ step, secret, amount: 1 })
        await plain.add('done', data('done'))
        await plain.add('fails', data('fails'), { attempts: 2, priority: 4, custom: { keep: [1] } } as object)
        await flows.add({
          name: 'parent',
          queueName: name,
          data: data('parent'),
          children: [
            { name: 'done', queueName: children, data: data('child') },
            { name: 'fails', queueName: children, data: data('lost'), opts: { ignoreDependencyOnFailure: true } },
          ],
        })
        await work(plain, { completed: 2, failed: 1 })
        await plain.add('delayed', data('delayed'), { delay: 3_600_000 })
        await plain.upsertJobScheduler(
          'nightly',
          { every: 3_600_000, startDate: Date.now() + 3_600_000 },
          { name: 't', data: data('t') },
        )
        const {
          data: _,
          failedReason: __,
          stacktrace: ___,
          progress: ____,
          ...kept
        } = await redis.client.hgetall(`bull:${name}:2`)
        expect((await engine().run({ dryRun: true })).targets[0]).toMatchObject({ skipped: [] })
        expect(await leaks()).not.toBe('')
        const report = (await engine().run()).targets[0]!
        expect(report).toMatchObject({ moved: report.seen, skipped: [] })
        for (const each of [name, children]) await redis.client.xtrim(`bull:${each}:events`, 'MAXLEN', 0)
        expect(await leaks()).toBe('')
        expect(await redis.client.hgetall(`bull:${name}:2`)).toMatchObject(kept)
        expect((await engine().run()).targets[0]).toMatchObject({ moved: 0, skipped: [] })

        const sealed = during()
        const jobs = [...(await sealed.queue.getJobs()), ...(await sealed.children.getJobs())]
        expect(jobs).toHaveLength(7)
        for (const job of jobs) {
          expect(job.data).toEqual(data(job.data.step))
          const ended = await job.getState()
          if (ended === 'completed') expect(job.returnvalue).toEqual({ secret })
          if (ended === 'failed')
            expect([job.failedReason, job.stacktrace![0]]).toEqual([
              `declined ${secret}`,
              expect.stringContaining('Error: declined'),
            ])
          if (ended === 'delayed') continue
          expect(job.progress).toEqual({ secret })
          const { logs } = await (job.queueName === name ? sealed.queue : sealed.children).getJobLogs(job.id!)
          expect([...new Set(logs)]).toEqual([`paid ${secret}`])
        }
        const parent = jobs.find((job) => job.name === 'parent')!
        expect(Object.values(await parent.getChildrenValues())).toEqual([{ secret }])
        expect(Object.values(await parent.getIgnoredChildrenFailures())).toEqual([`declined ${secret}`])
        expect((await sealed.queue.getJobScheduler('nightly'))!.template!.data).toEqual(data('t'))
        await close()
      })

  it('are sealed only where the detector finds something, and count for a key whatever it thinks', async () => {
    const { plain, queue, engine, name, close } = await bench('BullMQ 6')
    for (let n = 0; n < 8; n++) await plain.add('pay', n % 3 === 0 ? { n, card: '4242 4242' } : { n })
    await redis.client.hset(`bull:${name}:1`, 'failedReason', 'no 4242')
    await redis.client.hset(`bull:${name}:2`, 'failedReason', 'no cash')
    const job = await queue.add('pay', { n: 8 })
    const { $sealed } = JSON.parse((await redis.client.hget(`bull:${name}:${job.id}`, 'data'))!)
    await plain.add('pay', { note: $sealed })
    expect((await engine({ detect: cards }).stillOn({ kid: 'k1' }))[0]).toMatchObject({ needed: 2 })
    expect((await engine({ detect: cards, inClear: undefined }).run()).targets[0]!.skipped).toMatchObject([
      { reason: 'plaintext_rejected', count: 3 },
    ])
    expect((await engine({ detect: cards }).run()).targets[0]).toMatchObject({ skipped: [] })
    const held = async (field: string) => {
      const ids = Array.from({ length: 8 }, (_, n) => n + 1)
      const texts = await Promise.all(ids.map((id) => redis.client.hget(`bull:${name}:${id}`, field)))
      return ids.filter((_, at) => texts[at]?.includes('wax1.')).map((id) => id - 1)
    }
    expect(await held('data')).toEqual([0, 3, 6])
    expect(await held('failedReason')).toEqual([0])
    await close()
  })

  it('stay where jobs are to be stored so', async () => {
    const { plain, engine, name, close } = await bench('BullMQ 6', { write: 'plaintext' })
    await plain.add('pay', { secret })
    expect((await engine().run()).targets[0]).toMatchObject({ moved: 0, skipped: [{ reason: 'plaintext_rejected' }] })
    expect(await redis.client.hget(`bull:${name}:1`, 'data')).toBe(JSON.stringify({ secret }))
    await close()
  })
})
