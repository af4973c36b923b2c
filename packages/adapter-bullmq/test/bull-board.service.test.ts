import { createCanaries, describeHits, redisKeys, scan } from '@waxseal/conformance/leak-probe'
import { redisMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import type { Job } from 'bullmq'
import { describe, expect, it, vi } from 'vitest'
import { type ProducerClass, SealedBullMQAdapter, type SealedBullMQAdapterOptions } from '../src/bull-board/adapter.js'
import { sealedBullMQAdapter } from '../src/bull-board.js'
import type { SealOptions } from '../src/index.js'
import { boardServer } from './board-server.js'
import { classesOf, hosts, realRedis } from './redis.js'
import { rotated } from './rotated.js'

const missing = redisMissing()
const canaries = createCanaries('board')
const secret = canaries.json.value

describeIf(!missing, missing ?? '')('Redis', () => {
  const redis = realRedis()
  const leaks = async () => describeHits((await scan(redisKeys(redis.command), Object.values(canaries))).hits)

  async function process(job: Job) {
    await job.updateProgress({ secret })
    await job.log(`log ${secret}`)
    if (job.name === 'bad') throw new Error(`declined ${secret}`)
    return { secret }
  }

  /** A queue with a job in every state that a board shows, and boards of it. */
  async function bench(version: string, settings: Omit<Partial<SealOptions>, 'sealer'> = {}) {
    const all = await rotated(redis, version, settings)
    const { queue, flows, worker, name } = all
    await queue.add('good', { secret, n: 1 }, { jobId: 'good' })
    await queue.add('bad', { secret, n: 2 }, { jobId: 'bad' })
    const running = worker(name, process)
    const node = (child: string, opts = {}) => ({ name: child, queueName: name, data: { secret }, opts })
    const flow = await flows.add({
      ...node('parent'),
      children: [node('good'), node('bad', { ignoreDependencyOnFailure: true })],
    })
    await vi.waitFor(async () => expect(await queue.getJobCounts()).toMatchObject({ completed: 3, failed: 2 }), 20_000)
    await running.close()
    await queue.add('later', { secret, n: 3 }, { delay: 3_600_000, jobId: 'later' })
    await queue.upsertJobScheduler(
      'nightly',
      { every: 3_600_000, startDate: Date.now() + 3_600_000 },
      { name: 'tick', data: { secret }, opts: { priority: 3 } },
    )
    const servers: { close(): Promise<void> }[] = []
    return {
      ...all,
      root: flow.job.id!,
      async board(of: object = queue, options: SealedBullMQAdapterOptions = {}) {
        const FlowProducer = classesOf(version).FlowProducer as unknown as ProducerClass
        const server = await boardServer([new SealedBullMQAdapter(of, options, FlowProducer)])
        servers.push(server)
        return (method: string, path: string, body?: object) =>
          server.ask(method, path.replace(/^\/q\//, `/queues/${name}/`), body)
      },
      jobsOf: async (ask: (method: string, path: string) => Promise<{ body: { queues: { jobs: { name: string }[] }[] } }>) =>
        (await ask('GET', `/queues?activeQueue=${name}&status=latest`)).body.queues[0]!.jobs,
      async close() {
        await Promise.all(servers.map((server) => server.close()))
        await all.close()
      },
    }
  }

  describe.each(Object.keys(hosts))('Bull Board on %s', (version) => {
    it('shows everything opened, and changes nothing unless it may', async () => {
      const { board, jobsOf, root, queue, close } = await bench(version)
      const ask = await board()
      const jobs = await jobsOf(ask)
      expect(jobs.length).toBe(7)
      for (const job of jobs) expect(job).toMatchObject({ data: { secret } })
      expect(jobs.find(({ name }) => name === 'parent')).toMatchObject({ returnValue: { secret }, progress: { secret } })
      const bad = (await ask('GET', '/q/bad')).body
      expect(bad).toMatchObject({ status: 'failed', job: { failedReason: `declined ${secret}`, data: { secret, n: 2 } } })
      expect(bad.job.stacktrace[0]).toContain(`Error: declined ${secret}`)
      expect((await ask('GET', '/q/good/logs')).body).toEqual([`log ${secret}`])
      const flow = (await ask('GET', `/q/${root}/flow?root=node`)).body.flowRoot
      expect(flow).toMatchObject({ name: 'parent', progress: { secret } })
      expect(Object.values(flow.ignoredChildFailureReasons)).toEqual([`declined ${secret}`])
      expect(flow.children.map(({ progress }: { progress: unknown }) => progress)).toEqual([{ secret }, { secret }])
      expect((await ask('GET', '/job-schedulers')).body.schedulers).toMatchObject([
        { id: 'nightly', template: { data: { secret } } },
      ])
      const counts = await queue.getJobCounts()
      for (const [method, path, body] of [
        ['POST', '/q/add', { name: 'good', data: {}, options: {} }],
        ['PATCH', '/q/good/update-data', { jobData: {} }],
        ['PUT', '/q/bad/retry', {}],
        ['PUT', '/q/job-schedulers/nightly/run', {}],
        ['PATCH', '/q/job-schedulers/nightly', { every: 1000 }],
      ] as const)
        expect([path, (await ask(method, path, body)).status]).toEqual([path, 405])
      expect(await queue.getJobCounts()).toEqual(counts)
      expect(await leaks()).toBe('')
      await close()
    })

    it.each<[string, Omit<Partial<SealOptions>, 'sealer'>]>([
      ['whole payloads', {}],
      ['fields', { policy: { fields: ['/secret'] } }],
    ])('seals whatever it writes, %s', async (_, settings) => {
      const { board, queue, worker, name, close } = await bench(version, settings)
      const ask = await board(queue, { readOnlyMode: false })
      const writes: [string, string, object][] = [
        ['POST', '/q/add', { name: 'again', data: { secret, n: 1 }, options: { jobId: 'again', delay: 3_600_000 } }],
        ['PATCH', '/q/later/update-data', { jobData: { secret, n: 33 } }],
        ['PUT', '/q/bad/retry', {}],
        ['PUT', '/q/retry/completed', {}],
        ['PUT', '/q/later/promote', {}],
        ['PATCH', '/q/again/priority', { priority: 2 }],
        ['PUT', '/q/job-schedulers/nightly/run', {}],
        ['PATCH', '/q/job-schedulers/nightly', { every: 7_200_000 }],
      ]
      for (const [method, path, body] of writes) {
        const { status } = await ask(method, path, body)
        expect([path, Math.floor(status / 100)]).toEqual([path, 2])
        expect([path, await leaks()]).toEqual([path, ''])
      }
      expect((await queue.getJob('again'))!.data).toEqual({ secret, n: 1 })
      expect((await queue.getJob('later'))!.data).toEqual({ secret, n: 33 })
      expect(await queue.getJobScheduler('nightly')).toMatchObject({ every: 7_200_000, template: { data: { secret } } })
      const seen: unknown[] = []
      const running = worker(name, async ({ name: type, data }) => void seen.push([type, data]))
      for (const job of [
        ['tick', { secret }],
        ['later', { secret, n: 33 }],
        ['bad', { secret, n: 2 }],
        ['good', { secret, n: 1 }],
      ])
        await vi.waitFor(() => expect(seen).toContainEqual(job), 20_000)
      await running.close()
      await close()
    })

    it('shows what does not open as it is stored, and neither edits it nor adds it again', async () => {
      const { board, jobsOf, renewed, root, name, close } = await bench(version)
      const { queue } = renewed()
      const ask = await board(queue, { readOnlyMode: false })
      const jobs = await jobsOf(ask)
      expect(jobs.length).toBe(7)
      for (const job of jobs) expect(job).toMatchObject({ data: { $sealed: expect.stringContaining('.k1~1.') } })
      const { body } = await ask('GET', '/q/bad')
      expect(body.job.failedReason).toMatch(/^Error: \[sealed\] wax1\./)
      expect((await ask('GET', '/q/good/logs')).body[0]).toMatch(/^wax1\./)
      expect((await ask('GET', `/q/${root}/flow?root=node`)).body.flowRoot.children.length).toBe(2)
      expect((await ask('GET', '/job-schedulers')).body.schedulers[0].template.data.$sealed).toMatch(/^wax1\./)

      const before = await redis.client.hget(`bull:${name}:later`, 'data')
      const count = await redis.client.zcard(`bull:${name}:prioritized`)
      const { job } = (await ask('GET', '/q/later')).body
      for (const [method, path, given] of [
        ['POST', '/q/add', { name: 'later', data: job.data, options: {} }],
        ['PATCH', '/q/later/update-data', { jobData: job.data }],
        ['PATCH', '/q/later/update-data', { jobData: { n: 4 } }],
        ['PUT', '/q/job-schedulers/nightly/run', {}],
        ['PATCH', '/q/job-schedulers/nightly', { every: 1000 }],
      ] as const)
        expect([path, (await ask(method, path, given)).status]).toEqual([path, 409])
      expect(await redis.client.hget(`bull:${name}:later`, 'data')).toBe(before)
      expect(await redis.client.zcard(`bull:${name}:prioritized`)).toBe(count)
      expect(await redis.client.llen(`bull:${name}:wait`)).toBe(0)
      expect(await redis.client.hget(`bull:${name}:repeat:nightly`, 'every')).toBe('3600000')
      // What needs no key can be done.
      expect((await ask('PUT', '/q/bad/retry', {})).status).toBe(204)
      expect((await ask('POST', '/q/add', { name: 'new', data: { secret }, options: { jobId: 'new' } })).status).toBe(200)
      expect((await queue.getJob('new'))!.data).toEqual({ secret })
      expect(await leaks()).toBe('')
      await close()
    })

    it('opens nothing where it shall not, and tells keys and sizes', async () => {
      const { board, jobsOf, name, queue, root, close } = await bench(version, { policy: { fields: ['/secret'] } })
      const ask = await board(queue, { decode: false, readOnlyMode: false })
      const summary = { sealed: 'c256', key: 'k1~1', bytes: expect.any(Number) }
      const good = (await ask('GET', '/q/good')).body.job
      const stored = JSON.parse((await redis.client.hget(`bull:${name}:good`, 'returnvalue'))!)
      expect(good).toMatchObject({ data: { n: 1, secret: '[sealed]', $wax: summary }, progress: summary })
      expect(good.returnValue).toEqual({ ...summary, bytes: stored.$sealed.length })
      expect((await ask('GET', '/q/bad')).body.job.failedReason).toMatch(/^Error: \[sealed\] \(c256, k1~1, \d+ bytes\)$/)
      expect((await ask('GET', '/q/good/logs')).body[0]).toMatch(/^\(c256, k1~1, \d+ bytes\)$/)
      const answers = [
        await jobsOf(ask),
        (await ask('GET', '/job-schedulers')).body,
        (await ask('GET', `/q/${root}/flow?root=node`)).body,
        (await ask('GET', '/q/bad')).body,
      ]
      for (const answer of answers) expect(JSON.stringify(answer)).not.toMatch(/wax1\.|canary/)
      expect(JSON.stringify(answers)).not.toContain(JSON.stringify(secret).slice(1, -1))
      expect((await ask('POST', '/q/add', { name: 'good', data: {}, options: {} })).status).toBe(405)
      await close()
    })

    it('leaves no connection behind', async () => {
      const { board, root, queue, close } = await bench(version)
      const connections = async () => ((await redis.client.call('CLIENT', 'LIST')) as string).trim().split('\n').length
      const before = await connections()
      const ask = await board()
      await ask('GET', `/q/${root}/flow?root=node`)
      await ask('GET', '/job-schedulers')
      expect(await connections()).toBe(before)
      await queue.close()
      await vi.waitFor(async () => expect(await connections()).toBeLessThan(before))
      await close()
    })
  })

  it('takes no queue without seal', async () => {
    const { plain, close } = await rotated(redis, 'BullMQ 6')
    expect(() => sealedBullMQAdapter(plain)).toThrow(expect.objectContaining({ code: 'config' }))
    await close()
  })

  it('is what the package exports, over the queue of this package', async () => {
    const { queue, close } = await rotated(redis, 'BullMQ 6')
    expect(sealedBullMQAdapter(queue)).toMatchObject({ readOnlyMode: true, type: 'bullmq' })
    expect(sealedBullMQAdapter(queue, { readOnlyMode: false, prefix: 'x:' })).toMatchObject({ readOnlyMode: false, prefix: 'x:' })
    await close()
  })
})
