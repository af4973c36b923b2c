import { WaxsealError } from '@waxseal/core'
import { isKeyId } from './key-arn.js'

const FORMAT = 0x01
/** Of KMS: 6,144 bytes of a blob, less what stands before it in a locator of at most 6,144. */
const MAX_BLOB_BYTES = 6144 - 2 - 36

/**
 * What travels in an envelope: `0x01 || n (one byte) || key id (n bytes of ASCII) || CiphertextBlob`. The key id, without account and
 * region, says which of the configured keys wrapped it; an alias may lead to another one by then.
 */
export function encodeWrapped(keyId: string, blob: Uint8Array): Uint8Array {
  if (blob.length < 1 || blob.length > MAX_BLOB_BYTES)
    throw new WaxsealError('too_large', `AWS KMS: a wrapped key has 1 to ${MAX_BLOB_BYTES} bytes, not ${blob.length}`)
  const name = new TextEncoder().encode(keyId)
  const out = new Uint8Array(2 + name.length + blob.length)
  out.set([FORMAT, name.length])
  out.set(name, 2)
  out.set(blob, 2 + name.length)
  return out
}

/** The parts again; `open_failed` for anything else. */
export function decodeWrapped(wrapped: Uint8Array): { keyId: string; blob: Uint8Array } {
  const [format, length = 0] = wrapped
  const keyId = String.fromCharCode(...wrapped.subarray(2, 2 + length))
  const blob = wrapped.slice(2 + length)
  if (format !== FORMAT || !isKeyId(keyId) || blob.length === 0)
    throw new WaxsealError('open_failed', 'the value could not be opened')
  return { keyId, blob }
}
