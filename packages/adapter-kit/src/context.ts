import type { Context } from '@waxseal/core'
import type { Surface } from './job.js'

/** What tools say to the `contextOf` of an adapter. */
export interface ContextOptions {
  /** The application, as in `app` of the seal options. */
  readonly app: string
  /** What of the job the envelope holds. Default: data. */
  readonly surface?: Surface | undefined
}

/** The context of a job's envelope: `app`, `job` (its type) and `surface` (spec section 5). */
export const jobContext = (app: string, job: string, surface: Surface): Exclude<Context, 'none'> => ({ app, job, surface })
