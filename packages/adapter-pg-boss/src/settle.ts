import { isObject, type SealedJob, scrubbed } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import type { Db, HostJob, HostMethod, HostMethods } from './host.js'
import type { Payloads } from './payloads.js'

/** A job that could not be opened, and why. */
export interface Refused {
  readonly job: HostJob
  readonly error: unknown
}

/** Writing the outcome of jobs. */
export interface Settling {
  /** Whether pg-boss settles attempts and not merely ids: then a job may be given back while the rest of its batch goes on. */
  readonly byAttempt: boolean
  complete: HostMethod
  fail: HostMethod
  /** Fails jobs for good: they are kept, go to their dead letter queue, and are not tried again. */
  refuse(queue: string, refused: readonly Refused[], tx?: unknown): Promise<void>
  /** Fails jobs as their handler would have: they are tried again as far as their limit allows. */
  defer(queue: string, deferred: readonly Refused[], tx?: unknown): Promise<void>
}

type Seal = (job: SealedJob, value: unknown) => Promise<unknown>

/** `getDb` and `schema` are those of the pg-boss that `host` belongs to. */
export function createSettling(
  payloads: Payloads,
  host: HostMethods,
  getDb: () => Db,
  schema: string,
  perJob: boolean,
): Settling {
  /** Settings that depend on the job are told what the database holds of it, here as on reading. */
  async function jobOf(queue: string, id: unknown, options: unknown): Promise<SealedJob> {
    if (!perJob) return payloads.jobOf(queue, undefined)
    const found = (await host.getJobById!(queue, isObject(id) ? id.id : id, options)) as HostJob | null
    return payloads.jobOf(queue, found?.data)
  }

  const settling =
    (method: HostMethod, seal: Seal): HostMethod =>
    async (queue, ids, value, options, ...rest) => {
      const jobs = await Promise.all([ids].flat().map((id) => jobOf(queue as string, id, options)))
      if (jobs.length > 1 && new Set(jobs.map(payloads.placeOf)).size > 1)
        throw new WaxsealError('config', 'these jobs are sealed under different keys or contexts: settle them one by one')
      const job = jobs[0] ?? payloads.jobOf(queue as string, undefined)
      return method(queue, ids, await seal(job, value), options, ...rest)
    }

  return Object.freeze({
    // Versions before 12 have no flow, and complete whatever has these ids when a batch ends.
    byAttempt: host.flow !== undefined,
    complete: settling(host.complete!, payloads.sealOutput),
    fail: settling(host.fail!, async (job, error) =>
      error === undefined || error === null ? error : payloads.sealError(job, error),
    ),

    async refuse(queue: string, refused: readonly Refused[], tx?: unknown): Promise<void> {
      const db = (tx ?? getDb()) as Db
      const options = tx ? { db: tx } : {}
      // pg-boss has no call for "do not try again" in all its versions; a limit that is used up says it in each of them.
      const ids = refused.map(({ job }) => job.id)
      await db.executeSql(
        `UPDATE ${schema}.job SET retry_limit = retry_count WHERE name = $1 AND id = ANY($2::uuid[]) AND state = 'active'`,
        [queue, ids],
      )
      for (const { job, error } of refused) await host.fail!(queue, job.id, scrubbed(error), options)
    },

    async defer(queue: string, deferred: readonly Refused[], tx?: unknown): Promise<void> {
      for (const { job, error } of deferred) await host.fail!(queue, job.id, scrubbed(error), tx ? { db: tx } : {})
    },
  })
}
