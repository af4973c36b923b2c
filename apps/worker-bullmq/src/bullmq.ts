import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Queue, Worker } from '@waxseal/adapter-bullmq'
import type { Backend, HandleJob, OpenOptions, RunningBackend, StoredJob, Words, Work } from '@waxseal/worker'
import type { Redis } from 'ioredis'
import { connect, dump, remove, versionOf } from './redis.js'

const BATCH = 50
const POLL_MS = 25
const QUEUE = 'jobs'
const FIELDS = ['name', 'data', 'returnvalue', 'stacktrace', 'failedReason', 'finishedOn'] as const

const words: Words = {
  store: 'Redis',
  place: 'key',
  parts: 'all that Redis holds,',
  setting: 'one Redis',
  own: [...FIELDS, 'processedOn', 'timestamp', 'priority', 'completed', 'waiting', 'drained', 'attemptsMade', 'prev'],
}

/** BullMQ on a Redis that is running; its keys have a prefix of their own and are deleted afterwards. */
export const bullmq: Backend = { queue: 'bullmq', opening: 'connecting to Redis', keeps: false, sealsFields: true, open }

async function open({ sealer, app, policies, url, env }: OpenOptions): Promise<RunningBackend> {
  const { redis, at } = await connect(url ?? env.REDIS_URL)
  const prefix = `waxseal-demo-${randomUUID()}`
  const seal = { sealer, app, policy: ({ name }: { name: string }) => policies(name) }
  const options = { connection: redis, prefix, seal }
  let queue: Queue | undefined
  let worker: Worker | undefined

  return {
    opened: `connected to Redis ${await versionOf(redis)} at ${at}`,
    words,
    async start() {
      queue = new Queue(QUEUE, options)
      await queue.waitUntilReady()
    },
    enqueue: (work) => enqueue(queue!, work),
    async workOff({ signal, concurrency }, handle) {
      const broken = Promise.withResolvers<never>()
      broken.promise.catch(() => {})
      worker = new Worker(QUEUE, processor(handle), { ...options, concurrency })
      worker.on('error', broken.reject)
      // What Redis says counts: a job that did not open never reaches a handler.
      for (let left = Number.POSITIVE_INFINITY; left > 0; ) {
        await Promise.race([setTimeout(POLL_MS, undefined, { signal }), broken.promise])
        left = await queue!.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized')
      }
      await worker.close()
    },
    stored: () => stored(redis, `${prefix}:${QUEUE}:`),
    async failureOf({ id }) {
      const job = await queue!.getJob(id)
      return job && { name: 'Error', message: job.failedReason, stack: job.stacktrace?.[0] }
    },
    dump: () => dump(redis),
    async close() {
      await worker?.close(true).catch(() => {})
      await queue?.close().catch(() => {})
      await remove(redis, `${prefix}:`)
      redis.disconnect()
    },
  }
}

async function enqueue(queue: Queue, { jobs, advance, signal }: Work): Promise<void> {
  for (let from = 0; from < jobs.length; from += BATCH) {
    signal.throwIfAborted()
    const batch = jobs.slice(from, from + BATCH)
    await queue.addBulk(batch.map(({ id, type, data }) => ({ name: type, data, opts: { jobId: id } })))
    advance(batch.length)
  }
}

const processor = (handle: HandleJob) => async (job: { id?: string | undefined; name: string; data: Record<string, unknown> }) =>
  handle({ id: job.id!, type: job.name, data: job.data })

/** Jobs as Redis holds them, which are named by UUID. */
async function stored(redis: Redis, prefix: string): Promise<StoredJob[]> {
  const jobs: StoredJob[] = []
  const found = redis.scanStream({ match: `${prefix}????????-????-????-????-????????????`, count: 1000 })
  for await (const keys of found as AsyncIterable<string[]>)
    for (const key of keys) {
      const { data, returnvalue, failedReason, finishedOn } = await redis.hgetall(key)
      const state = finishedOn === undefined ? 'waiting' : failedReason === undefined ? 'completed' : 'failed'
      const output = failedReason ?? parsed(returnvalue)
      jobs.push({ id: key.slice(prefix.length), state, data: parsed(data), output })
    }
  return jobs
}

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text))
