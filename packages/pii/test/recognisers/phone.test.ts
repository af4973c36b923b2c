import { describe, expect, it } from 'vitest'
import { finder, judge } from './found.ts'

const found = finder('PHONE')
const judged = judge('PHONE')

/** A number of each country as it is written there, behind its calling code. */
const NUMBERS = [
  '+44 7400 123456',
  '+44 20 7946 0123',
  '+49 30 123456',
  '+49 1512 3456789',
  '+33 6 12 34 56 78',
  '+34 612 34 56 78',
  '+39 312 345 6789',
  '+39 02 1234 5678',
  '+31 6 12345678',
  '+32 470 12 34 56',
  '+41 78 123 45 67',
  '+43 664 123456',
  '+48 512 345 678',
  '+420 601 123 456',
  '+421 912 123 456',
  '+46 70 123 45 67',
  '+47 40 61 23 45',
  '+45 32 12 34 56',
  '+358 41 2345678',
  '+353 85 012 3456',
  '+351 912 345 678',
  '+30 691 234 5678',
  '+36 20 123 4567',
  '+40 712 034 567',
  '+380 50 123 4567',
  '+7 912 345-67-89',
  '+90 501 234 56 78',
  '+972 50-234-5678',
  '+971 50 123 4567',
  '+966 51 234 5678',
  '+91 81234 56789',
  '+86 131 2345 6789',
  '+81 90-1234-5678',
  '+82 10-2000-0000',
  '+65 8123 4567',
  '+852 5123 4567',
  '+61 412 345 678',
  '+64 21 123 4567',
  '+55 11 96123-4567',
  '+52 222 123 4567',
  '+54 9 11 2345-6789',
  '+56 2 2123 4567',
  '+57 321 1234567',
  '+27 71 123 4567',
  '+234 802 123 4567',
  '+254 712 123456',
  '+20 100 123 4567',
  '+354 611 1234',
  '+372 5123 4567',
  '+352 628 123 456',
  '+66 81 234 5678',
  '+84 91 234 56 78',
  '+63 905 123 4567',
  '+62 812-345-678',
  '+60 12-345 6789',
  '+1 202 555 0123',
]
const bare = (text: string) => `+${text.replace(/\D/g, '')}`

describe('phone numbers behind a calling code', () => {
  it.each(NUMBERS)('%s', (number) => {
    const dotted = number.replace(/[ -]/g, '.')
    const dashed = number.replace(/ /g, '-')
    for (const written of [number, bare(number), dotted, dashed]) {
      expect(judged(written), written).toEqual([0.85, false])
      for (const text of [
        `Call ${written}.`,
        `"${written}"`,
        `(${written})`,
        `${written}, or`,
        `tel:${written};`,
        `${written}\n`,
      ]) {
        const [finding = ''] = found(text)
        // The brackets around all of it may be taken as its own.
        expect(finding.replace(/^\(|\)$/g, ''), text).toBe(written)
        expect(found(text)).toHaveLength(1)
      }
    }
  })

  it.each(NUMBERS)('%s is not what a digit before, a letter or more digits make of it', (number) => {
    for (const text of [
      `1${bare(number)}`,
      `a${bare(number)}`,
      `${bare(number)}a`,
      `${bare(number)}_1`,
      `+${bare(number)}`,
      `${bare(number)}${'1'.repeat(8)}`,
    ])
      expect(found(text), text).toEqual([])
  })

  it('have the length of their country', () => {
    // Shortest and longest of the numbering plans: Norway 5 or 8, France 9, America 10, Germany to 13.
    expect(judged('+4740612345')).toEqual([0.85, false])
    expect(judged('+33612345678')).toEqual([0.85, false])
    expect(judged('+336123456')?.[0] ?? 0).toBeLessThan(0.85)
    expect(judged('+336123456789')?.[0] ?? 0).toBeLessThan(0.85)
    expect(judged('+1202555012')?.[0] ?? 0).toBeLessThan(0.85)
    expect(judged('+120255501234')?.[0] ?? 0).toBeLessThan(0.85)
    expect(judged('+491512345678901')?.[0] ?? 0).toBe(0.85)
  })

  it.each(['+210 123 4567', '+999 123 4567 8', '+0 123 456 789', '+000000000'])('of no country: %s', (text) =>
    expect(found(text)).toEqual([]),
  )

  it('may keep the trunk zero in brackets', () => {
    for (const text of ['+44 (0)20 7946 0123', '+49 (0) 30 123456', '(+49) 30 123456', '(+44) 7400 123456', '+(44) 7400 123456'])
      expect(found(`at ${text} now`), text).toEqual([text])
  })

  it('take their extension', () => {
    for (const extension of [' ext 12', ' ext. 1234', ' x99', ' extension 5', '#12', ', ext. 7', ' Durchwahl 12', ' poste 3'])
      expect(found(`+1 202 555 0123${extension}.`), extension).toEqual([`+1 202 555 0123${extension}`])
  })

  it('in other digits and signs', () => {
    for (const text of [
      '＋４４　７４００　１２３４５６',
      '+44\u00a07400\u00a0123456',
      '+44\u201120\u20117946\u20110123',
      '+٩٧١ ٥٠ ١٢٣ ٤٥٦٧',
      '+44\u200b7400\u200b123456',
    ])
      expect(found(`tel ${text}`), text).toEqual([text])
  })
})

describe('phone numbers of America', () => {
  it.each([
    '202-555-0123',
    '(202) 555-0123',
    '(202)555-0123',
    '202.555.0123',
    '202 555 0123',
    '1-202-555-0123',
    '1 (202) 555-0123',
    '202/555-0123',
  ])('%s', (text) => {
    for (const around of [text, `at ${text}.`, `"${text}"`, `[${text}]`, `${text}, or`, `${text}Home`, `${text}email: x`])
      expect(found(around), around).toEqual([text])
  })

  it.each([
    ['an area that begins with 0', '002-555-0123'],
    ['an area that begins with 1', '102-555-0123'],
    ['an exchange that begins with 0', '202-055-0123'],
    ['an exchange that begins with 1', '202-155-0123'],
    ['an area of a service', '911-555-0123'],
    ['an exchange of a service', '202-911-0123'],
    ['a digit more', '202-555-01234'],
    ['a digit less', '202-555-012'],
    ['a group before', '99-202-555-0123'],
    ['a group behind', '202-555-0123-44'],
    ['a letter before', 'a202-555-0123'],
    ['a letter behind', '202-555-0123a'],
    ['an underscore before', 'x_202-555-0123'],
  ])('with %s are none', (_why, text) => expect(found(`so ${text}`)).toEqual([]))

  it('that are round are measures', () => expect(found('a 200 300 4000 grid')).toEqual([]))
  it('of an order are none', () => expect(found('order 202-555-0123')).toEqual([]))
})

describe('phone numbers of one country', () => {
  it.each([
    '01 23 45 67 89',
    '06.12.34.56.78',
    '03-1234-5678',
    '090-1234-5678',
    '010-1234-5678',
    '021-12345678',
    '0571-87654321',
  ])('%s', (text) => expect(found(`so ${text}.`)).toEqual([text]))

  it.each(['030 901820', '0171/1234567', '020 7946 0123', '5550123', '555-0123', '8123 4567', '(030) 901820', '98765 43210'])(
    '%s only beside a word',
    (text) => {
      expect(found(`so ${text} there`)).toEqual([])
      for (const hint of ['phone', 'Tel.:', 'mobile number is', 'call me at', 'fax', 'whatsapp:'])
        expect(found(`${hint} ${text}`), hint).toEqual([text])
      expect(found(`${text} is my phone`)).toEqual([text])
    },
  )

  it('behind 00 and a country by themselves', () => {
    expect(found('so 0044 7400 123456')).toEqual(['0044 7400 123456'])
    expect(found('so 00447400123456')).toEqual([])
    expect(found('so 00999 123 4567')).toEqual([])
  })

  it('of China between its characters', () => {
    expect(found('手机13812345678。')).toEqual(['13812345678'])
    expect(found('13812345678请联系')).toEqual(['13812345678'])
    expect(found('so 13812345678')).toEqual([])
    expect(found('订单12812345678')).toEqual([])
  })

  it('are no dates, addresses, decimals or social security numbers', () => {
    for (const text of [
      '2024-01-31',
      '31.01.2024',
      '192.168.100.200',
      '123.4567890',
      '536-22-1234',
      '12:30:45',
      '123456',
      '1234567890123456',
    ])
      expect(found(`phone ${text}`), text).toEqual([])
  })

  it('are no rest of a row of numbers', () => expect(found('phone list 1 2 3, then 12 13 14')).toEqual([]))
})
