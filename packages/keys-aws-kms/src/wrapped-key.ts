import { WaxsealError } from '@waxseal/core'
import { concatBytes, MAX_WRAPPED_KEY_BYTES, openFailed } from '@waxseal/core/keys'
import { isKeyId } from './key-arn.js'

const FORMAT = 0x01
/** KMS's own limit is as high as that of a locator; what stands before the blob takes its part. */
const MAX_BLOB_BYTES = MAX_WRAPPED_KEY_BYTES - 2 - 36

/**
 * What travels in an envelope: `0x01 || n (one byte) || key id (n bytes of ASCII) || CiphertextBlob`. The key id, without account and
 * region, says which of the configured keys wrapped it; an alias may lead to another one by then.
 */
export function encodeWrapped(keyId: string, blob: Uint8Array): Uint8Array {
  if (blob.length < 1 || blob.length > MAX_BLOB_BYTES)
    throw new WaxsealError('too_large', `AWS KMS: a wrapped key has 1 to ${MAX_BLOB_BYTES} bytes, not ${blob.length}`)
  const name = new TextEncoder().encode(keyId)
  return concatBytes(Uint8Array.of(FORMAT, name.length), name, blob)
}

/** The parts again; `open_failed` for anything else. */
export function decodeWrapped(wrapped: Uint8Array): { keyId: string; blob: Uint8Array } {
  const [format, length = 0] = wrapped
  const keyId = String.fromCharCode(...wrapped.subarray(2, 2 + length))
  const blob = wrapped.slice(2 + length)
  if (format !== FORMAT || !isKeyId(keyId) || blob.length === 0) openFailed()
  return { keyId, blob }
}
