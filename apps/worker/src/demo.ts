import { PgBoss } from '@waxseal/adapter-pg-boss'
import { createSealer, type FieldPolicy, type SealerEvent } from '@waxseal/core'
import { type Database, openDatabase } from './database.js'
import { deliberateFailure, FAILURE_TYPE } from './deliberate-failure.js'
import { countOf } from './figures.js'
import type { InputJob } from './job-file.js'
import { createKeys } from './keys.js'
import { createPlant, type Plant } from './plant.js'
import { createPolicies } from './policies.js'
import type { Progress } from './progress.js'
import { enqueue, type Handled, type QueuedJob, type Work, withIds, workOff } from './queue.js'
import { chooseSamples } from './samples.js'
import { type ScanReport, scanDatabase } from './scan.js'
import { createSearch, type Form } from './search.js'
import { type Secrets, secretsOf } from './secrets.js'
import type { Sample } from './side-by-side.js'
import { turn } from './turn.js'

type Policies = (type: string) => FieldPolicy | undefined

export interface DemoOptions {
  readonly jobs: readonly InputJob[]
  /** Selectors for every job type, in place of the shipped ones. */
  readonly fields?: readonly string[] | undefined
  /** Workers on each queue. Default 1. */
  readonly concurrency?: number | undefined
  /** Directory in which the database is kept; '' for a new temporary one. */
  readonly keep?: string | undefined
  readonly progress: Progress
  readonly signal: AbortSignal
  /** May hold WAXSEAL_KEYS. Default: nothing. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** The policy of a job type; for tests, which break it. */
  readonly policies?: Policies | undefined
}

/** A row of the queue's table. */
export interface StoredJob {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly data: unknown
  readonly output: unknown
}

export interface DemoReport {
  readonly handled: number
  readonly failed: number
  readonly samples: readonly Sample[]
  readonly failure: { readonly stored: unknown; readonly opened: unknown }
  readonly scan: ScanReport & { readonly secrets: Secrets }
  /** The search found what was planted in clear, in every form: proof that it can find. */
  readonly selfCheck: boolean
  readonly jobsPerSecond: number
  readonly seals: Operations
  readonly opens: Operations
  /** Bytes of the jobs' data as JSON, mean for a job. */
  readonly bytes: { readonly sent: number; readonly stored: number }
  readonly kept: { readonly directory: string; readonly keyFile: string | undefined } | undefined
}

interface Operations {
  readonly count: number
  readonly medianMicroseconds: number
}

const APP = 'waxseal-demo'

/** Producer, queue, worker and inspection, one after the other. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { fields, keep, progress, signal, env = {}, policies = createPolicies(fields), concurrency = 1 } = options
  const { keys, keep: keepKey } = createKeys(env)
  const durations = { seal: [] as number[], open: [] as number[], plaintext: [] as number[] }
  const onEvent = ({ operation, durationMs = 0 }: SealerEvent) => durations[operation].push(durationMs)
  await using sealer = createSealer({ keys, onEvent })

  /** Shows a step while it is worked on, and what came of it. */
  async function step<T>(
    label: string,
    total: number | undefined,
    work: () => Promise<T>,
    line: (result: T) => string,
  ): Promise<T> {
    const since = performance.now()
    progress.start(label, total)
    await turn(signal)
    const result = await work()
    progress.finish(`${line(result)}, ${((performance.now() - since) / 1000).toFixed(1)} s`)
    return result
  }

  let database: Database | undefined
  let boss: PgBoss | undefined
  let done = false
  try {
    database = await step(
      'starting PostgreSQL',
      undefined,
      () => openDatabase(keep),
      ({ version }) => `started PostgreSQL ${version}, PGlite in this process`,
    )
    const { directory } = database
    const keyFile = directory && keepKey(directory)
    const seal = { sealer, app: APP, policy: ({ name }: { name: string }) => policies(name) }
    boss = new PgBoss({ ...database.host, supervise: false, schedule: false, seal })
    await boss.start()

    const plant = createPlant()
    const jobs = withIds([...options.jobs, deliberateFailure(plant.members)])
    const jobCount = countOf(jobs.length, 'job')
    const work = { boss, jobs, database, concurrency, progress, signal }
    const began = performance.now()
    await step(
      'seal and enqueue',
      jobs.length,
      () => enqueue(work),
      () => `sealed and enqueued ${jobCount}`,
    )
    const handled = await step(
      'open and handle ',
      jobs.length,
      () => workOff(work),
      ({ size }) => `opened and handled ${countOf(size, 'job')}`,
    )
    const elapsedMs = performance.now() - began
    const { seal: seals, open: opens } = structuredClone(durations)

    const expected = options.policies ? createPolicies(fields) : policies
    const scan = await step(
      'search the database',
      undefined,
      () => inspect(work, expected, plant),
      ({ tables }) => `searched ${countOf(tables, 'table')}`,
    )
    const report = await describe(boss, database, jobs, handled)
    await turn(signal)
    done = true
    return {
      ...report,
      scan,
      selfCheck: plant.complete(),
      jobsPerSecond: (jobs.length / elapsedMs) * 1000,
      seals: operations(seals),
      opens: operations(opens),
      kept: directory ? { directory, keyFile } : undefined,
    }
  } finally {
    progress.stop()
    await boss?.stop({ graceful: false, close: false }).catch(() => {})
    await database?.close({ discard: !done })
  }
}

/** Searches the database for what must not be there and, in the same pass, for what was planted in clear. */
async function inspect({ database, jobs, signal }: Work, policies: Policies, plant: Plant): Promise<DemoReport['scan']> {
  const secrets = await secretsOf(jobs, policies)
  const search = createSearch([...secrets.values, ...plant.values])
  const isHit = (value: string, form: Form): boolean => !plant.found(value, form)
  return { ...(await scanDatabase(database.query, search, { isHit, signal })), secrets }
}

async function describe(boss: PgBoss, { query }: Database, jobs: readonly QueuedJob[], handled: ReadonlyMap<string, Handled>) {
  const rows = (await query('select id::text, name, state::text, data, output from pgboss.job')) as unknown as StoredJob[]
  const stored = new Map(rows.map((row) => [row.id, row]))
  const failure = rows.find(({ name }) => name === FAILURE_TYPE)
  const opened = failure && (await boss.getJobById(FAILURE_TYPE, failure.id))
  const meanBytes = (values: readonly unknown[]) =>
    values.reduce<number>((sum, value) => sum + Buffer.byteLength(JSON.stringify(value)), 0) / values.length
  return {
    handled: rows.filter(({ state }) => state === 'completed').length,
    failed: rows.filter(({ state }) => state === 'failed').length,
    samples: chooseSamples(jobs, stored, handled),
    failure: { stored: failure?.output, opened: opened?.output },
    bytes: { sent: meanBytes(jobs.map(({ data }) => data)), stored: meanBytes(rows.map(({ data }) => data)) },
  }
}

function operations(durationsMs: readonly number[]): Operations {
  const sorted = durationsMs.toSorted((a, b) => a - b)
  return { count: sorted.length, medianMicroseconds: (sorted[Math.floor(sorted.length / 2)] ?? 0) * 1000 }
}
