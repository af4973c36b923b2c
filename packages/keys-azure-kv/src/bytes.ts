/** Joins byte arrays into a new one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** lp(x) = u32be(length of x) || x. */
export function lp(bytes: Uint8Array): Uint8Array {
  const { length } = bytes
  return concat(Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length), bytes)
}

/** In lower case. */
export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
