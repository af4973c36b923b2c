import { asJson, isObject, memberOf, type SealedJob } from '@waxseal/adapter-kit'
import type { Payloads } from './payloads.js'
import type { Removal } from './removal.js'

/** What of a call pg-boss gets besides the payload. */
export interface SendOptions {
  /** Options with keys hashed where `dedup` is set, and removal as `retention` says; otherwise as they were given. */
  of(queue: string, data: unknown, options: unknown): Promise<unknown>
  /** The same of an edit that leaves the payload alone: how long the job is kept is looked at only where it is said. */
  ofEdit(queue: string, options: unknown): Promise<unknown>
  /** What pg-boss compares in place of a `singletonKey`. */
  key(queue: string, key: unknown, data?: unknown, options?: unknown): Promise<unknown>
}

export function createSendOptions(payloads: Payloads, removal: Removal): SendOptions {
  const jobOf = (queue: string, data: unknown, options: unknown): SealedJob => ({
    name: payloads.types.of(queue),
    queue,
    data,
    options,
  })

  const hashed = async (job: SealedJob, key: unknown): Promise<unknown> =>
    payloads.dedups && key !== undefined && key !== null && key !== ''
      ? payloads.dedupKey({ ...job, data: asJson(job.data) }, String(key))
      : key

  async function withKeys(job: SealedJob, options: unknown): Promise<unknown> {
    if (!payloads.dedups || !isObject(options)) return options
    const { singletonKey, group } = options
    return {
      ...options,
      ...(singletonKey ? { singletonKey: await hashed(job, singletonKey) } : {}),
      // Another value than that of an equal singletonKey.
      ...(isObject(group) && group.id ? { group: { ...group, id: await hashed(job, `group ${group.id}`) } } : {}),
    }
  }

  return Object.freeze({
    key: (queue: string, key: unknown, data?: unknown, options?: unknown) => hashed(jobOf(queue, data, options), key),
    async of(queue: string, data: unknown, options: unknown): Promise<unknown> {
      const job = jobOf(queue, data, options)
      return withKeys(job, removal.ofJob(job, options))
    },
    async ofEdit(queue: string, options: unknown): Promise<unknown> {
      const job = jobOf(queue, undefined, options)
      return withKeys(job, memberOf(options, 'deleteAfterSeconds') === undefined ? options : removal.ofJob(job, options))
    },
  })
}
