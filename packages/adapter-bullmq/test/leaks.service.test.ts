import { fileURLToPath } from 'node:url'
import { createCanaries } from '@waxseal/conformance/leak-probe'
import { createDedupKey, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it, vi } from 'vitest'
import type { Job } from '../src/index.js'
import { finished, leaks, onRedis } from './bench.js'
import { recordingTelemetry } from './telemetry.js'

const file = fileURLToPath(new URL('processors/steps.mjs', import.meta.url))
const dedup = createDedupKey({ keys: staticKeys([{ kid: 'dedup', key: generateKey() }]), key: { kid: 'dedup' } })

onRedis((create, redis) => {
  describe.each([undefined, { fields: ['/**'] }])('with everything that BullMQ stores (policy %j)', (policy) => {
    it('nothing is found in Redis or in telemetry', async () => {
      const canaries = createCanaries()
      const values = Object.values(canaries).map(({ value }) => value)
      const secret = values.join(' ')
      const bench = create()
      const { telemetry, told } = recordingTelemetry()
      const seal = { policy, dedup }
      const queue = bench.queue(seal, { telemetry })
      const opts = { attempts: 2, deduplication: { id: secret, keepLastIfActive: true } }
      let newest: Promise<unknown> | undefined
      const work = async (active: Job) => {
        newest ??= queue.add('dedup', { secret, newest: true }, opts)
        await newest
        await active.updateData({ secret, updated: true })
        await active.updateProgress({ secret })
        await active.log(secret)
        if (active.data.fails || active.name === 'ignored')
          throw Object.assign(new Error(secret, { cause: new Error(secret) }), { secret, code: secret })
        return { secret, values, children: await active.getChildrenValues(), ignored: await active.getIgnoredChildrenFailures() }
      }
      const data = { secret, values, deep: [{ secret }] }
      await queue.add('dedup', data, opts)
      const jobs = [
        await queue.add('pay', data),
        ...(await queue.addBulk([
          { name: 'pay', data, opts: { priority: 2 } },
          { name: 'fails', data: { ...data, fails: true }, opts: { attempts: 2, delay: 1 } },
        ])),
        (await queue.upsertJobScheduler('s', { every: 3_600_000, limit: 1 }, { name: 'pay', data }))!,
        (
          await bench.flows(seal).add({
            name: 'parent',
            queueName: bench.name,
            data,
            children: [
              { name: 'child', queueName: bench.name, data },
              { name: 'ignored', queueName: bench.name, data, opts: { ignoreDependencyOnFailure: true } },
            ],
          })
        ).job,
      ]
      await queue.updateJobProgress(jobs[1]!.id!, secret)
      await queue.addJobLog(jobs[1]!.id!, secret)
      await bench.producer(seal).publishEvent({ eventName: 'custom', secret })
      expect(await leaks(redis, ...values)).toBe('')
      const worker = bench.worker(work, { telemetry, concurrency: 3 }, seal)
      for (const job of jobs) await finished(job)
      await vi.waitFor(async () => expect(await queue.getJobCountByTypes('waiting', 'active', 'delayed')).toBe(0), {
        timeout: 10_000,
      })
      await worker.close()
      expect(await leaks(redis, ...values)).toBe('')
      bench.worker(file, { telemetry }, seal)
      for (const job of await queue.addBulk([0, 1, 3].map((step) => ({ name: 'file', data: { step, secret } }))))
        await finished(job)
      expect(await leaks(redis, ...values)).toBe('')
      const telling = told()
      expect(telling).toContain('job completed')
      expect(telling).toContain('job failed')
      expect(values.filter((value) => telling.includes(value) || telling.includes(JSON.stringify(value).slice(1, -1)))).toEqual(
        [],
      )
    })
  })

  it('and would be found', async () => {
    const bench = create()
    const { ascii } = createCanaries()
    const { telemetry, told } = recordingTelemetry()
    const job = await bench.plainQueue().add('pay', { note: ascii.value })
    const worker = new bench.host.Worker(bench.name, async ({ data }) => data, { connection: bench.connection, telemetry })
    await finished(job)
    await worker.close()
    const found = await leaks(redis, ascii.value)
    for (const where of [`hash bull:${bench.name}:${job.id}`, `stream bull:${bench.name}:events`]) expect(found).toContain(where)
    expect(told()).toContain(ascii.value)
  })
})
