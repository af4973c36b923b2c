import { type Bytes, oneBitOff } from './bytes.js'

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** The bytes of standard base64 with padding; undefined for anything else, also where unused bits are set. */
export function fromBase64(text: unknown): Bytes | undefined {
  if (typeof text !== 'string' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const binary = atob(text)
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
  return toBase64(bytes) === text ? bytes : undefined
}

/** base64url without padding. */
export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/** The bytes of base64url without padding; undefined for anything else. */
export function fromBase64Url(text: unknown): Bytes | undefined {
  if (typeof text !== 'string' || !/^[A-Za-z0-9_-]*$/.test(text)) return undefined
  const padded = text.replaceAll('-', '+').replaceAll('_', '/') + '='.repeat((4 - (text.length % 4)) % 4)
  return fromBase64(padded)
}

/** The members with one bit of the named base64 member turned; the first that is there. */
export function withTurnedBit(members: Record<string, unknown>, ...names: readonly string[]): Record<string, unknown> {
  const name = names.find((member) => fromBase64(members[member])?.length)
  if (name === undefined) return members
  return { ...members, [name]: toBase64(oneBitOff(fromBase64(members[name])!)) }
}
