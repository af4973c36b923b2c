import { concat, lp, toHex } from './bytes.js'
import { openFailed } from './errors.js'

const FORMAT = { plain: 0x01, gcm: 0x02 } as const
const VERSION_BYTES = 16
const IV_BYTES = 12
const TAG_BYTES = 16

/** What AES Key Wrap or, of `signed`, RSA-OAEP made of a data key, and with which version of the key. */
export interface WrappedBlob {
  /** 32 characters of hexadecimal. */
  readonly version: string
  readonly ciphertext: Uint8Array
}

/** `0x01 || version of the key (16 bytes) || ciphertext`. */
export const encodeBlob = ({ version, ciphertext }: WrappedBlob): Uint8Array =>
  concat(Uint8Array.of(FORMAT.plain), versionBytes(version), ciphertext)

export function decodeBlob(blob: Uint8Array): WrappedBlob {
  const [version, ciphertext] = [versionText(blob, 1), blob.slice(1 + VERSION_BYTES)]
  return blob[0] === FORMAT.plain && ciphertext.length > 0 ? { version, ciphertext } : openFailed()
}

/** What RSA-OAEP made of a data key, and the version of the signing key that signs it. */
export interface SignedBlob extends WrappedBlob {
  readonly signingVersion: string
}

/** `0x01 || version of the key (16 bytes) || version of the signing key (16 bytes) || ciphertext`. */
export const encodeSignedBlob = ({ version, signingVersion, ciphertext }: SignedBlob): Uint8Array =>
  encodeBlob({ version, ciphertext: concat(versionBytes(signingVersion), ciphertext) })

export function decodeSignedBlob(blob: Uint8Array): SignedBlob {
  const { version, ciphertext: rest } = decodeBlob(blob)
  const ciphertext = rest.slice(VERSION_BYTES)
  return ciphertext.length > 0 ? { version, signingVersion: versionText(rest, 0), ciphertext } : openFailed()
}

/** `lp(blob) || lp(signature)`: section 4 of the specification. */
export const encodeSigned = (blob: Uint8Array, signature: Uint8Array): Uint8Array => concat(lp(blob), lp(signature))

export function decodeSigned(wrapped: Uint8Array): { blob: Uint8Array; signature: Uint8Array } {
  const first = partAt(wrapped, 0)
  const second = partAt(wrapped, 4 + first.length)
  return 8 + first.length + second.length === wrapped.length ? { blob: first, signature: second } : openFailed()
}

function partAt(bytes: Uint8Array, at: number): Uint8Array {
  const length = Number.parseInt(toHex(bytes.subarray(at, at + 4)), 16)
  return at + 4 + length <= bytes.length ? bytes.slice(at + 4, at + 4 + length) : openFailed()
}

/** What AES-GCM made of a data key. */
export interface GcmBlob {
  readonly version: string
  readonly iv: Uint8Array
  readonly tag: Uint8Array
  readonly value: Uint8Array
}

/** `0x02 || version of the key (16 bytes) || iv (12 bytes) || tag (16 bytes) || ciphertext (32 bytes)`; undefined for other lengths. */
export function encodeGcmBlob({ version, iv, tag, value }: GcmBlob): Uint8Array | undefined {
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES || value.length !== 32) return undefined
  return concat(Uint8Array.of(FORMAT.gcm), versionBytes(version), iv, tag, value)
}

export function decodeGcmBlob(blob: Uint8Array): GcmBlob {
  if (blob[0] !== FORMAT.gcm || blob.length !== 1 + VERSION_BYTES + IV_BYTES + TAG_BYTES + 32) return openFailed()
  const at = 1 + VERSION_BYTES
  const [iv, tag] = [blob.slice(at, at + IV_BYTES), blob.slice(at + IV_BYTES, at + IV_BYTES + TAG_BYTES)]
  return { version: versionText(blob, 1), iv, tag, value: blob.slice(-32) }
}

const versionBytes = (version: string): Uint8Array =>
  Uint8Array.from({ length: VERSION_BYTES }, (_, i) => Number.parseInt(version.slice(2 * i, 2 * i + 2), 16))

const versionText = (bytes: Uint8Array, at: number): string => toHex(bytes.subarray(at, at + VERSION_BYTES))
