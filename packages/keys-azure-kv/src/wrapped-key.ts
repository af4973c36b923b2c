import { concatBytes, lp, openFailed } from '@waxseal/core/keys'
import { incomplete } from './errors.js'
import { toHex } from './hex.js'

/** A blob: `format || version of each key that had a part in it (16 bytes) || ciphertext`, with nothing after it. */
export interface BlobLayout {
  readonly format: number
  readonly keys: 1 | 2
  /** Bytes that the ciphertext may have. */
  readonly sizes: readonly number[]
}

/** The key that wrapped, the key that signs, RSA-OAEP-256 of the data key and a hash (64 bytes), for keys of 2048, 3072, 4096 bits. */
export const RSA_BLOB: BlobLayout = { format: 0x01, keys: 2, sizes: [256, 384, 512] }
/** The key that wrapped, AES Key Wrap of the data key and a hash. */
export const AES_KW_BLOB: BlobLayout = { format: 0x01, keys: 1, sizes: [72] }
/** The key that wrapped, `iv (12 bytes) || tag (16 bytes) || ciphertext (32 bytes)`. */
export const AES_GCM_BLOB: BlobLayout = { format: 0x02, keys: 1, sizes: [60] }

const VERSION_BYTES = 16

/** `versions`: 32 characters of hexadecimal each. `provider_unavailable` where the service's ciphertext has another size. */
export function encodeBlob({ format, sizes }: BlobLayout, versions: readonly string[], ciphertext: Uint8Array): Uint8Array {
  if (!sizes.includes(ciphertext.length)) return incomplete()
  const bytes = versions
    .join('')
    .match(/../g)!
    .map((byte) => Number.parseInt(byte, 16))
  return concatBytes(Uint8Array.of(format, ...bytes), ciphertext)
}

/** The parts again; `open_failed` for anything else. */
export function decodeBlob(
  { format, keys, sizes }: BlobLayout,
  blob: Uint8Array,
): { versions: string[]; ciphertext: Uint8Array } {
  const ciphertext = blob.slice(1 + keys * VERSION_BYTES)
  if (blob[0] !== format || !sizes.includes(ciphertext.length)) return openFailed()
  const versions = toHex(blob.subarray(1, 1 + keys * VERSION_BYTES)).match(/.{32}/g)!
  return { versions, ciphertext }
}

/** `lp(blob) || lp(signature)`: section 4 of the specification. */
export const encodeSigned = (blob: Uint8Array, signature: Uint8Array): Uint8Array => concatBytes(lp(blob), lp(signature))

/** The parts again; `open_failed` for anything else. */
export function decodeSigned(wrapped: Uint8Array): { blob: Uint8Array; signature: Uint8Array } {
  const blob = partAt(wrapped, 0)
  const signature = partAt(wrapped, 4 + blob.length)
  return 8 + blob.length + signature.length === wrapped.length ? { blob, signature } : openFailed()
}

function partAt(bytes: Uint8Array, at: number): Uint8Array {
  const length = Number.parseInt(toHex(bytes.subarray(at, at + 4)), 16)
  return at + 4 + length <= bytes.length ? bytes.slice(at + 4, at + 4 + length) : openFailed()
}
