import { jobContext, type Surface } from '@waxseal/adapter-kit/names'
import type { Context } from '@waxseal/core'

export interface ContextOptions {
  /** The application, as in `app` of the options. */
  readonly app: string
  /** `data`, `result` or `error`. Default: data. */
  readonly surface?: Surface | undefined
  /** Of a member that was sealed in place: the path that is listed for it. */
  readonly path?: string | undefined
}

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
  return { ...jobContext(app, job.type, surface), ...(path === undefined ? {} : { path }) }
}
