import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { PgBoss } from '@waxseal/adapter-pg-boss'
import type { Database } from './database.js'
import { handle } from './handlers.js'
import type { InputJob } from './job-file.js'
import type { Progress } from './progress.js'
import { turn } from './turn.js'

/** A job with the id under which it is enqueued. */
export interface QueuedJob extends InputJob {
  readonly id: string
}

/** What producer and worker work with. */
export interface Work {
  readonly boss: PgBoss
  readonly jobs: readonly QueuedJob[]
  readonly database: Database
  /** Workers on each queue. */
  readonly concurrency: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What the worker saw and returned. */
export interface Handled {
  readonly data: unknown
  readonly result: unknown
}

const BATCH = 50
const POLL_MS = 25

export const withIds = (jobs: readonly InputJob[]): QueuedJob[] => jobs.map((job) => ({ id: randomUUID(), ...job }))

/** The producer: a queue for each job type, jobs in batches. The adapter seals what passes through `insert`. */
export async function enqueue({ boss, jobs, progress, signal }: Work): Promise<void> {
  for (const [type, list] of Map.groupBy(jobs, ({ type }) => type)) {
    await boss.createQueue(type, { retryLimit: 0 })
    for (let from = 0; from < list.length; from += BATCH) {
      await turn(signal)
      const batch = list.slice(from, from + BATCH)
      await boss.insert(
        type,
        batch.map(({ id, data }) => ({ id, data })),
      )
      progress.advance(batch.length)
    }
  }
}

/** Workers on every queue, until nothing waits or runs any more. */
export async function workOff({ boss, jobs, database, concurrency, progress, signal }: Work): Promise<Map<string, Handled>> {
  const types = new Set(jobs.map(({ type }) => type))
  const handled = new Map<string, Handled>()
  const options = {
    batchSize: BATCH,
    localConcurrency: concurrency,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
    perJobResults: true,
  } as const
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  boss.on('error', broken.reject)
  for (const type of types)
    await boss.work<Record<string, unknown>>(type, options, async (batch) =>
      batch.map(({ id, data }) => {
        progress.advance()
        try {
          const result = handle(type, data)
          handled.set(id, { data, result })
          return { id, status: 'completed', output: result }
        } catch (error) {
          handled.set(id, { data, result: undefined })
          return { id, status: 'failed', output: error }
        }
      }),
    )
  // What the database says counts: a job that did not open never reaches a handler.
  for (let open = Number.POSITIVE_INFINITY; open > 0; ) {
    await Promise.race([setTimeout(POLL_MS, undefined, { signal }), broken.promise])
    const [row] = await database.query(`select count(*)::int as open from pgboss.job where state < 'completed'`)
    open = Number(row!.open)
  }
  for (const type of types) await boss.offWork(type)
  return handled
}
