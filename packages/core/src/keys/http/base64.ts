import { backend } from '#backend'

/** Padded base64 in the standard alphabet (RFC 4648 section 4). */
export const toBase64 = (bytes: Uint8Array): string => backend.toBase64(bytes)

/** The bytes of padded base64 in the standard alphabet, in memory of their own; undefined for anything else. */
export const fromBase64 = (text: unknown): Uint8Array | undefined =>
  typeof text === 'string' ? owned(backend.fromBase64(text)) : undefined

/** Unpadded base64url (RFC 4648 section 5). */
export const toBase64url = (bytes: Uint8Array): string => backend.toBase64url(bytes)

/** The bytes of unpadded, canonical base64url, in memory of their own; undefined for anything else. */
export const fromBase64url = (text: unknown): Uint8Array | undefined =>
  typeof text === 'string' ? owned(backend.fromBase64url(text)) : undefined

/** A copy outside of memory that others share, and nothing left there. */
function owned(bytes: Uint8Array | undefined): Uint8Array | undefined {
  const copy = bytes && new Uint8Array(bytes)
  bytes?.fill(0)
  return copy
}
