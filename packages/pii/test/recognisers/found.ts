import { createDetector, type DetectorOptions } from '../../src/detector.ts'

/** What a detector of one core type finds in a text, as texts. */
export function finder(type: string, options: DetectorOptions = {}): (text: string) => string[] {
  const { detectText } = createDetector({ types: [type], ...options })
  return (text) => detectText(text).map(({ start, end }) => text.slice(start, end))
}

/** The score, and whether it was proved, of the only finding of a text. */
export function judge(
  type: string,
  options: DetectorOptions = {},
): (text: string) => [score: number, validated: boolean] | undefined {
  const { detectText } = createDetector({ types: [type], threshold: 0, ...options })
  return (text) => {
    const [finding, ...others] = detectText(text)
    return finding && others.length === 0 ? [finding.score, finding.validated] : undefined
  }
}

/** The digit that makes a number pass ISO/IEC 7812-1, worked out from the left. */
export function withLuhn(body: string): string {
  const weights = [...body].map((_, at) => ((body.length - at) % 2 === 1 ? 2 : 1))
  const sum = [...body].reduce((total, digit, at) => {
    const product = Number(digit) * (weights[at] as number)
    return total + Math.floor(product / 10) + (product % 10)
  }, 0)
  return body + ((10 - (sum % 10)) % 10)
}

/** Numbers between 0 and 1 that are the same on every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const digits = (random: () => number, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 10)).join('')

/** The same text with one digit, at a position, made another. */
export const misprinted = (text: string, at: number): string =>
  text.slice(0, at) + ((Number(text[at]) + 1) % 10) + text.slice(at + 1)

/** A text in groups of these sizes. */
export function grouped(text: string, sizes: readonly number[], separator: string): string {
  let at = 0
  return sizes
    .map((size) => {
      at += size
      return text.slice(at - size, at)
    })
    .join(separator)
}
