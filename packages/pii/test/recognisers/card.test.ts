import { describe, expect, it } from 'vitest'
import { digits, finder, grouped, judge, misprinted, seeded, withLuhn } from './found.ts'

const found = finder('CREDIT_CARD')
const judged = judge('CREDIT_CARD')
const random = seeded(7)
const card = (prefix: string, length: number): string => withLuhn(prefix + digits(random, length - prefix.length - 1))

/** Scheme, first digits, lengths (the schemes' published ranges). */
const SCHEMES: readonly (readonly [scheme: string, prefixes: readonly string[], lengths: readonly number[]])[] = [
  ['Visa', ['400000', '411111', '499999'], [16, 18, 19]],
  ['Mastercard', ['510000', '559999', '222100', '272099'], [16]],
  ['American Express', ['340000', '349999', '370000', '379999'], [15]],
  ['Diners Club', ['300000', '305999', '360000', '380000', '399999'], [14, 16, 19]],
  ['Discover', ['601100', '601199', '644000', '649999', '650000', '659999'], [16, 19]],
  ['JCB', ['352800', '358999'], [16, 17, 18, 19]],
  ['UnionPay', ['620000', '629999'], [16, 17, 18, 19]],
]
const LESSER: readonly (readonly [string, readonly string[], readonly number[]])[] = [
  ['Visa of old', ['400000'], [13]],
  ['Mir', ['220000', '220499'], [16, 17, 18, 19]],
  ['Troy', ['979200', '979299'], [16]],
  ['RuPay', ['600000', '508500', '817199'], [16]],
  ['Verve', ['506000', '507999'], [16, 18, 19]],
  ['Maestro', ['501800', '502099', '503800', '676100', '676300'], [16, 17, 18, 19]],
]
const all = [...SCHEMES, ...LESSER].flatMap(([scheme, prefixes, lengths]) =>
  prefixes.flatMap((prefix) => lengths.map((length) => [scheme, prefix, length] as const)),
)
const proved = SCHEMES.flatMap(([scheme, prefixes, lengths]) =>
  prefixes.flatMap((prefix) => lengths.map((length) => [scheme, prefix, length] as const)),
)
const visa = withLuhn('411111111111111')

describe('cards', () => {
  it.each(all)('of %s, %s, %i digits', (_scheme, prefix, length) => {
    for (let round = 0; round < 5; round++) {
      const number = card(prefix, length)
      for (const text of [number, `paid with ${number}.`, `"${number}"`, `(${number})`, `<${number}>`, `pan=${number}&x=1`])
        expect(found(text), text).toEqual([number])
    }
  })

  it.each(proved)('of %s, %s, %i digits are proved', (_scheme, prefix, length) =>
    expect(judged(card(prefix, length))).toEqual([1, true]),
  )

  it.each(all)('of %s, %s, %i digits with any digit misprinted are none', (_scheme, prefix, length) => {
    const number = card(prefix, length)
    for (let at = 0; at < length; at++) expect(found(misprinted(number, at))).toEqual([])
  })

  it.each([
    ['4-4-4-4', visa, [4, 4, 4, 4]],
    ['4-6-5', card('378282', 15), [4, 6, 5]],
    ['4-6-4', card('305693', 14), [4, 6, 4]],
    ['6-13', card('622126', 19), [6, 13]],
    ['8-8', visa, [8, 8]],
    ['4-4-4-4-3', card('622126', 19), [4, 4, 4, 4, 3]],
  ])('in groups of %s', (_name, number, sizes) => {
    for (const separator of [' ', '-', '.', '/', '_', '  ', ' - '.trim(), '\t', '\n', '\r\n', '\u00a0', '\u2013', '\u2212']) {
      const text = grouped(number, sizes, separator)
      expect(found(text), JSON.stringify(separator)).toEqual([text])
      expect(found(`card ${text}, thanks`)).toEqual([text])
    }
  })

  it.each([[[2, 2, 4, 4, 4]], [[3, 3, 3, 3, 4]], [[5, 5, 6]], [[7, 9]], [new Array(16).fill(1)]])(
    'in odd groups %j only beside a word',
    (sizes) => {
      const text = grouped(visa, sizes, ' ')
      expect(found(`it was ${text} there`)).toEqual([])
      expect(found(`card number ${text}`)).toEqual([text])
    },
  )

  it('are not found across three signs or letters', () => {
    for (const separator of ['   ', '---', ' x ', ',', ':', ';', '|'])
      expect(found(`card ${grouped(visa, [4, 4, 4, 4], separator)}`)).toEqual([])
  })

  it('are not found inside something longer', () => {
    for (const text of [
      `1${visa}`,
      `${visa}1`,
      `a${visa}`,
      `${visa}a`,
      `_${visa}_x`,
      `-${visa}`,
      `3.${visa}`,
      `${visa}.5`,
      `${visa}-77`,
      `${visa}=1`,
      `0000-${visa}`,
      `id_${visa}`,
      `${visa}%`,
    ])
      expect(found(text), text).toEqual([])
  })

  it('are found before the end of a sentence, a comma, and an expiry date', () => {
    const text = grouped(visa, [4, 4, 4, 4], ' ')
    expect(found(`${text}.`)).toEqual([text])
    expect(found(`${text}, 12/29`)).toEqual([text])
    expect(found(`${text} 12/29`)).toEqual([text])
    expect(found(`${visa}, ${card('510000', 16)}`)).toHaveLength(2)
  })

  it('have 12 to 19 digits', () => {
    for (const length of [8, 9, 10, 11, 20, 21, 30]) {
      const number = withLuhn(`4${digits(random, length - 2)}`)
      expect(found(`card ${number}`)).toEqual([])
    }
    // Maestro: beside a word.
    for (let length = 12; length <= 19; length++) {
      const number = card('560000', length)
      expect(found(`card ${number}`)).toEqual([number])
      expect(found(`seen ${number}`)).toEqual([])
    }
  })

  it('of no issuer are none', () => {
    for (const prefix of ['000000', '700000', '800000', '910000']) expect(found(`card ${card(prefix, 16)}`)).toEqual([])
  })

  it('of a length that the issuer has not are none', () => {
    for (const [prefix, length] of [
      ['411111', 15],
      ['411111', 17],
      ['510000', 15],
      ['340000', 16],
      ['222100', 17],
    ] as const)
      expect(found(card(prefix, length))).toEqual([])
  })

  it('with nothing to prove them are no order', () => {
    expect(found(`order ${card('600000', 16)}`)).toEqual([])
    expect(found(`order ${visa}`)).toEqual([visa])
  })
})
