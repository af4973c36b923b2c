import type { Scanned } from '@waxseal/conformance/leak-probe'
import type { FieldPolicy, Sealer } from '@waxseal/core'
import type { InputJob } from '../job-file.js'

/** A queue that the demo can run on. */
export interface Backend {
  /** As `--queue` names it. */
  readonly queue: QueueName
  /** What opening does, while it does: `starting PostgreSQL`. */
  readonly opening: string
  /** Its store is the demo's own and can be kept. */
  readonly keeps: boolean
  /** False where whole payloads are sealed, whatever the policies say. */
  readonly sealsFields: boolean
  /** InputError where nothing answers. */
  open(options: OpenOptions): Promise<RunningBackend>
}

export const QUEUES = ['pgboss', 'bullmq', 'temporal'] as const
export type QueueName = (typeof QUEUES)[number]

/** The policy of a job type, undefined to seal all of its data. */
export type Policies = (type: string) => FieldPolicy | undefined

export interface OpenOptions {
  readonly sealer: Sealer
  readonly app: string
  readonly policies: Policies
  /** Where the service answers. Default: what `env` says, else the usual address on this machine. */
  readonly url?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Directory in which the store is kept; '' for a new temporary one. */
  readonly keep?: string | undefined
}

/** A job with the id under which it is enqueued. */
export interface QueuedJob extends InputJob {
  readonly id: string
}

/** What producer and worker work on. */
export interface Work {
  readonly jobs: readonly QueuedJob[]
  /** Workers on each queue. */
  readonly concurrency: number
  readonly signal: AbortSignal
  /** Says that so many more jobs are enqueued, 1 unless told. */
  advance(count?: number): void
}

/** The worker's part: gives the result of an opened job, or throws. */
export type HandleJob = (job: QueuedJob) => unknown

/** A job as it is stored. */
export interface StoredJob {
  readonly id: string
  readonly state: string
  readonly data: unknown
  /** Of `data` as stored. Default: of its JSON. */
  readonly bytes?: number | undefined
  /** The result, or the error. */
  readonly output: unknown
}

/** All that the store holds. */
export interface Dump {
  /** How many tables, keys or the like there are, empty ones included. */
  readonly places: number
  readonly items: AsyncIterable<Scanned>
}

/** How the report speaks of a backend. */
export interface Words {
  /** `the database` */
  readonly store: string
  /** What a dump counts: `table`. */
  readonly place: string
  /** What a dump reads of them: `every row and column of`. */
  readonly parts: string
  /** What the figures are of: `one PostgreSQL in this process`. */
  readonly setting: string
  /** Words that the queue itself writes: no search can tell them from the same ones in a job. */
  readonly own: readonly string[]
}

/** An open backend. Touches nothing but what belongs to this run. */
export interface RunningBackend {
  /** `started PostgreSQL 18, PGlite in this process` */
  readonly opened: string
  readonly words: Words
  /** Where the store is kept, if it is. */
  readonly directory?: string | undefined
  /** Makes ready for jobs. */
  start(): Promise<void>
  enqueue(work: Work): Promise<void>
  /** Stores these members in clear. Only where no field of a job stays readable. */
  plant?(members: Readonly<Record<string, string>>): Promise<void>
  /** Workers on everything, until nothing waits or runs any more. */
  workOff(work: Work, handle: HandleJob): Promise<void>
  stored(): Promise<readonly StoredJob[]>
  /** The error of a job that failed, opened. */
  failureOf(job: QueuedJob): Promise<unknown>
  dump(): Promise<Dump>
  /** `discard`: also takes away what was to be kept. */
  close(options: { readonly discard: boolean }): Promise<void>
}
