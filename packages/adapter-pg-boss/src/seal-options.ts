import type { SealOptions as JobSealOptions } from '@waxseal/adapter-kit'

/** How jobs are sealed; stands as `seal` beside pg-boss's own options. */
export interface SealOptions extends JobSealOptions {
  /** The job type of a queue. Default: the queue's name. Must give the same wherever the queue is written or read. */
  readonly jobType?: ((queue: string) => string) | undefined
  /** By dead letter queue: the queues whose failed jobs it takes. */
  readonly deadLetters?: Readonly<Record<string, readonly string[]>> | undefined
}
