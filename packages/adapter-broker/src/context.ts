import { jobContext, type Surface } from '@waxseal/adapter-kit/names'
import type { Context } from '@waxseal/core'

/** The context under which a body was sealed, for tools: `app`, `job` and `surface`. */
export const contextOf = (job: string, { app, surface = 'data' }: { app: string; surface?: Surface }): Exclude<Context, 'none'> =>
  jobContext(app, job, surface)
