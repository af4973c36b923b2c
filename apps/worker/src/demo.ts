import { randomUUID } from 'node:crypto'
import { PgBoss } from '@waxseal/adapter-pg-boss'
import { createSealer, type FieldPolicy, type SealerEvent } from '@waxseal/core'
import { openDatabase } from './database.js'
import { handle } from './handlers.js'
import type { InputJob } from './job-file.js'
import { createKeys } from './keys.js'
import { createPolicies } from './policies.js'
import type { Progress } from './progress.js'
import { type Query, type ScanReport, scanDatabase } from './scan.js'
import { secretsOf } from './secrets.js'
import type { Sample } from './side-by-side.js'

type Policies = (type: string) => FieldPolicy | undefined

/** A row of the queue's table. */
interface Stored {
  readonly id: string
  readonly name: string
  readonly data: unknown
  readonly output: unknown
}

export interface DemoOptions {
  readonly jobs: readonly InputJob[]
  /** Selectors for every job type, in place of the shipped ones. */
  readonly fields?: readonly string[] | undefined
  /** Directory in which the database is kept; '' for a new temporary one. */
  readonly keep?: string | undefined
  readonly progress: Progress
  readonly signal: AbortSignal
  /** May hold WAXSEAL_KEYS. Default: nothing. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** The policy of a job type; for tests, which break it. */
  readonly policies?: Policies | undefined
}

export interface DemoReport {
  readonly handled: number
  readonly failed: number
  readonly samples: readonly Sample[]
  readonly failure: { readonly stored: unknown; readonly opened: unknown }
  readonly scan: ScanReport
  /** A clear value that the same search was asked for: proof that it can find. */
  readonly selfCheck: boolean
  readonly jobsPerSecond: number
  readonly sealMicroseconds: number
  readonly openMicroseconds: number
  readonly overheadBytes: number
  readonly kept: { readonly directory: string; readonly keyFile: string | undefined } | undefined
}

const SELF_CHECK = 'deliberate-failure'
const FAILURE: InputJob = {
  type: 'demo.failure',
  data: { id: SELF_CHECK, card: { number: '4000000000000002', holder: 'Deliberate Failure Holder' } },
}
const BATCH = 50
const SAMPLES = ['payout.transfer', 'kyc.check', 'ticket.triage']
const APP = 'waxseal-demo'

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Producer, queue, worker and inspection, one after the other. */
export async function runDemo({
  jobs,
  fields,
  keep,
  progress,
  signal,
  env = {},
  policies = createPolicies(fields),
}: DemoOptions): Promise<DemoReport> {
  const durations = { seal: [] as number[], open: [] as number[], plaintext: [] as number[] }
  const onEvent = ({ operation, durationMs }: SealerEvent) => durations[operation].push((durationMs ?? 0) * 1000)
  const database = await openDatabase(keep)
  let boss: PgBoss | undefined
  try {
    const { keys, file } = createKeys(database.directory, env)
    await using sealer = createSealer({ keys, onEvent })
    boss = new PgBoss({
      ...database.host,
      supervise: false,
      schedule: false,
      seal: { sealer, app: APP, policy: ({ name }) => policies(name) },
    })
    boss.on('error', () => {})
    await boss.start()
    signal.throwIfAborted()

    const all = [...jobs, FAILURE].map((job) => ({ id: randomUUID(), ...job }))
    const byType = Map.groupBy(all, ({ type }) => type)
    for (const type of byType.keys()) await boss.createQueue(type, { retryLimit: 0 })

    const started = performance.now()
    progress.start('enqueue', all.length)
    for (const [type, list] of byType)
      for (let from = 0; from < list.length; from += BATCH) {
        signal.throwIfAborted()
        const batch = list.slice(from, from + BATCH)
        await boss.insert(
          type,
          batch.map(({ id, data }) => ({ id, data })),
        )
        progress.advance(batch.length)
      }

    const seen = new Map<string, unknown>()
    progress.start('handle', all.length)
    const { handled, failed } = await work(boss, byType, all.length, seen, progress, signal)
    const seconds = (performance.now() - started) / 1000
    progress.stop()
    signal.throwIfAborted()

    const stored = (await database.query('select id::text, name, data, output from pgboss.job')) as unknown as Stored[]
    const inspection = await inspect(database.query, all, createPolicies(fields), progress)
    const failure = stored.find(({ name }) => name === FAILURE.type)
    const opened = failure && (await boss.getJobById(FAILURE.type, failure.id))
    return {
      handled,
      failed,
      samples: samplesOf(all, stored, seen),
      failure: { stored: failure?.output, opened: opened?.output },
      ...inspection,
      jobsPerSecond: all.length / seconds,
      sealMicroseconds: median(durations.seal),
      openMicroseconds: median(durations.open),
      overheadBytes: (sizeOf(stored.map(({ data }) => data)) - sizeOf(all.map(({ data }) => data))) / all.length,
      kept: database.directory ? { directory: database.directory, keyFile: file } : undefined,
    }
  } finally {
    await boss?.stop({ graceful: false, close: false }).catch(() => {})
    await database.close()
  }
}

const sizeOf = (documents: readonly unknown[]): number =>
  documents.reduce<number>((sum, document) => sum + Buffer.byteLength(JSON.stringify(document)), 0)

/** Workers on every queue until each job has been handled or has failed. */
function work(
  boss: PgBoss,
  queues: ReadonlyMap<string, unknown>,
  total: number,
  seen: Map<string, unknown>,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ handled: number; failed: number }> {
  let handled = 0
  let failed = 0
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    const count = (ok: boolean) => {
      if (ok) handled++
      else failed++
      progress.advance()
      // The results of this batch are written after the handler returns.
      if (handled + failed === total) setTimeout(() => settled(boss, queues).then(() => resolve({ handled, failed }), reject), 10)
    }
    for (const type of queues.keys())
      boss
        .work(type, { batchSize: BATCH, pollingIntervalSeconds: 0.5, perJobResults: true }, async (batch) =>
          batch.map(({ id, data }) => {
            seen.set(id, data)
            try {
              const output = handle(type, data as Record<string, unknown>)
              count(true)
              return { id, status: 'completed' as const, output }
            } catch (error) {
              count(false)
              return { id, status: 'failed' as const, output: error }
            }
          }),
        )
        .catch(reject)
  })
}

/** Waits until no job is active any more. */
async function settled(boss: PgBoss, queues: ReadonlyMap<string, unknown>): Promise<void> {
  for (const type of queues.keys()) await boss.offWork(type, { wait: true })
}

/** Searches the database for what must not be there, and, to prove the search, for something that is. */
async function inspect(query: Query, jobs: readonly InputJob[], policies: Policies, progress: Progress) {
  const secrets = await secretsOf(jobs, policies)
  progress.start('scan', jobs.length)
  const scan = await scanDatabase(query, secrets, () => progress.advance())
  progress.stop()
  const check = await scanDatabase(query, new Set([SELF_CHECK]))
  return { scan, selfCheck: check.hits.length > 0 }
}

/** One job each of a few types: those the demo ships, or the first of the user's. */
function samplesOf(
  jobs: readonly (InputJob & { readonly id: string })[],
  stored: readonly Stored[],
  seen: ReadonlyMap<string, unknown>,
): Sample[] {
  const types = SAMPLES.filter((type) => jobs.some((job) => job.type === type))
  const shown = types.length > 0 ? types : [...new Set(jobs.map(({ type }) => type))].slice(0, 3)
  return shown.flatMap((type) => {
    const sent = jobs.find((job) => job.type === type)
    const row = stored.find(({ id }) => id === sent?.id)
    return row && sent ? [{ type, sent: sent.data, stored: row.data, seen: seen.get(row.id) }] : []
  })
}
