import type { KeyCall } from '@waxseal/core'
import { callOptions, incomplete, type KmsClient } from './client.js'
import { type KeyArn, parseKeyArn } from './key-arn.js'

/** An alias may be moved: where it leads is asked again after this time. */
const MAX_AGE_MS = 600_000
/** And sooner where a wrap names another key, which may be where it leads by now; but not for each of them. */
const MIN_AGE_MS = 5_000
/** An answer that was not there by then will not come. */
const PENDING_MS = 10_000

/** Where the configured key is, asked again where another key was `expected`. */
export type KeyResolver = (call: KeyCall, expected?: string) => Promise<KeyArn>

/** The ARN of the configured key: as configured, or as DescribeKey says, kept for ten minutes, asked once for all who wait. */
export function createKeyResolver(client: KmsClient, keyId: string, pinned: KeyArn | undefined): KeyResolver {
  if (pinned) return async () => pinned
  let kept: { readonly arn: KeyArn; readonly at: number; readonly tick: number } | undefined
  let pending: { readonly arn: Promise<KeyArn>; readonly tick: number } | undefined

  async function describe(call: KeyCall): Promise<KeyArn> {
    const { KeyMetadata } = await client.describeKey({ KeyId: keyId }, callOptions(call))
    const arn = parseKeyArn(KeyMetadata?.Arn ?? '') ?? incomplete()
    kept = { arn, at: call.now(), tick: performance.now() }
    return arn
  }

  return async (call, expected) => {
    const age = kept ? Math.max(call.now() - kept.at, performance.now() - kept.tick) : Number.POSITIVE_INFINITY
    const fits = expected === undefined || kept?.arn.keyId === expected
    if (kept && age < (fits ? MAX_AGE_MS : MIN_AGE_MS)) return kept.arn
    if (!pending || performance.now() - pending.tick > PENDING_MS) {
      // Nobody who waits ends it for the others: no signal but the attempt's own time limit, which belongs to all of them.
      const own = {
        tick: performance.now(),
        arn: describe({ ...call, signal: AbortSignal.timeout(PENDING_MS) }).finally(() => {
          if (pending === own) pending = undefined
        }),
      }
      pending = own
    }
    return pending.arn
  }
}
