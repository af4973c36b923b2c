import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNameLike, isPlausible } from '../../src/document/plausible.ts'

const CASES: Readonly<Record<string, readonly [yes: readonly string[], no: readonly string[]]>> = {
  EMAIL: [
    ['a@b.co', 'jane%40b.co', 'jane at b.co'],
    ['yes', '5', 'jane'],
  ],
  PHONE: [
    ['555 0123', '+44 7400 123456', '030/901820'],
    ['yes', '123', 'mobile', '555 012'],
  ],
  CREDIT_CARD: [
    ['4111111111111111', '4111-1111', '**** 1111'],
    ['visa', '411', '****'],
  ],
  CVV: [
    ['123', ' 1234 '],
    ['12', '12345', 'abc'],
  ],
  US_SSN: [
    ['536221234', '***-**-1234'],
    ['yes', '***', '123'],
  ],
  IBAN: [
    ['DE89', 'de 8'],
    ['Germany', '123'],
  ],
  BIC: [
    ['DEUTDEFF', 'DEUTDEFF500'],
    ['DEUT', 'DEUTDEFF5'],
  ],
  PERSON: [
    ['Jane', 'Jane Doe', 'Мария', '王芳', "O'Neil"],
    ['Acme Inc.', 'Foo GmbH', '1', 'jane@b.co', 'http://x', 'a=b'],
  ],
  ADDRESS: [
    ['1 Main St', 'Hauptstr. 5', '東京都'],
    ['https://example.com', '0x12', '12'],
  ],
  POSTCODE: [
    ['12345', 'SW1A 1AA', '12345-6789'],
    ['London', 'x', '1'.repeat(20)],
  ],
  GENDER: [
    ['f', 'female', 'non-binary'],
    ['1', 'x'.repeat(30)],
  ],
  USERNAME: [
    ['jane', 'jane.doe-1'],
    ['j', 'jane doe'],
  ],
  SECRET: [
    ['hunter2', '1234', '123', 'correct horse'],
    ['ab', 'x'],
  ],
  DATE_OF_BIRTH: [
    ['1985-01-31', '31 Jan 1985'],
    ['unknown', 'soon'],
  ],
  SALARY: [['1000', 'EUR 5k'], ['secret']],
  OTHER: [
    ['A-1234', '12/345', 'AB (12) 34'],
    ['abcd', '123', 'x'.repeat(50)],
  ],
}

describe.each(Object.entries(CASES))('%s', (type, [yes, no]) => {
  it.each(yes)('may be %j', (value) => expect(isPlausible(type, value)).toBe(true))
  it.each(no)('is not %j', (value) => expect(isPlausible(type, value)).toBe(false))

  it('is no placeholder, nothing, and nothing sealed', () => {
    for (const value of [
      '',
      ' ',
      'n/a',
      'N/A',
      'none',
      'NULL',
      'undefined',
      'TBD',
      'true',
      'redacted',
      '***',
      'xxxx',
      '----',
      '[redacted]',
      '<phone>',
      '{{email}}',
      '(none)',
      '$EMAIL',
      '\u2022\u2022\u2022',
      '$' + '{EMAIL}',
      '%s',
      'wax1.AAAA',
      `wax1.${'A1'.repeat(50)}`,
    ])
      expect(isPlausible(type, value), value).toBe(false)
  })
})

describe('plausibility', () => {
  it('has an end', () => {
    expect(isPlausible('PHONE', '5'.repeat(300))).toBe(true)
    expect(isPlausible('PHONE', '5'.repeat(301))).toBe(false)
    expect(isPlausible('SECRET', 'x5'.repeat(50_000))).toBe(true)
    expect(isPlausible('SECRET', 'x5'.repeat(50_001))).toBe(false)
  })

  it('takes little time, whatever is asked', () => {
    const hard = [
      'a'.repeat(300),
      '1 '.repeat(150),
      ' '.repeat(300),
      '('.repeat(300),
      'a.'.repeat(150),
      `${'a '.repeat(149)}!`,
      '\u00e9'.repeat(300),
    ]
    const from = performance.now()
    for (const type of Object.keys(CASES)) for (const value of hard) isPlausible(type, value)
    for (const value of hard) isPlausible('SECRET', value.repeat(300))
    expect(performance.now() - from).toBeLessThan(500)
  })

  it('throws at nothing', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(CASES), 'toString', '__proto__x'),
        fc.string({ unit: 'binary' }),
        (type, value) => isPlausible(type, value) !== undefined,
      ),
    ))
})

describe('what looks like a name', () => {
  it.each(['Jane Doe', 'Jane M. Doe', 'Ludwig van Beethoven', "Sinéad O'Connor", 'Jean-Luc Picard', 'Мария Иванова'])(
    '%s',
    (text) => expect(isNameLike(text)).toBe(true),
  )
  it.each(['Jane', 'jane doe', 'JANE1 DOE', 'Jane  Doe', 'a b', '', 'Jane Doe 2', `Jane ${'D'.repeat(80)}`])(
    '%j does not',
    (text) => expect(isNameLike(text)).toBe(false),
  )
})
