import { randomUUID } from 'node:crypto'
import { createSealer, type KeySource, type Sealer, type SealerEvent } from '@waxseal/core'
import type { Backend, Policies, QueuedJob, RunningBackend, StoredJob, Words } from './backends/backend.js'
import { pgBoss } from './backends/pg-boss.js'
import { deliberateFailure, FAILURE_TYPE } from './deliberate-failure.js'
import { countOf } from './figures.js'
import { handle } from './handlers.js'
import type { InputJob } from './job-file.js'
import { createKeys } from './keys.js'
import { createPlant, type Plant } from './plant.js'
import { createPolicies } from './policies.js'
import type { Progress } from './progress.js'
import { chooseSamples } from './samples.js'
import { type ScanReport, scanDump } from './scan.js'
import { createSearch, type Form } from './search.js'
import { type Secrets, secretsOf } from './secrets.js'
import type { Sample } from './side-by-side.js'
import { turn } from './turn.js'

export interface DemoOptions {
  readonly jobs: readonly InputJob[]
  /** The queue. Default pg-boss on an embedded PostgreSQL. */
  readonly backend?: Backend | undefined
  /** Where the queue's service answers; each backend has its own default. */
  readonly url?: string | undefined
  /** Selectors for every job type, in place of the shipped ones. */
  readonly fields?: readonly string[] | undefined
  /** Workers on each queue. Default 1. */
  readonly concurrency?: number | undefined
  /** Directory in which the database is kept; '' for a new temporary one. */
  readonly keep?: string | undefined
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Works with the queue before it is closed, once there is a report. */
  readonly hold?: ((held: HeldDemo) => Promise<void>) | undefined
  /** May hold WAXSEAL_KEYS, and addresses of services. Default: nothing. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** The policy of a job type; for tests, which break it. */
  readonly policies?: Policies | undefined
}

/** A demo whose jobs were handled, and whose queue is still there. */
export interface HeldDemo {
  readonly report: DemoReport
  readonly sealer: Sealer
  readonly keys: KeySource
  /** When the key was made, if it was made for this run. */
  readonly madeAt: Date | undefined
  readonly app: string
  /** Seals and opens so far. */
  uses(): number
  /** One job of each type, as the queue holds it now. */
  jobs(): Promise<readonly { readonly type: string; readonly row: StoredJob }[]>
}

/** What the worker saw and returned. */
export interface Handled {
  readonly data: unknown
  readonly result: unknown
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
  /** How to speak of the backend. */
  readonly words: Words
  readonly kept: { readonly directory: string; readonly keyFile: string | undefined } | undefined
}

interface Operations {
  readonly count: number
  readonly medianMicroseconds: number
}

const APP = 'waxseal-demo'

/** Producer, queue, worker and inspection, one after the other. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { backend: kind = pgBoss, fields, url, keep, progress, signal, env = {}, concurrency = 1 } = options
  const { policies = createPolicies(fields) } = options
  const { keys, madeAt, keep: keepKey } = createKeys(env)
  const durations: Record<SealerEvent['operation'], number[]> = { seal: [], open: [], plaintext: [], legacy: [] }
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

  let backend: RunningBackend | undefined
  let done = false
  try {
    backend = await step(
      kind.opening,
      undefined,
      () => kind.open({ sealer, app: APP, policies, url, env, keep }),
      ({ opened }) => opened,
    )
    const { directory, words } = backend
    const keyFile = directory && keepKey(directory)
    await backend.start()

    const plant = createPlant()
    const failure = deliberateFailure(kind.sealsFields ? plant.members : undefined)
    const jobs = withIds([...options.jobs, failure])
    const jobCount = countOf(jobs.length, 'job')
    const work = { jobs, concurrency, signal, advance: progress.advance }
    const handled = new Map<string, Handled>()
    const handleJob = ({ id, type, data }: QueuedJob) => {
      progress.advance()
      handled.set(id, { data, result: undefined })
      const result = handle(type, data)
      handled.set(id, { data, result })
      return result
    }
    const began = performance.now()
    await step(
      'seal and enqueue',
      jobs.length,
      () => backend!.enqueue(work),
      () => `sealed and enqueued ${jobCount}`,
    )
    await step(
      'open and handle ',
      jobs.length,
      () => backend!.workOff(work, handleJob),
      () => `opened and handled ${countOf(handled.size, 'job')}`,
    )
    const elapsedMs = performance.now() - began
    const { seal: seals, open: opens } = structuredClone(durations)

    await backend.plant?.(plant.members)
    const expected = options.policies ? createPolicies(fields) : policies
    const scan = await step(
      `search ${words.store}`,
      undefined,
      () => inspect(backend!, jobs, kind.sealsFields ? expected : () => undefined, plant, signal),
      ({ places }) => `searched ${countOf(places, words.place)}`,
    )
    const described = await describe(backend, jobs, handled)
    await turn(signal)
    done = true
    const report: DemoReport = {
      ...described,
      words,
      scan,
      selfCheck: plant.complete(),
      jobsPerSecond: (jobs.length / elapsedMs) * 1000,
      seals: operations(seals),
      opens: operations(opens),
      kept: directory ? { directory, keyFile } : undefined,
    }
    const uses = () => durations.seal.length + durations.open.length
    await options.hold?.({ report, sealer, keys, madeAt, app: APP, uses, jobs: () => oneOfEachType(backend!, jobs) })
    return report
  } finally {
    progress.stop()
    await backend?.close({ discard: !done })
  }
}

async function oneOfEachType(backend: RunningBackend, jobs: readonly QueuedJob[]): ReturnType<HeldDemo['jobs']> {
  const rows = new Map((await backend.stored()).map((row) => [row.id, row]))
  const first = new Map(jobs.toReversed().map(({ type, id }) => [type, id]))
  return [...first].reverse().flatMap(([type, id]) => {
    const row = rows.get(id)
    return row ? [{ type, row }] : []
  })
}

const withIds = (jobs: readonly InputJob[]): QueuedJob[] => jobs.map((job) => ({ id: randomUUID(), ...job }))

/** Searches the store for what must not be there and, in the same pass, for what was planted in clear. */
async function inspect(
  backend: RunningBackend,
  jobs: readonly QueuedJob[],
  policies: Policies,
  plant: Plant,
  signal: AbortSignal,
): Promise<DemoReport['scan']> {
  const secrets = await secretsOf(jobs, policies, backend.words.own)
  const search = createSearch([...secrets.values, ...plant.values])
  const isHit = (value: string, form: Form): boolean => !plant.found(value, form)
  return { ...(await scanDump(await backend.dump(), search, { isHit, signal })), secrets }
}

async function describe(backend: RunningBackend, jobs: readonly QueuedJob[], handled: ReadonlyMap<string, Handled>) {
  const rows = await backend.stored()
  const stored = new Map(rows.map((row) => [row.id, row]))
  const failing = jobs.find(({ type }) => type === FAILURE_TYPE)!
  const count = (state: string) => rows.filter((row) => row.state === state).length
  const mean = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0) / sizes.length
  return {
    handled: count('completed'),
    failed: count('failed'),
    samples: chooseSamples(jobs, stored, handled),
    failure: { stored: stored.get(failing.id)?.output, opened: await backend.failureOf(failing) },
    bytes: {
      sent: mean(jobs.map(({ data }) => jsonBytes(data))),
      stored: mean(rows.map(({ data, bytes = jsonBytes(data) }) => bytes)),
    },
  }
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

function operations(durationsMs: readonly number[]): Operations {
  const sorted = durationsMs.toSorted((a, b) => a - b)
  return { count: sorted.length, medianMicroseconds: (sorted[Math.floor(sorted.length / 2)] ?? 0) * 1000 }
}
