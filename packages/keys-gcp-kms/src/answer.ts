import { fromBase64 } from '@waxseal/core/keys'
import { crc32c } from './crc32c.js'
import { damaged, incomplete } from './errors.js'

/** Bytes of an answer, base64 in JSON, in memory of their own, if their CRC-32C is the one that came along. */
export function checkedBytes(value: unknown, checksum: unknown): Uint8Array {
  const bytes = value instanceof Uint8Array ? Uint8Array.from(value) : (fromBase64(value) ?? incomplete())
  if (bytes.length === 0) return incomplete()
  return crc32c(bytes) === integer(checksum) ? bytes : damaged()
}

/** Whether a checksum is that of no bytes. */
export const isZero = (checksum: unknown): boolean => checksum !== undefined && checksum !== null && integer(checksum) === 0

/** A 64-bit integer as clients have it: number, decimal text, Long, or any of them as `value`. */
function integer(value: unknown): number {
  const bare = typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  const text = String(bare ?? '')
  return /^(0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : incomplete()
}
