import type { FieldPolicy, FieldPolicyOptions, MigrationWindow, Sealer } from '@waxseal/core'

/** What a setting that depends on the job is told of it. */
export interface SealedJob {
  /** The job type; in a dead letter queue, the type that the job was sent as. */
  readonly name: string
  /** The queue that the job lies in. */
  readonly queue: string
  /** What the producer gave, as JSON. On reading: what the database holds, in which sealed members are placeholders. */
  readonly data?: unknown
  /** pg-boss's options of the call that sends; absent on reading. */
  readonly options?: unknown
}

/** A setting, or a function of the job that gives it. */
export type PerJob<T> = T | ((job: SealedJob) => T)

/** How jobs are sealed; stands as `seal` beside pg-boss's own options. */
export interface SealOptions {
  /** Seals and opens; the adapter never closes it. */
  readonly sealer: Sealer
  /** The application, a stable alias: the first pair of every context. */
  readonly app: PerJob<string>
  /** The fields of `data` to seal; without one all of it is sealed. Results and errors are always sealed whole. */
  readonly policy?: PerJob<FieldPolicy | FieldPolicyOptions | undefined> | undefined
  /** Whose key. */
  readonly scope?: PerJob<string | undefined> | undefined
  /** `plaintext` stores as pg-boss does, for the first step of a roll-out. Default: sealed. */
  readonly write?: PerJob<'sealed' | 'plaintext'> | undefined
  /** By queue: until when jobs in clear are still read. */
  readonly plaintext?: Readonly<Record<string, MigrationWindow>> | ((job: SealedJob) => MigrationWindow | undefined) | undefined
  /** Carry the context in clear, for dashboards and the codec server. Default: true. */
  readonly storeContext?: boolean | undefined
  /** The job type of a queue. Default: the queue's name. Must give the same wherever the queue is written or read. */
  readonly jobType?: ((queue: string) => string) | undefined
  /** By dead letter queue: the queues whose failed jobs it takes. */
  readonly deadLetters?: Readonly<Record<string, readonly string[]>> | undefined
  /** `seal` keeps message, stack, cause and properties for whoever has the key, `scrub` keeps none. Default: seal. */
  readonly errors?: 'seal' | 'scrub' | undefined
}

/** A setting's value for one job. */
export const settingOf = <T>(setting: PerJob<T>, job: SealedJob): T =>
  typeof setting === 'function' ? (setting as (job: SealedJob) => T)(job) : setting
