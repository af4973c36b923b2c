import type { Context } from '@waxseal/core'
import type { Surface } from './job.js'

/** The context of a job's envelope: `app`, `job` (its type) and `surface` (spec section 5). */
export const jobContext = (app: string, job: string, surface: Surface): Exclude<Context, 'none'> => ({ app, job, surface })
