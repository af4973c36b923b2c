import { isObject, JobError, type SealedJob, type StoredObject, scrubbed } from '@waxseal/adapter-kit'
import type { HostJob, HostMethod } from './host.js'
import { openJobs } from './opening.js'
import type { Payloads } from './payloads.js'
import type { Settling } from './settle.js'

type Handler = (jobs: readonly HostJob[], ...rest: readonly unknown[]) => Promise<unknown>

/** A handler that takes sealed jobs, lets `handler` see opened ones, and seals what comes of them. */
export function sealedHandler(
  payloads: Payloads,
  settling: Settling,
  queue: string,
  options: unknown,
  handler: Handler,
): Handler {
  const perJobResults = isObject(options) && options.perJobResults === true

  async function outcome(jobs: readonly HostJob[], stored: ReadonlyMap<string, SealedJob>, result: unknown): Promise<unknown> {
    if (perJobResults) return Array.isArray(result) ? Promise.all(result.map((item) => sealedResult(stored, item))) : undefined
    // pg-boss stores no output for several jobs at once.
    return jobs.length === 1 ? payloads.sealOutput(stored.get(jobs[0]!.id)!, result) : undefined
  }

  async function sealedResult(stored: ReadonlyMap<string, SealedJob>, item: unknown): Promise<unknown> {
    const job = isObject(item) ? stored.get(item.id as string) : undefined
    // One that names no job of the batch is dropped by pg-boss.
    if (!job) return undefined
    const { status, output } = item as StoredObject
    const failed = status !== 'completed' && output !== undefined && output !== null
    return {
      ...(item as StoredObject),
      output: await (failed ? payloads.sealError(job, output) : payloads.sealOutput(job, output)),
    }
  }

  /** One error is stored for all the jobs of a batch: sealed only if each of them could be opened to it. */
  async function failure(stored: ReadonlyMap<string, SealedJob>, error: unknown): Promise<unknown> {
    try {
      const jobs = [...stored.values()]
      const shared = new Set(jobs.map(payloads.placeOf)).size === 1
      const record = shared ? await payloads.sealError(jobs[0]!, error) : payloads.dropError(error)
      return record === error ? error : new JobError(record as StoredObject)
    } catch (reason) {
      return new JobError(payloads.dropError(error, reason) as StoredObject)
    }
  }

  async function open(jobs: readonly HostJob[], tx: unknown): Promise<readonly HostJob[]> {
    const { opened, refused, deferred } = await openJobs(payloads, queue, jobs)
    if (refused.length > 0) await settling.refuse(queue, refused, tx)
    // The batch fails as one, as it does when its handler throws.
    if (deferred[0] && (opened.length === 0 || !settling.byAttempt)) throw deferred[0].error
    await settling.defer(queue, deferred, tx)
    return opened
  }

  return async (jobs, ...rest) => {
    const opened = await open(jobs, rest[0]).catch((error) => {
      throw new JobError(scrubbed(error))
    })
    if (opened.length === 0) return perJobResults ? [] : undefined
    const ids = new Set(opened.map(({ id }) => id))
    const stored = new Map(jobs.filter(({ id }) => ids.has(id)).map((job) => [job.id, payloads.jobOf(queue, job.data)]))
    try {
      return await outcome(jobs, stored, await handler(opened, ...rest))
    } catch (error) {
      throw await failure(stored, error)
    }
  }
}

/** `work(name, [options], handler)` whose handler sees opened jobs. */
export const sealedWork =
  (work: HostMethod, payloads: Payloads, settling: Settling): HostMethod =>
  (queue, ...args) => {
    const handler = args.at(-1)
    // pg-boss says what is wrong with the arguments.
    if (typeof handler !== 'function') return work(queue, ...args)
    return work(queue, ...args.slice(0, -1), sealedHandler(payloads, settling, queue as string, args[0], handler as Handler))
  }
