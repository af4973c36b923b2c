import { setTimeout } from 'node:timers/promises'
import { describeHits, redisKeys, scan } from '@waxseal/conformance/leak-probe'
import { createSealer, generateKey, type Sealer, staticKeys } from '@waxseal/core'
import { redisMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import type { FlowJob, JobsOptions, Processor, QueueOptions, WorkerOptions } from 'bullmq'
import { afterEach, describe, vi } from 'vitest'
import type { Job, Queue, SealOptions } from '../src/index.js'
import { classesOf, hosts, realRedis } from './redis.js'

/** The classes of a version, with the types of the newest. */
type Classes = Pick<
  typeof import('../src/index.js'),
  | 'DelayedError'
  | 'FlowProducer'
  | 'Job'
  | 'Queue'
  | 'QueueEvents'
  | 'QueueEventsProducer'
  | 'RateLimitError'
  | 'UnrecoverableError'
  | 'WaitingChildrenError'
  | 'WaitingError'
  | 'Worker'
>

export const APP = 'shop'
export const newSealer = (kid = 'k1'): Sealer => createSealer({ keys: staticKeys([{ kid, key: generateKey() }]) })

/** A sealer that takes longer the earlier it is asked. */
export function slowSealer(sealer = newSealer()): Sealer {
  let wait = 25
  return {
    ...sealer,
    seal: async (...args: Parameters<typeof sealer.seal>) => {
      wait = Math.max(0, wait - 5)
      await setTimeout(wait)
      return sealer.seal(...args)
    },
  } as Sealer
}

/** A sealer whose scopes have keys of their own. */
export const scopedSealer = (...scopes: string[]): Sealer =>
  createSealer({ keys: staticKeys(scopes.map((scope) => ({ kid: scope, scope, key: generateKey() }))) })

type Seal = Partial<SealOptions> | undefined

/** One queue of one version on a real Redis, and whatever works on it; closed behind the test. */
export interface Bench {
  readonly host: Classes
  readonly sealed: Classes
  readonly name: string
  readonly connection: QueueOptions['connection']
  readonly seal: SealOptions
  queue(seal?: Seal, options?: object): Queue
  /** BullMQ's own. */
  plainQueue(options?: object): Queue
  worker(processor: Processor | string | URL | null, options?: object, seal?: Seal): InstanceType<Classes['Worker']>
  flows(seal?: Seal): InstanceType<Classes['FlowProducer']>
  events(seal?: Seal): Promise<InstanceType<Classes['QueueEvents']>>
  plainEvents(): Promise<InstanceType<Classes['QueueEvents']>>
  producer(seal?: Seal): InstanceType<Classes['QueueEventsProducer']>
  /** The hash of a job. */
  stored(id: string | undefined): Promise<Record<string, string>>
  store(id: string | undefined, fields: Record<string, string>): Promise<unknown>
}

// By default events are read from when Redis hears of the reader, which may be behind the first of a test.
const FROM_THE_START = { lastEventId: '0' }

type Closing = { close(force?: boolean): Promise<void>; on(event: 'error', listener: () => void): unknown }

/** Tests of every version on a real Redis. */
export function onRedis(tests: (create: () => Bench, redis: ReturnType<typeof realRedis>, version: string) => void): void {
  const missing = redisMissing()
  describeIf(!missing, missing ?? '')('Redis', () => {
    const redis = realRedis()
    const open: Closing[] = []
    const keep = <Kept>(kept: Kept): Kept => {
      const closing = kept as Closing
      closing.on('error', () => {})
      open.push(closing)
      return kept
    }
    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.close(true)))
      await redis.flush()
    })

    describe.each(Object.keys(hosts))('%s', (version) => {
      const host = hosts[version] as unknown as Classes
      const sealed = { ...host, ...classesOf(version) } as unknown as Classes
      tests(
        () => {
          const { connection } = redis
          const name = redis.name()
          const base: SealOptions = { sealer: newSealer(), app: APP }
          const options = (seal?: Seal, more?: object) => ({ connection, ...more, seal: { ...base, ...seal } })
          return {
            host,
            sealed,
            name,
            connection,
            seal: base,
            queue: (seal, more) => keep(new sealed.Queue(name, options(seal, more))),
            plainQueue: (more) => keep(new host.Queue(name, { connection, ...more })),
            worker: (processor, more, seal) =>
              keep(new sealed.Worker(name, processor, options(seal, { drainDelay: 1, ...more }) as WorkerOptions)),
            flows: (seal) => keep(new sealed.FlowProducer(options(seal))),
            async events(seal) {
              const events = keep(new sealed.QueueEvents(name, options(seal, FROM_THE_START)))
              await events.waitUntilReady()
              return events
            },
            async plainEvents() {
              const events = keep(new host.QueueEvents(name, { connection, ...FROM_THE_START }))
              await events.waitUntilReady()
              return events
            },
            producer: (seal) => keep(new sealed.QueueEventsProducer(name, options(seal))),
            stored: (id) => redis.client.hgetall(`bull:${name}:${id}`),
            store: (id, fields) => redis.client.hset(`bull:${name}:${id}`, fields),
          }
        },
        redis,
        version,
      )
    })
  })
}

/** Waits until a job is finished; gives its state. */
export async function finished(job: Pick<Job, 'getState'>): Promise<string> {
  return vi.waitFor(
    async () => {
      const state = await job.getState()
      if (state !== 'completed' && state !== 'failed') throw new Error(`the job is ${state}`)
      return state
    },
    { timeout: 15_000, interval: 20 },
  )
}

/** Where in Redis one of these values stands, one line each. */
export async function leaks(redis: ReturnType<typeof realRedis>, ...values: string[]): Promise<string> {
  const needles = values.map((value, at) => ({ id: `value ${at}`, value }))
  const { hits, items } = await scan(redisKeys(redis.command), needles, { inflate: true })
  if (items === 0) throw new Error('there is nothing to look into')
  return describeHits(hits)
}

export const ENVELOPE = /wax1\.[A-Za-z0-9_.~-]+/
export type { FlowJob, JobsOptions }
