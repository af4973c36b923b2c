import type { DedupKey, FieldPolicyOptions, MaybePromise, MigrationWindow, RetentionPolicy, Sealer } from '@waxseal/core'
import type { Scanned } from '../../leak-probe/scan.js'

/** What a contract sets of `seal`: every adapter of queues takes it as it is. */
export interface ContractSeal {
  readonly sealer: Sealer
  readonly app: string
  readonly policy?: FieldPolicyOptions
  readonly scope?: (job: { readonly name: string; readonly data?: unknown }) => string | undefined
  readonly write?: 'plaintext'
  readonly plaintext?: () => MigrationWindow
  readonly errors?: 'scrub'
  readonly storeContext?: boolean
  readonly dedup?: DedupKey
  readonly retention?: RetentionPolicy
  readonly onEvent?: (event: ToldEvent) => void
}

/** What `onEvent` is told of the adapter's work, and no more. */
export interface ToldEvent {
  readonly event: 'refused' | 'deferred' | 'scrubbed'
  readonly surface: string
  readonly code?: string | undefined
}

/** A job as its handler gets it. */
export interface HandledJob {
  readonly type: string
  readonly data: unknown
  /** Everything that the host lets a handler write while it runs, such as progress and logs, each called with a text. */
  readonly write?: Readonly<Record<string, (text: string) => Promise<unknown>>>
}

export type Handler = (job: HandledJob) => Promise<unknown>

/** What became of a job, as somebody with the key reads it. */
export interface Outcome {
  readonly type: string
  readonly state: 'waiting' | 'done' | 'failed'
  /** Of jobs that are done, where the host keeps results. */
  readonly result?: unknown
  /** How often the host has tried it, where it tells: a job that is refused is tried once. */
  readonly tries?: number | undefined
  /** Of jobs that failed: at least the message. */
  readonly error?: unknown
}

/** Producer, workers and reader on one queue: those of the adapter, or the host's own. */
export interface QueueUnderTest {
  /** Every way by which a job gets into the queue, by name. Jobs are tried at most twice, the second time at once. */
  readonly ways: Readonly<Record<string, (type: string, data: Record<string, unknown>) => Promise<unknown>>>
  /** Sends unless a job with an equal key waits already. Where the host compares keys. */
  sendOnce?(type: string, data: Record<string, unknown>, key: string): Promise<unknown>
  /** Handles jobs of all types until none waits any more. */
  work(handler: Handler): Promise<void>
  /** Of all jobs that are kept. */
  outcomes(): Promise<readonly Outcome[]>
}

export interface QueueBench {
  /** Another set of objects on the same queue; without `seal` the adapter as it is then. */
  adapter(seal?: ContractSeal): MaybePromise<QueueUnderTest>
  /** The host itself, on the same queue. */
  host(): MaybePromise<QueueUnderTest>
  /** The data of every waiting job, as JSON text, as it is stored. */
  stored(): Promise<readonly string[]>
  /** Replaces the data of every waiting job as somebody would who can write to the backend. */
  alter(change: (stored: string, type: string) => string): Promise<void>
  /** How long each waiting job will be kept behind its end, in milliseconds, by what the host is told. Where it removes jobs. */
  keptMs?(): Promise<readonly (number | undefined)[]>
  /** All that the backend holds. */
  dump(): AsyncIterable<Scanned> | Iterable<Scanned>
  close?(): MaybePromise<void>
}

export interface QueueAdapterHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** Two job types that the benches know. Default `pay` and `mail`. */
  readonly types?: readonly [string, string]
  /** Whether the host keeps jobs that are done, and their results. Default true. */
  readonly keepsResults?: boolean
  /** Whether the host compares keys that jobs bring: then queues have `sendOnce`. Default true. */
  readonly comparesKeys?: boolean
  /** Whether the host is told for each job how long to keep it: then benches have `keptMs`. Default true. */
  readonly removesJobs?: boolean
  /** A bench whose queue is empty. */
  readonly create: () => MaybePromise<QueueBench>
}
