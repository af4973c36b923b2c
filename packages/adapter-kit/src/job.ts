/** What of a job an envelope holds (spec section 5). */
export type Surface = 'data' | 'result' | 'progress' | 'log' | 'error'

/** What a setting that depends on the job is told of it. */
export interface SealedJob {
  /** The job type. */
  readonly name: string
  /** The queue that the job lies in, where the host has queues. */
  readonly queue?: string | undefined
  /** What the producer gave, as JSON. On reading: what is stored, in which sealed members do not show what they hold. */
  readonly data?: unknown
  /** The host's options of the call that sends; absent on reading. */
  readonly options?: unknown
}

/** A setting, or a function of the job that gives it. */
export type PerJob<T> = T | ((job: SealedJob) => T)

/** A setting's value for one job. */
export const settingOf = <T>(setting: PerJob<T>, job: SealedJob): T =>
  typeof setting === 'function' ? (setting as (job: SealedJob) => T)(job) : setting
