import { type ContextOptions, jobContext } from '@waxseal/adapter-kit/names'
import type { Context } from '@waxseal/core'

/**
 * The context under which a body was sealed, for tools: `app`, `job` (the job type that it was sealed as) and `surface`.
 *
 * @example
 * await sealer.open(JSON.parse(body).$sealed, { context: contextOf('invoice', { app: 'billing' }) })
 */
export const contextOf = (jobType: string, { app, surface = 'data' }: ContextOptions): Exclude<Context, 'none'> =>
  jobContext(app, jobType, surface)
