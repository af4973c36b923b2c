import type { KeyCall } from '@waxseal/core'
import { kept } from '@waxseal/core/keys'
import { type AwsKmsClient, callOptions } from './client.js'
import { incomplete } from './errors.js'
import { type KeyArn, parseKeyArn } from './key-arn.js'

/** An alias may be moved: where it leads is asked again after this time. */
const MAX_AGE_MS = 600_000
/** And sooner where a wrap names another key, which may be where it leads by now; but not for each of them. */
const MIN_AGE_MS = 5_000

/** Where the configured key is, asked again where another key was `expected`. */
export type KeyResolver = (call: KeyCall, expected?: string) => Promise<KeyArn>

export interface KeyResolverOptions {
  readonly client: AwsKmsClient
  readonly keyId: string
  /** The key, where `keyId` is its ARN: nothing is asked. */
  readonly pinned: KeyArn | undefined
  /** Longest that DescribeKey may take, in milliseconds. */
  readonly timeoutMs: number
}

/** The ARN of the configured key: as configured, or as DescribeKey says, kept for ten minutes, asked once for all who wait. */
export function createKeyResolver({ client, keyId, pinned, timeoutMs }: KeyResolverOptions): KeyResolver {
  if (pinned) return async () => pinned
  const { get } = kept({
    timeoutMs,
    async fetch(call) {
      const { KeyMetadata } = await client.describeKey({ KeyId: keyId }, callOptions(call))
      return { value: parseKeyArn(KeyMetadata?.Arn ?? '') ?? incomplete(), goodForMs: MAX_AGE_MS }
    },
  })
  return async (call, expected) => {
    const arn = await get(call)
    return expected === undefined || arn.keyId === expected ? arn : get(call, MIN_AGE_MS)
  }
}
