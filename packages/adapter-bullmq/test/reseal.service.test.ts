import { setTimeout as sleep } from 'node:timers/promises'
import { createCanaries, describeHits, redisKeys, scan } from '@waxseal/conformance/leak-probe'
import { redisMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import type { Job } from 'bullmq'
import { describe, expect, it, vi } from 'vitest'
import type { SealOptions } from '../src/seal-options.js'
import { hosts, realRedis } from './redis.js'
import { type Bench, rotated } from './rotated.js'

const missing = redisMissing()
const secret = createCanaries('reseal').json.value
const K1 = { kid: 'k1' }
const ON_K1 = /wax1\.c256x?\.k1~/

type Settings = Omit<Partial<SealOptions>, 'sealer'>

describeIf(!missing, missing ?? '')('Redis', () => {
  const redis = realRedis()
  const leaks = async () => describeHits((await scan(redisKeys(redis.command), [createCanaries('reseal').json])).hits)

  /** All of Redis but the events, with envelopes taken out. */
  async function rest({ name, children }: Bench): Promise<Record<string, unknown>> {
    const found: Record<string, unknown> = {}
    for (const key of (await redis.client.keys(`bull:*`)).sort()) {
      // Queues that were closed may still write what they are.
      if (![name, children].includes(key.split(':')[1]!)) continue
      const type = await redis.client.type(key)
      if (type === 'hash') found[key] = await redis.client.hgetall(key)
      if (type === 'list') found[key] = await redis.client.lrange(key, 0, -1)
      if (type === 'zset') found[key] = await redis.client.zrange(key, 0, -1, 'WITHSCORES')
      if (type === 'set') found[key] = (await redis.client.smembers(key)).sort()
    }
    return JSON.parse(JSON.stringify(found).replace(/wax1\.[^\s"\\]+/g, 'sealed'))
  }

  const stale = async () => {
    const keys: string[] = []
    for await (const item of redisKeys(redis.command)) if ('text' in item && ON_K1.test(item.text)) keys.push(item.where)
    return [...new Set(keys)]
  }

  /** Jobs in every state, a flow with all that becomes of children, a scheduler, and data that waits for a job to end. */
  async function everything({ queue, flows, worker, name, children }: Bench): Promise<void> {
    const data = (step: string) => ({ step, secret, amount: 1 })
    await queue.add('done', data('done'))
    await queue.add('fails', data('fails'))
    await queue.add('retries', data('retries'), { attempts: 3, backoff: { type: 'fixed', delay: 3_600_000 } })
    await flows.add({
      name: 'parent',
      queueName: name,
      data: data('parent'),
      children: [
        { name: 'done', queueName: children, data: data('child') },
        { name: 'fails', queueName: children, data: data('lost'), opts: { ignoreDependencyOnFailure: true, removeOnFail: true } },
        { name: 'fails', queueName: children, data: data('kept'), opts: { ignoreDependencyOnFailure: true } },
      ],
    })
    async function process(job: Job) {
      await job.updateProgress({ secret })
      for (const n of [1, 2]) await job.log(`${n} ${secret}`)
      if (job.name === 'done' || job.name === 'parent') return { secret }
      throw Object.assign(new Error(`declined ${secret}`), { name: 'CardError' })
    }
    const workers = [worker(name, process), worker(children, process)]
    await vi.waitFor(
      async () => expect(await queue.getJobCounts()).toMatchObject({ completed: 2, failed: 1, delayed: 1 }),
      20_000,
    )
    await Promise.all(workers.map((each) => each.close()))
    const manual = worker(name, null)
    const dedup = { id: 'one', keepLastIfActive: true }
    await queue.add('active', data('active'), { deduplication: dedup } as object)
    await manual.getNextJob('token')
    await queue.add('next', data('next'), { deduplication: dedup } as object)
    await flows.add({
      name: 'waits',
      queueName: name,
      data: data('waits'),
      children: [{ name: 'still', queueName: children, data: data('still'), opts: { delay: 3_600_000 } }],
    })
    await queue.add('waiting', data('waiting'), { attempts: 7, removeOnComplete: { count: 3 } })
    await queue.add('prioritized', data('prioritized'), { priority: 5 })
    await queue.add('delayed', data('delayed'), { delay: 3_600_000 })
    await queue.upsertJobScheduler(
      'nightly',
      { every: 3_600_000, startDate: Date.now() + 3_600_000 },
      { name: 't', data: data('t') },
    )
  }

  describe.each(Object.keys(hosts))('%s', (version) => {
    describe.each<[string, Settings]>([
      ['whole payloads', {}],
      ['fields', { policy: { fields: ['/secret'] } }],
      ['fields inline', { policy: { fields: ['/secret'], form: 'inline' } }],
    ])('%s', (_, settings) => {
      it('can all be read with the new key alone, in every state, and nothing else of them has changed', async () => {
        const bench = await rotated(redis, version, settings)
        await everything(bench)
        const before = await rest(bench)
        const reseal = bench.engine()
        expect((await reseal.canRetire(K1)).ok).toBe(false)
        const report = await reseal.run()
        expect(report).toMatchObject({ complete: true, targets: [{ conflicted: 0, skipped: [] }] })
        expect(report.targets[0]!.moved).toBe(report.targets[0]!.seen)
        expect(await rest(bench)).toEqual(before)
        // What is left is in events.
        expect((await stale()).sort()).toEqual([bench.name, bench.children].map((name) => `stream bull:${name}:events`).sort())
        expect(await reseal.canRetire(K1)).toMatchObject({ ok: false, reason: 'needed' })
        await bench.trimEvents()
        expect(await reseal.canRetire(K1)).toMatchObject({ ok: true, use: [{ needed: 0, unreadable: 0, partial: false }] })
        expect((await reseal.run()).targets[0]).toMatchObject({ moved: 0, skipped: [] })
        expect(await leaks()).toBe('')

        const { queue, children } = bench.renewed()
        const jobs = [...(await queue.getJobs()), ...(await children.getJobs())]
        const states = Object.fromEntries(await Promise.all(jobs.map(async (job) => [job.data.step, await job.getState()])))
        expect(states).toEqual({
          ...{ done: 'completed', parent: 'completed', fails: 'failed', retries: 'delayed', child: 'completed', kept: 'failed' },
          ...{ active: 'active', waits: 'waiting-children', waiting: 'waiting', prioritized: 'prioritized', delayed: 'delayed' },
          ...{ t: 'delayed', still: 'delayed' },
        })
        for (const job of jobs) expect(job.data).toEqual({ step: job.data.step, secret, amount: 1 })
        const of = (step: string) => jobs.find((job) => job.data.step === step)!
        for (const step of ['done', 'parent', 'child'])
          expect(of(step)).toMatchObject({ returnvalue: { secret }, progress: { secret } })
        for (const step of ['fails', 'kept', 'retries']) {
          expect(of(step).failedReason).toBe(`declined ${secret}`)
          expect(of(step).stacktrace![0]).toContain(`declined ${secret}`)
        }
        expect((await queue.getJobLogs(of('done').id!)).logs).toEqual([`1 ${secret}`, `2 ${secret}`])
        expect(Object.values(await of('parent').getChildrenValues())).toEqual([{ secret }])
        const failures = Object.values(await of('parent').getIgnoredChildrenFailures())
        expect(failures).toEqual([`declined ${secret}`, `declined ${secret}`])
        expect((await queue.getJobScheduler('nightly'))!.template!.data).toEqual({ step: 't', secret, amount: 1 })
        const waiting = await redis.client.hget(`bull:${bench.name}:dn:one`, 'data')
        expect(waiting).toContain('.k2~1.')
        await bench.close()
      })
    })

    it('loses nothing and runs nothing twice while workers run, with retries and flows', async () => {
      const bench = await rotated(redis, version)
      const { queue, flows, name, children } = bench
      const runs = new Map<string, number>()
      const ended = new Map<string, unknown>()
      async function process(job: Job) {
        const at = `${job.queueName} ${job.data.n}`
        runs.set(at, (runs.get(at) ?? 0) + 1)
        await job.log(`${job.data.n}`)
        await job.updateProgress({ n: job.data.n })
        await sleep(job.data.n % 5)
        if (job.data.n % 4 === 0 && job.attemptsMade === 0) throw new Error(secret)
        if (job.name === 'parent') ended.set(at, Object.values(await job.getChildrenValues()))
        return { n: job.data.n }
      }
      const numbers = Array.from({ length: 60 }, (_, n) => n)
      const opts = { attempts: 3, backoff: { type: 'fixed', delay: 5 } }
      await queue.addBulk(numbers.map((n) => ({ name: 'single', data: { n }, opts: { ...opts, priority: n % 3 } })))
      for (const n of numbers.slice(0, 20))
        await flows.add({
          name: 'parent',
          queueName: name,
          data: { n: 100 + n },
          opts,
          children: [{ name: 'child', queueName: children, data: { n }, opts }],
        })
      await queue.upsertJobScheduler('often', { every: 20, limit: 5 }, { name: 'tick', data: { n: 1000 }, opts })
      const during = bench.during()
      const workers = [
        bench.preparing().worker(name, process, { concurrency: 4 }),
        during.worker(name, process, { concurrency: 4 }),
        during.worker(children, process, { concurrency: 2 }),
      ]
      const reseal = bench.engine()
      const total = numbers.length + 20 + 5
      let moved = 0
      do {
        const report = await reseal.run()
        expect(report.stopped).toBe(null)
        moved += report.targets[0]!.moved
        await sleep(5)
      } while ((await queue.getJobCounts('completed')).completed! < total)
      await Promise.all(workers.map((each) => each.close()))
      // At the least what was there before: the data of all jobs.
      expect(moved).toBeGreaterThanOrEqual(numbers.length + 40)
      // The worker that seals under the old key has ended.
      await reseal.run()
      await bench.trimEvents()
      expect(await stale()).toEqual([])
      expect(await reseal.canRetire(K1)).toMatchObject({ ok: true })

      const tries = (n: number) => (n % 4 === 0 ? 2 : 1)
      for (const n of numbers) expect([n, runs.get(`${name} ${n}`)]).toEqual([n, tries(n)])
      for (const n of numbers.slice(0, 20)) {
        expect(runs.get(`${children} ${n}`)).toBe(tries(n))
        expect(runs.get(`${name} ${100 + n}`)).toBe(tries(n))
        expect(ended.get(`${name} ${100 + n}`)).toEqual([{ n }])
      }
      expect(runs.get(`${name} 1000`)).toBe(5 * tries(1000))
      const next = bench.renewed()
      const jobs = [...(await next.queue.getJobs()), ...(await next.children.getJobs())]
      expect(jobs.length).toBe(total + 20)
      for (const job of jobs) {
        expect([await job.getState(), job.returnvalue, job.progress]).toEqual(['completed', { n: job.data.n }, { n: job.data.n }])
        const logs = (await (job.queueName === name ? next.queue : next.children).getJobLogs(job.id!)).logs
        expect(logs).toEqual(Array.from({ length: tries(job.data.n) }, () => `${job.data.n}`))
        expect(job.attemptsMade).toBe(tries(job.data.n))
      }
      await bench.close()
    })
  })
})
