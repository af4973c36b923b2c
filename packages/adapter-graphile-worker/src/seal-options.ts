import type { SealOptions as JobSealOptions } from '@waxseal/adapter-kit'
import type * as kit from '@waxseal/adapter-kit/names'

/** How jobs are sealed; stands as `seal` beside graphile-worker's own options. The job type is the task identifier. */
export interface SealOptions extends Omit<JobSealOptions, 'retention'> {
  /** The job type of a task. Default: its identifier. Must give the same wherever the job is written or read. */
  readonly jobType?: ((identifier: string) => string) | undefined
}

/** graphile-worker's options of a call, and how jobs are sealed. Without `seal` it is graphile-worker and nothing else. */
export type Sealed<Options> = kit.Sealed<Options, SealOptions>
