import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { expect, it } from 'vitest'
import type { Host, HostJob, HostJobClass } from '../src/host.js'
import { sealedWorkerClass } from '../src/worker.js'

class HostWorker {
  readonly name = 'q'
}
class DelayedError extends Error {}

const unavailable = {
  ...createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }),
  open: async () => Promise.reject(new WaxsealError('provider_unavailable', 'down')),
}

it.each([
  [1, 1000],
  [3, 4000],
  [1e9, 60_000],
  [-1e9, 1000],
  [Number.NaN, 1000],
])('a job of %d attempts that may open later waits for %d ms, whatever Redis says of it', async (attemptsStarted, wait) => {
  const Worker = sealedWorkerClass({ Worker: HostWorker, DelayedError } as unknown as Host, class {} as unknown as HostJobClass)
  const options = { seal: { sealer: unavailable, app: 'shop' } }
  const worker = new (
    Worker as unknown as new (
      ...args: unknown[]
    ) => { callProcessJob(job: object, token: string): Promise<void> }
  )('q', null, options)
  let until = 0
  const data = { $sealed: 'wax1.x', $job: 'pay' }
  const job = {
    name: 'pay',
    queueName: 'q',
    data,
    opts: {},
    progress: 0,
    returnvalue: null,
    attemptsStarted,
  } as object as HostJob
  job.moveToDelayed = async (timestamp) => {
    until = timestamp
  }
  const start = Date.now()
  await expect(worker.callProcessJob(job, 't')).rejects.toBeInstanceOf(DelayedError)
  expect(until).toBeGreaterThanOrEqual(start + wait)
  expect(until).toBeLessThanOrEqual(Date.now() + wait)
})
