import type * as kit from '@waxseal/adapter-kit/names'
import { jobContext } from '@waxseal/adapter-kit/names'
import type { Context } from '@waxseal/core'

export interface ContextOptions extends kit.ContextOptions {
  /** Of a member that was sealed in place: the path that is listed for it. */
  readonly path?: string | undefined
}

/** The context of a member that is sealed in place, or of the whole where there is no path. */
export const memberContext = <Whole extends Exclude<Context, 'none'>>(context: Whole, path: string | undefined) =>
  path === undefined ? context : { ...context, path }

/**
 * The context under which this adapter sealed a part of a job, for tools: `app`, `job` and `surface`, and `path` of a member.
 *
 * @example
 * const context = contextOf(job, { app: 'billing', surface: 'result' })
 */
export function contextOf(
  job: { readonly type: string },
  { app, surface = 'data', path }: ContextOptions,
): Exclude<Context, 'none'> {
  return memberContext(jobContext(app, job.type, surface), path)
}
