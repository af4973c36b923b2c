import type { SealOptions as JobSealOptions } from '@waxseal/adapter-kit'
import type * as kit from '@waxseal/adapter-kit/names'

/** How jobs are sealed; stands as `seal` beside BullMQ's own options. Queues, workers, flows and events of a queue take the same. */
export interface SealOptions extends JobSealOptions {
  /** The job type of a job's name. Default: the name. Must give the same wherever the job is written or read. */
  readonly jobType?: ((name: string, queue: string) => string) | undefined
  /** What `getJob` and `getJobs` do with a job that does not open: `throw`, or `show` it as it is stored, for dashboards. Default: throw. */
  readonly unreadable?: 'throw' | 'show' | undefined
}

/** BullMQ's options of a class, and how jobs are sealed. Without `seal` it is BullMQ and nothing else. */
export type Sealed<Options> = kit.Sealed<Options, SealOptions>
