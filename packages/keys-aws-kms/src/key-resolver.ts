import type { KeyCall } from '@waxseal/core'
import { callOptions, incomplete, type KmsClient } from './client.js'
import { type KeyArn, parseKeyArn } from './key-arn.js'

/** An alias may be moved: where it leads is asked again after this time. */
const MAX_AGE_MS = 600_000

/** The ARN of the configured key: as configured, or as DescribeKey says, kept for ten minutes. */
export function createKeyResolver(
  client: KmsClient,
  keyId: string,
  pinned: KeyArn | undefined,
): (call: KeyCall) => Promise<KeyArn> {
  if (pinned) return async () => pinned
  let kept: { readonly arn: KeyArn; readonly until: number } | undefined
  return async (call) => {
    if (kept && call.now() < kept.until) return kept.arn
    const { KeyMetadata } = await client.describeKey({ KeyId: keyId }, callOptions(call))
    const arn = parseKeyArn(KeyMetadata?.Arn ?? '') ?? incomplete()
    kept = { arn, until: call.now() + MAX_AGE_MS }
    return arn
  }
}
