import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { finished, leaks, onRedis } from './bench.js'

const file = fileURLToPath(new URL('processors/steps.mjs', import.meta.url))
const secret = '4242424242424242'

onRedis((create, redis) => {
  describe.each([false, true])('a processor in a file (worker threads: %s)', (useWorkerThreads) => {
    it('gets opened data, and all that it does is sealed, in its order', async () => {
      const bench = create()
      const queue = bench.queue()
      bench.worker(file, { useWorkerThreads })
      const { job } = await bench.flows().add({
        name: 'parent',
        queueName: bench.name,
        data: { step: 1, secret },
        children: [{ name: 'child', queueName: bench.name, data: { step: 0, secret } }],
      })
      expect(await finished(job)).toBe('completed')
      const read = (await queue.getJob(job.id!))!
      expect(read).toMatchObject({
        attemptsStarted: 2,
        data: { step: 2, secret },
        progress: { step: 2, secret },
        returnvalue: { step: 2, secret },
      })
      expect(Object.values(read.returnvalue.children)).toEqual([{ step: 0, secret, children: {} }])
      expect((await queue.getJobLogs(job.id!)).logs).toEqual([`step 1 ${secret}`, `step 2 ${secret}`])
      expect(await leaks(redis, secret)).toBe('')
    })

    it('may fail', async () => {
      const bench = create()
      const queue = bench.queue()
      const reasons: unknown[] = []
      bench.worker(file, { useWorkerThreads }).on('failed', (_job, error) => void reasons.push(error.message))
      const job = await queue.add('pay', { step: 3, secret }, { attempts: 2 })
      expect(await finished(job)).toBe('failed')
      expect(reasons).toEqual(Array(2).fill(`failed ${secret}`))
      const read = (await queue.getJob(job.id!))!
      expect(read.failedReason).toBe(`failed ${secret}`)
      expect(read.stacktrace).toHaveLength(2)
      expect(await leaks(redis, secret)).toBe('')
    })
  })
})
