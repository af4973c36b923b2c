import { asJson, isObject, memberOf } from '@waxseal/adapter-kit'
import type { Payloads } from './payloads.js'
import type { Removal } from './removal.js'

/** The options of pg-boss as they reach it. */
export interface SendOptions {
  /** Keys hashed where `dedup` is set, removal as `retention` says; otherwise as they were given. */
  of(queue: string, data: unknown, options: unknown): Promise<unknown>
  /** The same of an edit that leaves the payload alone: how long the job is kept is looked at only where it is said. */
  ofEdit(queue: string, options: unknown): Promise<unknown>
  /** What pg-boss compares in place of a `singletonKey`. */
  key(queue: string, data: unknown, key: unknown): Promise<unknown>
}

export function createSendOptions(payloads: Payloads, removal: Removal): SendOptions {
  const hashed = (queue: string, data: unknown, key: string): Promise<string> =>
    payloads.dedupKey({ name: payloads.types.of(queue), queue, data: asJson(data) }, key)

  const key = async (queue: string, data: unknown, given: unknown): Promise<unknown> =>
    payloads.dedups && typeof given === 'string' && given !== '' ? hashed(queue, data, given) : given

  async function withKeys(queue: string, data: unknown, options: unknown): Promise<unknown> {
    if (!payloads.dedups || !isObject(options)) return options
    const { singletonKey, group } = options
    return {
      ...options,
      ...(singletonKey ? { singletonKey: await key(queue, data, singletonKey) } : {}),
      // Another value than that of an equal singletonKey.
      ...(isObject(group) && group.id ? { group: { ...group, id: await key(queue, data, `group ${group.id}`) } } : {}),
    }
  }

  return Object.freeze({
    key,
    async of(queue: string, data: unknown, options: unknown): Promise<unknown> {
      const job = { name: payloads.types.of(queue), queue, data, options }
      return withKeys(queue, data, removal.ofJob(job, options))
    },
    async ofEdit(queue: string, options: unknown): Promise<unknown> {
      const job = { name: payloads.types.of(queue), queue, options }
      const kept = memberOf(options, 'deleteAfterSeconds') === undefined ? options : removal.ofJob(job, options)
      return withKeys(queue, undefined, kept)
    },
  })
}
