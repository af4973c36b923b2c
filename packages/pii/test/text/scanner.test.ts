import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { everything } from '../../src/everything.ts'
import type { Finding } from '../../src/finding.ts'
import { CERTAIN, HIGH, LOW, type Match, MEDIUM, type Recogniser } from '../../src/recogniser.ts'

const all = createDetector({ sets: everything })
const lowest = createDetector({ sets: everything, threshold: 0 })

/** Pieces that recognisers look at, and what may stand between them. */
const PIECES = [
  'ssn',
  'phone:',
  'card',
  '536-22-1234',
  '+44 7400 123456',
  '4111 1111 1111 1111',
  'jane@example.com',
  '203.0.113.7',
  '2001:db8::1',
  '00:1a:2b:3c:4d:5e',
  'iban',
  'order',
  'not',
  '://',
  '@',
  '::',
  '+',
  '(',
  ')',
  '%40',
  '%',
  '?',
  '&',
  '=',
  '-',
  '.',
  ',',
  ' ',
  '\n',
  '\\n',
  '0',
  '7',
  '12',
  '1234567',
  'Bearer ',
  'password=',
  '\ud800',
  '\udc00',
  '\u200b',
  '\u00a0',
  '５',
  '𝟙',
  '东',
  'é',
  'https://',
  'x'.repeat(70),
  '1'.repeat(40),
]
const texts = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 80 }) },
)

function checkFindings(text: string, findings: readonly Finding[], threshold: number): void {
  let last = 0
  for (const { start, end, score, type } of findings) {
    expect(start).toBeGreaterThanOrEqual(last)
    expect(end).toBeGreaterThan(start)
    expect(end).toBeLessThanOrEqual(text.length)
    expect(score).toBeGreaterThanOrEqual(threshold)
    expect(score).toBeLessThanOrEqual(1)
    expect(type).toMatch(/^[A-Z][A-Z0-9_]*$/)
    last = end
  }
}

describe('findings of any text', () => {
  it('are within it, ascending, apart, and as high as their threshold', () => {
    fc.assert(
      fc.property(texts, (text) => {
        checkFindings(text, all.detectText(text), 0.5)
        checkFindings(text, lowest.detectText(text), 0)
      }),
      { numRuns: 3000 },
    )
  })

  it('are the same each time, and of each detector', () => {
    const other = createDetector({ sets: everything })
    fc.assert(
      fc.property(texts, texts, (text, between) => {
        const first = all.detectText(text)
        all.detectText(between)
        expect(all.detectText(text)).toEqual(first)
        expect(other.detectText(text)).toEqual(first)
      }),
      { numRuns: 1000 },
    )
  })

  it('are no more with a higher threshold', () => {
    const higher = createDetector({ sets: everything, threshold: 0.8 })
    fc.assert(
      fc.property(texts, (text) => {
        for (const finding of higher.detectText(text)) expect(finding.score).toBeGreaterThanOrEqual(0.8)
      }),
      { numRuns: 500 },
    )
  })

  it('are none in an empty text, and in mere words', () => {
    for (const text of ['', ' ', 'a', 'nothing to see here', '.', '\n'.repeat(100)]) expect(all.detectText(text)).toEqual([])
  })
})

/** Finds a word of the given score, length and type at `at`. */
const stub = (type: string, found: Partial<Match>, rest: Partial<Recogniser> = {}): Recogniser => ({
  type,
  words: 'd4',
  match: (_text, start, end) => ({ start, end, score: MEDIUM, validated: false, ...found }),
  ...rest,
})
const scan = (text: string, ...recognisers: Recogniser[]) =>
  createDetector({ recognisers, types: recognisers.map(({ type }) => type), threshold: 0.2 })
    .detectText(text)
    .map(({ type, start, end }) => [type, start, end])

describe('what overlaps is one finding', () => {
  it('of the higher score', () =>
    expect(scan('1234', stub('A', { score: LOW }), stub('B', { score: HIGH }), stub('C', {}))).toEqual([['B', 0, 4]]))
  it('of those, the proved', () =>
    expect(scan('1234', stub('A', { score: CERTAIN }), stub('B', { score: CERTAIN, validated: true }))).toEqual([['B', 0, 4]]))
  it('of those, the longer', () => expect(scan('1234-5', stub('A', {}), stub('B', { end: 6 }))).toEqual([['B', 0, 6]]))
  it('of those, the one that is spoken for nearer', () => {
    const terms = [
      { type: 'A', near: 'alpha' },
      { type: 'B', near: 'beta' },
    ]
    const detector = createDetector({ recognisers: [stub('A', {}), stub('B', {})], terms, types: ['A', 'B'] })
    expect(detector.detectText('alpha beta 1234')[0]?.type).toBe('B')
    expect(detector.detectText('beta alpha 1234')[0]?.type).toBe('A')
  })
  it('and what only touches is two', () => {
    const second = stub('B', {}, { match: (_text, start, end) => ({ start: start + 2, end, score: MEDIUM, validated: false }) })
    const first = stub('A', {}, { match: (_text, start) => ({ start, end: start + 2, score: MEDIUM, validated: false }) })
    expect(scan('1234', first, second)).toEqual([
      ['A', 0, 2],
      ['B', 2, 4],
    ])
  })
})

describe('thresholds', () => {
  const make = (score: number, options = {}) =>
    createDetector({
      recognisers: [stub('A', { score })],
      terms: [{ type: 'B', near: 'beta' }],
      types: ['A'],
      ...options,
    }).detectText('1234')
  it('are 0.5 unless told otherwise, and reached by what is equal', () => {
    expect(make(0.5)).toHaveLength(1)
    expect(make(0.49)).toHaveLength(0)
    expect(make(0.3, { threshold: 0.3 })).toHaveLength(1)
    expect(make(0.9, { threshold: 1 })).toHaveLength(0)
    expect(make(1, { threshold: 1 })).toHaveLength(1)
    expect(make(0.3, { thresholds: { A: 0.2 } })).toHaveLength(1)
    expect(make(0.6, { thresholds: { A: 0.7 } })).toHaveLength(0)
  })
})

describe('time', () => {
  it('grows with the text, not faster', () => {
    const hard = [
      '1 ',
      '1-',
      '(',
      '+1',
      'a@',
      '@a.',
      ':1',
      '1.',
      '%31',
      'ab:',
      'DE',
      '4111 ',
      'a.',
      '=',
      'ssn 1 ',
      '\u200b1',
      '0x1',
      'at ',
    ]
    for (const unit of hard) {
      const timed = (length: number) => {
        const text = unit.repeat(length / unit.length)
        const from = performance.now()
        all.detectText(text)
        return performance.now() - from
      }
      timed(20_000)
      // Twenty times quadratic growth would be seconds.
      expect(Math.min(timed(100_000), timed(100_000)), JSON.stringify(unit)).toBeLessThan(1000)
    }
  })
})
