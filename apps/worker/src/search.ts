/** How a value was written where it was found. */
export type Form = 'raw' | 'JSON-escaped' | 'base64' | 'hex'

/** Calls `found` for every value that stands in a text or in its bytes, in any form. */
export type Search = (text: string | Uint8Array, found: (value: string, form: Form) => void) => void

interface Pattern {
  readonly value: string
  readonly form: Form
  readonly bytes: Buffer
}

/** Shorter ones stand somewhere by chance, in ciphertext above all: 8 characters of base64 are 48 random bits. */
export const MIN_BYTES = 8

const jsonOf = (value: string): string => JSON.stringify(value).slice(1, -1)
const asciiOf = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Base64 of the bytes at each place that they may have in a longer text: only the characters that no neighbour touches. */
function base64Of(bytes: Buffer): string[] {
  const texts = [0, 1, 2].map((skip) => {
    const inner = bytes.subarray(skip)
    return inner.subarray(0, inner.length - (inner.length % 3)).toString('base64')
  })
  return texts.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}

function* patternsOf(value: string): Generator<Pattern> {
  const bytes = Buffer.from(value)
  const written: [Form, string[]][] = [
    ['raw', [value]],
    ['JSON-escaped', [jsonOf(value), asciiOf(jsonOf(value))].filter((text) => text !== value)],
    ['base64', base64Of(bytes)],
    ['hex', [bytes.toString('hex')]],
  ]
  for (const [form, texts] of written)
    for (const text of new Set(texts))
      if (text.length >= MIN_BYTES || form === 'raw') yield { value, form, bytes: Buffer.from(text) }
}

const slotOf = (low: number, high: number, bits: number): number =>
  Math.imul(Math.imul(low, 0x9e3779b1) ^ high, 0x85ebca6b) >>> (32 - bits)

/** A search for thousands of values in one pass: by the first eight bytes of each pattern, then whole. */
export function createSearch(values: Iterable<string>): Search {
  const patterns = [...values].flatMap((value) => [...patternsOf(value)]).filter(({ bytes }) => bytes.length >= MIN_BYTES)
  const bits = Math.max(10, 33 - Math.clz32(patterns.length))
  const heads = new Int32Array(1 << bits).fill(-1)
  const next = new Int32Array(patterns.length)
  for (const [index, { bytes }] of patterns.entries()) {
    const slot = slotOf(bytes.readInt32LE(0), bytes.readInt32LE(4), bits)
    next[index] = heads[slot]!
    heads[slot] = index
  }
  return (text, found) => {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    let low = 0
    let high = 0
    for (let end = 0; end < bytes.length; end++) {
      // The last eight bytes, as two little-endian words.
      low = (low >>> 8) | (high << 24)
      high = (high >>> 8) | (bytes[end]! << 24)
      if (end < MIN_BYTES - 1) continue
      const from = end - MIN_BYTES + 1
      for (let index = heads[slotOf(low, high, bits)]!; index >= 0; index = next[index]!) {
        const pattern = patterns[index]!
        if (pattern.bytes.compare(bytes, from, Math.min(bytes.length, from + pattern.bytes.length)) === 0)
          found(pattern.value, pattern.form)
      }
    }
  }
}
