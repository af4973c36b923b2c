import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { HostJob } from '../src/host.js'
import { createJobSealing } from '../src/job-sealing.js'
import { hosts } from './redis.js'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const sealing = createJobSealing({ sealer, app: 'shop' })
const job = { name: 'pay', queueName: 'q', data: {}, opts: {} } as HostJob

describe.each(Object.keys(hosts))('what a processor throws (%s)', (version) => {
  const host = hosts[version]!

  it('is sealed where BullMQ would store it: a class that is called as one of its own is none', async () => {
    class DelayedError extends Error {}
    class WaitingError extends Error {}
    for (const Thrown of [DelayedError, WaitingError, class Later extends DelayedError {}]) {
      const stored = (await sealing.thrown(job, new Thrown('card 4242'), host)) as Error
      expect(`${stored.message} ${stored.stack}`).not.toContain('4242')
      expect(stored.message).toMatch(/\[sealed\] wax1\./)
    }
  })

  it('passes where it directs BullMQ, which stores nothing of it', async () => {
    class Later extends host.DelayedError {}
    const named = Object.assign(new Error('x'), { name: 'WaitingChildrenError' })
    for (const error of [new host.DelayedError(), new Later(), named, new Error('bullmq:rateLimitExceeded')])
      expect(await sealing.thrown(job, error, host)).toBe(error)
  })
})
