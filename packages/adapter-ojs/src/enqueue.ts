import type { EnqueueMiddleware } from './host.js'
import type { SealOptions } from './seal-options.js'
import { createSealing } from './sealing.js'

/**
 * Seals the args of jobs on their way to the backend; the caller's job stays as it is. The last of the client's middlewares: those
 * before it see args in clear, and so compute their unique keys before sealing. `config` for options that do not fit.
 *
 * @example
 * client.enqueueMiddleware.add('waxseal', sealEnqueue({ sealer, app: 'billing' }))
 */
export function sealEnqueue(options: SealOptions): EnqueueMiddleware {
  const { sealJob } = createSealing(options)
  return async (job, next) => next(await sealJob(job))
}
