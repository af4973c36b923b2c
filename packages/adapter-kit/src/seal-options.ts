import type {
  DedupKey,
  FieldPolicy,
  FieldPolicyOptions,
  MigrationWindow,
  RetentionPolicy,
  Sealer,
  WaxsealErrorCode,
} from '@waxseal/core'
import type { PerJob, SealedJob, Surface } from './job.js'

/** What an adapter tells of its work: never data, names, contexts or scopes. */
export interface JobEvent {
  /**
   * `refused`: a job that does not open and never will. `deferred`: one that may open later. `scrubbed`: details of an error that
   * could not be sealed were dropped.
   */
  readonly event: 'refused' | 'deferred' | 'scrubbed'
  readonly surface: Surface
  /** Of the error behind it, where it is one of Waxseal's own. */
  readonly code?: WaxsealErrorCode | undefined
}

/** How jobs are sealed; stands as `seal` beside the host's own options. */
export interface SealOptions {
  /** Seals and opens; an adapter never closes it. */
  readonly sealer: Sealer
  /** The application, a stable alias: the first pair of every context. */
  readonly app: PerJob<string>
  /** The fields of `data` to seal; without one all of it is sealed. Results, progress and errors are always sealed whole. */
  readonly policy?: PerJob<FieldPolicy | FieldPolicyOptions | undefined> | undefined
  /** Whose key. */
  readonly scope?: PerJob<string | undefined> | undefined
  /** `plaintext` stores as the host does, for the first step of a roll-out. Default: sealed. */
  readonly write?: PerJob<'sealed' | 'plaintext'> | undefined
  /** By queue, or by job type where the host has no queues: until when jobs in clear are still read. */
  readonly plaintext?: Readonly<Record<string, MigrationWindow>> | ((job: SealedJob) => MigrationWindow | undefined) | undefined
  /** Carry the context in clear, for dashboards and the codec server. Default: true. */
  readonly storeContext?: boolean | undefined
  /** `seal` keeps message, stack, cause and properties for whoever has the key, `scrub` keeps none. Default: seal. */
  readonly errors?: 'seal' | 'scrub' | undefined
  /** How long a job is kept behind its end, by the host's own removal. Default: the host's. */
  readonly retention?: PerJob<RetentionPolicy | undefined> | undefined
  /** Made by `createDedupKey`: keys that the host compares are stored as keyed hashes, computed before sealing. */
  readonly dedup?: DedupKey | undefined
  /** Called for jobs that do not open and for errors that are scrubbed. What it throws changes nothing. */
  readonly onEvent?: ((event: JobEvent) => void) | undefined
}
