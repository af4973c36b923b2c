import { type StoredObject, scrubbed } from '@waxseal/adapter-kit'
import { isFinal, reported } from './failures.js'
import type { ExecutionMiddleware, HostContext, HostJob } from './host.js'
import type { SealOptions } from './seal-options.js'
import { createSealing, type Sealing } from './sealing.js'

async function openParents({ openParentResult }: Sealing, job: HostJob, results: HostContext['parentResults']) {
  if (!results) return undefined
  const open = async ([name, stored]: [string, unknown]) => [name, await openParentResult(job, stored)] as const
  return Object.fromEntries(await Promise.all(Object.entries(results).map(open)))
}

/**
 * Opens args, and results of earlier steps, for what is behind it in the chain; seals what comes back, results and errors alike. The
 * first of the worker's middlewares that needs no args: those before it see jobs, results and errors as they are stored. `config`
 * for options that do not fit.
 *
 * @example
 * worker.use('waxseal', openExecution({ sealer, app: 'billing' }))
 */
export function openExecution(options: SealOptions): ExecutionMiddleware {
  const sealing = createSealing(options)
  const { payloads, infoOf, openJob, sealResult } = sealing
  const { nonRetryable } = options

  return async (ctx, next) => {
    const { job, parentResults } = ctx
    const refuse = (surface: 'data' | 'result') => (error: unknown) => {
      throw reported(scrubbed(error), payloads.refuse(surface, error), nonRetryable)
    }
    const opened = await openJob(job).catch(refuse('data'))
    const parents = await openParents(sealing, job, parentResults).catch(refuse('result'))
    const set = (inside: HostJob, results: HostContext['parentResults']) => {
      ctx.job = inside
      if (results) ctx.parentResults = results
    }
    set(opened, parents)
    let result: unknown
    try {
      result = await next()
    } catch (error) {
      if (payloads.isPlain(infoOf(job))) throw error
      throw reported((await payloads.sealError(infoOf(job), error)) as StoredObject, isFinal(error), nonRetryable)
    } finally {
      set(job, parentResults)
    }
    return sealResult(job, result).catch(refuse('result'))
  }
}
