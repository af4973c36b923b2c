import type * as kit from '@waxseal/adapter-kit/names'
import { jobContext } from '@waxseal/adapter-kit/names'
import type { Context } from '@waxseal/core'

export interface ContextOptions extends kit.ContextOptions {
  /** As in `seal.jobType`. */
  readonly jobType?: ((identifier: string) => string) | undefined
}

/**
 * The context under which a job of this adapter was sealed, for tools: `app`, `job` and `surface`.
 *
 * @example
 * await sealer.open(row.payload.$sealed, { context: contextOf(row, { app: 'billing' }) })
 */
export function contextOf(
  job: { readonly task_identifier: string },
  { app, surface = 'data', jobType }: ContextOptions,
): Exclude<Context, 'none'> {
  return jobContext(app, jobType?.(job.task_identifier) ?? job.task_identifier, surface)
}
