import { fail } from '../errors.js'

/** A canonical Huffman code: a table for its short words, counts and symbols in order for the others. */
interface Code {
  /** By the next FAST bits: symbol << 4 | length, 0 where the word is longer or none. */
  readonly fast: Uint16Array
  readonly counts: Uint16Array
  readonly symbols: readonly number[]
}

const FAST = 10
// In this order the lengths of the code lengths' own code are written (RFC 1951, 3.2.7).
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

const malformed = (): never => fail('malformed', 'the compressed data is malformed')

/** `strict`: every word is used; otherwise a code of one word of one bit, or of none, may leave some (as zlib has it). */
function makeCode(lengths: Uint8Array, strict?: boolean): Code {
  const symbols = [...lengths.keys()].filter((symbol) => lengths[symbol]).sort((a, b) => lengths[a]! - lengths[b]!)
  const counts = new Uint16Array(16)
  const fast = new Uint16Array(1 << FAST)
  let word = 0
  let longest = 0
  let used = 0
  for (const symbol of symbols) {
    const length = lengths[symbol]!
    word <<= length - longest
    longest = length
    used += 1 << (15 - length)
    counts[length]!++
    if (length <= FAST) {
      let reversed = 0
      for (let bit = 0; bit < length; bit++) reversed = (reversed << 1) | ((word >> bit) & 1)
      for (; reversed < 1 << FAST; reversed += 1 << length) fast[reversed] = (symbol << 4) | length
    }
    word++
  }
  if (used !== 32768 && (strict || longest > 1 || used > 32768)) malformed()
  return { fast, counts, symbols }
}

let fixed: [Code, Code] | undefined

function fixedCodes(): [Code, Code] {
  fixed ??= [makeCode(new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280)), makeCode(new Uint8Array(32).fill(5))]
  return fixed
}

/**
 * The content of `data`, which must be exactly one raw deflate stream (RFC 1951); output grows as it arrives, to at most
 * `maxLength` bytes. It refuses what zlib refuses. fflate's does not (stored lengths and codes are unchecked), and does not
 * tell where the stream ends.
 */
export function inflate(data: Uint8Array, maxLength: number): Uint8Array {
  let out: Uint8Array = new Uint8Array(Math.min(maxLength, 4 * data.length))
  let at = 0
  let position = 0

  // The next 17 bits at least; past the end zeros are read, and the end is checked after each symbol.
  const peek = (): number => {
    const byte = position >> 3
    return (data[byte]! | (data[byte + 1]! << 8) | (data[byte + 2]! << 16)) >>> (position & 7)
  }
  const take = (bits: number): number => {
    const value = peek() & ((1 << bits) - 1)
    position += bits
    return value
  }
  // Lengths and distances: a code is an exponent and `shift` leading bits, the rest follows (RFC 1951, 3.2.5).
  const takeNumber = (code: number, shift: number): number => {
    const extra = (code >> shift) - 1
    const top = 1 << shift
    return extra < 1 ? code : ((top | (code & (top - 1))) << extra) + take(extra)
  }
  const decode = ({ fast, counts, symbols }: Code): number => {
    const bits = peek()
    const entry = fast[bits & ((1 << FAST) - 1)]!
    if (entry) {
      position += entry & 15
      return entry >> 4
    }
    let first = 0
    let index = 0
    for (let length = 1, word = 0; length < 16; length++) {
      word |= (bits >> (length - 1)) & 1
      const count = counts[length]!
      if (word - count < first) {
        position += length
        return symbols[index + word - first]!
      }
      index += count
      first = (first + count) << 1
      word <<= 1
    }
    return malformed()
  }
  const reserve = (length: number): void => {
    if (length <= out.length) return
    if (length > maxLength) fail('too_large', `the content is longer than the ${maxLength} bytes that it claims`)
    const grown = new Uint8Array(Math.min(maxLength, Math.max(2 * out.length, length)))
    grown.set(out)
    out = grown
  }
  const checkEnd = (): void => {
    if (position > data.length * 8) malformed()
  }

  const stored = (): void => {
    const from = ((position + 7) >> 3) + 4
    const length = data[from - 4]! | (data[from - 3]! << 8)
    position = (from + length) * 8
    checkEnd()
    if ((length ^ 0xffff) !== (data[from - 2]! | (data[from - 1]! << 8))) malformed()
    reserve(at + length)
    out.set(data.subarray(from, from + length), at)
    at += length
  }
  const dynamicCodes = (): [Code, Code] => {
    const literals = take(5) + 257
    const all = literals + take(5) + 1
    const count = take(4) + 4
    if (literals > 286 || all - literals > 30) malformed()
    const own = new Uint8Array(19)
    for (let i = 0; i < count; i++) own[ORDER[i]!] = take(3)
    const code = makeCode(own, true)
    const lengths = new Uint8Array(all)
    for (let i = 0; i < all; ) {
      const symbol = decode(code)
      if (symbol < 16) {
        lengths[i++] = symbol
        continue
      }
      if (symbol === 16 && i === 0) malformed()
      const value = symbol === 16 ? lengths[i - 1]! : 0
      const end = i + (symbol === 16 ? take(2) + 3 : symbol === 17 ? take(3) + 3 : take(7) + 11)
      if (end > all) malformed()
      lengths.fill(value, i, end)
      i = end
    }
    if (!lengths[256]) malformed()
    return [makeCode(lengths.subarray(0, literals)), makeCode(lengths.subarray(literals))]
  }
  const compressed = ([literal, distance]: [Code, Code]): void => {
    for (;;) {
      const symbol = decode(literal)
      checkEnd()
      if (symbol < 256) {
        if (at === out.length) reserve(at + 1)
        out[at++] = symbol
        continue
      }
      if (symbol === 256) return
      const length = symbol === 285 ? 258 : takeNumber(symbol - 257, 2) + 3
      const far = decode(distance)
      let from = at - 1 - takeNumber(far, 1)
      if (symbol > 285 || far > 29 || from < 0) malformed()
      checkEnd()
      reserve(at + length)
      for (const end = at + length; at < end; ) out[at++] = out[from++]!
    }
  }

  for (let last = 0; !last; ) {
    last = take(1)
    const type = take(2)
    checkEnd()
    if (type === 0) stored()
    else if (type === 3) malformed()
    else compressed(type === 1 ? fixedCodes() : dynamicCodes())
  }
  if ((position + 7) >> 3 !== data.length) malformed()
  return at === out.length ? out : out.slice(0, at)
}
