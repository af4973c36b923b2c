const WINDOW = 8
const SLOTS = 1 << 16

/** Calls `found` with the number of every pattern that stands in the bytes. */
export type Matcher = (bytes: Uint8Array, found: (pattern: number) => void) => void

const slotOf = (low: number, high: number): number => (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 16

/** Looks for thousands of patterns of at least 8 bytes in one pass: by their first 8 bytes, then whole. */
export function createMatcher(patterns: readonly Uint8Array[]): Matcher {
  const heads = new Int32Array(SLOTS).fill(-1)
  const next = new Int32Array(patterns.length)
  patterns.forEach((pattern, index) => {
    const view = new DataView(pattern.buffer, pattern.byteOffset, WINDOW)
    const slot = slotOf(view.getInt32(0, true), view.getInt32(4, true))
    next[index] = heads[slot]!
    heads[slot] = index
  })
  const stands = (pattern: Uint8Array, bytes: Uint8Array, at: number): boolean => {
    if (at + pattern.length > bytes.length) return false
    for (let i = 0; i < pattern.length; i++) if (pattern[i] !== bytes[at + i]) return false
    return true
  }
  return (bytes, found) => {
    // The last eight bytes as two little-endian words.
    let low = 0
    let high = 0
    for (let end = 0; end < bytes.length; end++) {
      low = (low >>> 8) | (high << 24)
      high = (high >>> 8) | (bytes[end]! << 24)
      if (end < WINDOW - 1) continue
      for (let index = heads[slotOf(low, high)]!; index >= 0; index = next[index]!)
        if (stands(patterns[index]!, bytes, end - WINDOW + 1)) found(index)
    }
  }
}
