import type * as kit from '@waxseal/adapter-kit/names'
import { jobContext } from '@waxseal/adapter-kit/names'
import type { Context } from '@waxseal/core'

export interface ContextOptions extends kit.ContextOptions {
  /** As in `seal.jobType`. */
  readonly jobType?: ((name: string, queue: string) => string) | undefined
}

/**
 * The context under which a job of this adapter was sealed, for tools: `app`, `job` and `surface`.
 *
 * @example
 * const job = await plainQueue.getJob('1')
 * await sealer.open(job.data.$sealed, { context: contextOf(job, { app: 'billing' }) })
 */
export function contextOf(
  job: { readonly name: string; readonly queueName: string },
  { app, surface = 'data', jobType }: ContextOptions,
): Exclude<Context, 'none'> {
  return jobContext(app, jobType?.(job.name, job.queueName) ?? job.name, surface)
}
