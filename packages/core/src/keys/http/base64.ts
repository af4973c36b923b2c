import { backend } from '#backend'

/** Padded base64 in the standard alphabet (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  const text = backend.toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/')
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}

/** The bytes of padded base64 in the standard alphabet, in memory of their own; undefined for anything else. */
export function fromBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length % 4 !== 0 || /[-_]/.test(text)) return undefined
  const bare = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text
  return fromBase64url(bare.replaceAll('+', '-').replaceAll('/', '_'))
}

/** Unpadded base64url (RFC 4648 section 5). */
export const toBase64url = (bytes: Uint8Array): string => backend.toBase64url(bytes)

/** The bytes of unpadded, canonical base64url, in memory of their own; undefined for anything else. */
export function fromBase64url(text: unknown): Uint8Array | undefined {
  const bytes = typeof text === 'string' ? backend.fromBase64url(text) : undefined
  const copy = bytes && new Uint8Array(bytes)
  bytes?.fill(0)
  return copy
}
