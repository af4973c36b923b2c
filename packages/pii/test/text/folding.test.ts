import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { fold, percentEncoded } from '../../src/text/folding.ts'

/** Where every code unit of the folded text is in the original. */
const offsetsOf = (text: string) => {
  const { text: folded, offsets } = fold(text)
  return offsets ? [...offsets.subarray(0, folded.length + 1)] : Array.from({ length: folded.length + 1 }, (_, at) => at)
}
const codes = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at))

/** Characters without width, of every kind. */
const INVISIBLE = [
  '\u00ad',
  '\u034f',
  '\u061c',
  '\u180b',
  '\u180e',
  '\u200b',
  '\u200c',
  '\u200d',
  '\u200e',
  '\u200f',
  '\u202a',
  '\u202e',
  '\u2060',
  '\u2063',
  '\u2066',
  '\u2069',
  '\u20e3',
  '\ufe00',
  '\ufe0f',
  '\ufeff',
]
const NEEDLES = ['536-22-1234', 'jane.doe@example.com', '203.0.113.77', '4111 1111 1111 1111']

describe('folding', () => {
  it('makes every decimal digit of the basic plane an ASCII digit of its value', () => {
    const digits = codes(0x80, 0xffff).filter((character) => /\p{Nd}/u.test(character))
    expect(digits.length).toBeGreaterThan(300)
    // Unicode has them in runs of ten (section 4.6).
    expect(fold(digits.join('')).text).toBe('0123456789'.repeat(digits.length / 10))
  })

  it('makes the mathematical digits ASCII digits', () => {
    const text = codes(0x1d7ce, 0x1d7ff).join('')
    expect(fold(text).text).toBe('0123456789'.repeat(5))
    expect(offsetsOf(text)).toEqual(Array.from({ length: 51 }, (_, at) => at * 2))
  })

  it.each([
    ['superscripts', '⁰¹²³⁴⁵⁶⁷⁸⁹', '0123456789'],
    ['subscripts', '₀₁₂₃₄₅₆₇₈₉', '0123456789'],
    ['circled digits', '①②③④⑤⑥⑦⑧⑨', '123456789'],
    ['wide letters', 'ＡＺａｚ', 'AZaz'],
    ['wide signs', '＠．－＋（）：／％', '@.-+():/%'],
    ['dashes', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d', '-'.repeat(11)],
    ['spaces', '\u00a0\u1680\u2000\u2009\u200a\u202f\u205f\u3000\u2800\u3164', ' '.repeat(10)],
    ['ends of lines', '\u0085\u2028\u2029', '\n\n\n'],
    ['dots', '·∙⋅•・･。｡', '........'],
    ['slashes', '\u2044\u2215', '//'],
    ['keycaps', '1\ufe0f\u20e32\ufe0f\u20e3', '12'],
  ])('of %s', (_name, text, folded) => expect(fold(text).text).toBe(folded))

  it('keeps letters of other scripts, emoji, lone surrogates and all of ASCII', () => {
    for (const text of ['éßжñ東京한글ไทย', '😀👍', '\ud800x\udfff', codes(0, 127).join('').replace(/[%?&]/g, '')])
      expect(fold(text)).toEqual({ text })
  })

  it('removes what has no width', () => {
    for (const sign of INVISIBLE) {
      expect(fold(`a${sign}b${sign}`).text, sign.charCodeAt(0).toString(16)).toBe('ab')
      expect(offsetsOf(`${sign}a${sign}b`)).toEqual([1, 3, 4])
    }
  })

  it('decodes what is percent-encoded once', () => {
    expect(fold('a%40b%2e%43').text).toBe('a@b.C')
    expect(offsetsOf('a%40b')).toEqual([0, 1, 4, 5])
    for (const text of ['%4', '%', '%zz', '%0a', '%80', '%7f', '100% x', '%-1', '% 1', '%+4']) expect(fold(text).text).toBe(text)
    expect(fold('%2540').text).toBe('%40')
  })

  it('reads a plus as a space only within a query', () => {
    expect(fold('1+2?a=3+4&b=5+6#7+8').text).toBe('1+2?a=3 4&b=5 6#7+8')
    expect(fold('?a=1+2 3+4').text).toBe('?a=1 2 3+4')
  })

  it('has an offset for every code unit, ascending, within the original', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })),
        (text) => {
          const { text: folded } = fold(text)
          const offsets = offsetsOf(text)
          expect(offsets).toHaveLength(folded.length + 1)
          expect(offsets[folded.length]).toBe(text.length)
          for (let at = 1; at < offsets.length; at++) expect(offsets[at]).toBeGreaterThan(offsets[at - 1] as number)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is done after one time, but for what is encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/[%?&+]|[\uff05\uff06\uff0b\uff1f\ufe60\ufe62\ufe6a\ufe56\u207a\u208a]/.test(text))
        const once = fold(text).text
        expect(fold(once).text).toBe(once)
      }),
      { numRuns: 500 },
    )
  })
})

describe('percent encoding', () => {
  it('is of the visible signs of ASCII only', () => {
    for (let code = 0; code < 256; code++)
      for (const hex of [code.toString(16).padStart(2, '0'), code.toString(16).padStart(2, '0').toUpperCase()])
        expect(percentEncoded(`x%${hex}`, 1)).toBe(code >= 32 && code < 127 ? code : -1)
  })
})

describe('what is found in a text that was folded', () => {
  const { detectText } = createDetector()
  const spans = (text: string) => detectText(text).map(({ start, end }) => text.slice(start, end))

  /** Each character as itself, or as one of those that fold to it, with invisible ones behind. */
  const disguised = (needle: string) =>
    fc
      .tuple(
        ...[...needle].map((character) => {
          const looks = [character]
          if (/\d/.test(character))
            looks.push(String.fromCharCode(0xff10 + Number(character)), String.fromCodePoint(0x1d7ce + Number(character)))
          if (character === '-') looks.push('\u2013', '\u2212', '\u2011')
          if (character === ' ') looks.push('\u00a0', '\u3000')
          if (character === '.') looks.push('\uff0e', '\uff61')
          if (character === '@') looks.push('\uff20')
          if (/\w|[-@.]/.test(character)) looks.push(`%${character.charCodeAt(0).toString(16)}`)
          return fc.constantFrom(...looks)
        }),
      )
      .chain((characters) =>
        fc
          .array(fc.constantFrom('', '', '', '\u200b', '\u2060', '\u00ad'), {
            minLength: characters.length,
            maxLength: characters.length,
          })
          .map((between) => characters.map((character, at) => (at === 0 ? '' : between[at]) + character).join('')),
      )
  const noise = fc
    .array(fc.constantFrom('世', '😀', 'ё', '\u200b', '—', '；', '！', ' ', 'ก', '\ud800', '«', '\u0301'), { maxLength: 20 })
    .map((parts) => parts.join(''))

  it.each(NEEDLES)('is %s, at its place, however it is written', (needle) => {
    fc.assert(
      fc.property(disguised(needle), noise, noise, (hidden, before, behind) => {
        const text = `${before} ${hidden} ${behind}`
        expect(spans(text)).toEqual([hidden])
        expect(fold(hidden).text).toBe(needle)
      }),
      { numRuns: 300 },
    )
  })
})
