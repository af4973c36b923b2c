import { backend } from '#backend'
import { fail } from '../errors.js'

/** Joins byte arrays into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export const encoder: TextEncoder = new TextEncoder()

/** UTF-8 of a well-formed string. */
export const utf8Encode = (text: string): Uint8Array => encoder.encode(text)

/** The text of UTF-8 bytes, a byte-order mark kept; `malformed` where they are not UTF-8. */
export const utf8Decode = (bytes: Uint8Array): string => backend.decodeText(bytes) ?? fail('malformed', 'text is not valid UTF-8')

/** Four bytes, big-endian. */
export const u32be = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)

/** lp(x) = u32be(length of x) || x (spec section 4). */
export const lp = (bytes: Uint8Array): Uint8Array => concatBytes(u32be(bytes.length), bytes)

export const lpText = (text: string): Uint8Array => lp(utf8Encode(text))

/** Reads what `u32be` wrote. */
export const readU32be = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0

/** Orders strings by their UTF-8 bytes, which is the order of their code points and not that of UTF-16. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

// Surrogates (D800-DFFF) stand for code points above FFFF, so they sort after E000-FFFF.
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
