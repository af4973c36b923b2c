import { fail } from '../errors.js'

/** Minimal unsigned LEB128 of an integer below 2^32: 1 to 5 bytes. */
export function encodeLeb128(value: number): number[] {
  const out: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      out.push(rest)
      return out
    }
    out.push((rest % 128) | 128)
  }
}

/** Reads one at `at`; anything but the minimal form of a value up to `max` is `malformed`. */
export function decodeLeb128(bytes: Uint8Array, at: number, max = 0xffffffff): { value: number; end: number } {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) break
    value += (byte & 127) * 128 ** i
    if (byte < 128) {
      if ((byte === 0 && i > 0) || value > max) break
      return { value, end: at + i + 1 }
    }
  }
  return fail('malformed', 'a length or version is not a minimal LEB128 within its limit')
}
