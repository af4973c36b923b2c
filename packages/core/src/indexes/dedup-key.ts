import { backend } from '#backend'
import { fail } from '../errors.js'
import { type Flow, settle, settleSync } from '../flow.js'
import { lpText, utf8Encode } from '../format/bytes.js'
import { canonicalJson } from '../format/canonical-json.js'
import { expand } from '../format/derive.js'
import { type NamedKeyChoice, namedKey, requireNamed } from '../keys/named-key.js'
import type { KeySource } from '../keys/types.js'
import type { IndexCall } from './blind-index.js'

export interface DedupKeyOptions {
  readonly keys: KeySource
  readonly key: NamedKeyChoice
}

/** Tells equal jobs without showing them: 16 bytes as 22 characters of base64url (spec section 9). */
export interface DedupKey {
  /** `args` is JSON; members in any order give the same value. */
  value(jobType: string, args: unknown, call?: IndexCall): Promise<string>
  valueSync(jobType: string, args: unknown, call?: IndexCall): string
}

/**
 * Dedup values of job arguments, computed before sealing: random sealing would make every job unique.
 *
 * @example
 * const dedup = createDedupKey({ keys, key: { kid: 'dedup' } })
 * await boss.send('charge', data, { singletonKey: await dedup.value('charge', data) })
 */
export function createDedupKey({ keys, key }: DedupKeyOptions): DedupKey {
  requireNamed(keys)
  if (!key) fail('config', 'createDedupKey: key names a kid and version')
  function* compute(jobType: string, args: unknown, scope: string | undefined): Flow<string> {
    if (typeof jobType !== 'string' || !jobType.isWellFormed()) fail('config', 'a job type is a well-formed string')
    const message = utf8Encode(canonicalJson(args))
    const { dedup } = yield* namedKey(keys, key, scope)
    const dedupKey = expand(dedup, 32, lpText(scope ?? ''), lpText(jobType))
    return backend.toBase64url(backend.hmac('sha256', dedupKey)(message).subarray(0, 16))
  }
  return Object.freeze<DedupKey>({
    value: async (jobType, args, call) => settle(compute(jobType, args, call?.scope)),
    valueSync: (jobType, args, call) => settleSync(compute(jobType, args, call?.scope)),
  })
}
