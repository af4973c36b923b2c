import { type ContextOptions, jobContext } from '@waxseal/adapter-kit/names'
import type { Context } from '@waxseal/core'

/**
 * The context under which this adapter seals, for tools: `app`, `job` (the event's name, or the function's full id) and `surface`.
 *
 * @example
 * await sealer.open(event.data.$sealed, { context: contextOf(event.name, { app: 'billing' }) })
 */
export const contextOf = (jobType: string, { app, surface = 'data' }: ContextOptions): Exclude<Context, 'none'> =>
  jobContext(app, jobType, surface)
