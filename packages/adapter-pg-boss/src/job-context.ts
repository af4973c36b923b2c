import type * as kit from '@waxseal/adapter-kit/names'
import { JOB, jobContext, memberOf } from '@waxseal/adapter-kit/names'
import type { Context } from '@waxseal/core'

export interface ContextOptions extends kit.ContextOptions {
  /** As in `seal.jobType`. */
  readonly jobType?: ((queue: string) => string) | undefined
}

/**
 * The context under which a job of this adapter was sealed, for tools: `app`, `job` and `surface`. The job type is what the stored
 * job says, else what its queue stands for.
 *
 * @example
 * const [job] = await plainBoss.findJobs('payment.charge')
 * await sealer.open(job.data.$sealed, { context: contextOf(job, { app: 'billing' }) })
 */
export function contextOf(
  job: { readonly name: string; readonly data?: unknown },
  options: ContextOptions,
): Exclude<Context, 'none'> {
  const recorded = memberOf(job.data, JOB)
  const type = typeof recorded === 'string' ? recorded : (options.jobType?.(job.name) ?? job.name)
  return jobContext(options.app, type, options.surface ?? 'data')
}
