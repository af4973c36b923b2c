import { describe, expect, it } from 'vitest'
import { finder } from './found.ts'

/** Each type: words that speak for it, what it finds, what it does not. */
const CASES: readonly (readonly [type: string, hint: string, values: readonly string[], others: readonly string[]])[] = [
  ['CVV', 'cvv', ['123', '1234', '000'], ['12', '12345', '12a', 'a123', '1.23', '123-4', 'x_123']],
  [
    'CARD_EXPIRY',
    'expires',
    ['12/29', '1/29', '01/2029', '12-29', '12 / 29', '09/49'],
    ['13/29', '00/29', '12/19', '12/2019', '12/291', '112/29', '12:29'],
  ],
  [
    'BANK_ACCOUNT',
    'account number',
    ['1234', '12345678', '12345678901234567', '1234 5678 90', '1234-5678-9'],
    ['123', '123456789012345678', '12345678a', 'a12345678'],
  ],
  [
    'DATE_OF_BIRTH',
    'date of birth',
    [
      '1985-01-31',
      '1985/1/31',
      '19850131',
      '31.01.1985',
      '31/1/85',
      '01/31/1985',
      '1-31-85',
      '31 January 1985',
      '31st of January 1985',
      '1 jan 1985',
      '31. Dec 1985',
      'January 31, 1985',
      'Jan 31st, 1985',
      'Sept. 3 2001',
      'MARCH 3 2001',
      '2000-02-29',
    ],
    [
      '1885-01-31',
      '2185-01-31',
      '1985-13-31',
      '1985-01-32',
      '1985-00-10',
      '1985-01-00',
      '1985-01/31',
      '31.13.1985x',
      '32.01.1985',
      '31-01-19855',
      'Janu 32, 1985',
      'Monday 3, 2001',
    ],
  ],
  [
    'BIC',
    'bic',
    ['DEUTDEFF', 'DEUTDEFF500', 'NEDSZAJJXXX', 'BNPAFRPP'],
    ['DEUTDEF', 'DEUTDEFF5', 'DEUTDEFF5000', 'deutdeff', 'DEU1DEFF', 'xDEUTDEFF', 'DEUTDEFF_'],
  ],
]

describe.each(CASES)('%s', (type, hint, values, others) => {
  const found = finder(type)

  it('is found beside its word, and only there', () => {
    for (const value of values) {
      for (const text of [
        `${hint}: ${value}`,
        `${hint} ${value}. 1`,
        `The ${hint} is ${value}, thanks (1)`,
        `${hint}="${value}"`,
        `${value} (${hint})`,
      ])
        expect(found(text), text).toEqual([value])
      expect(found(`1 thing is ${value} there`)).toEqual([])
      expect(found(`order number ${value} there`)).toEqual([])
    }
  })

  it('has its own shape', () => {
    for (const other of others) expect(found(`${hint}: ${other}`), other).toEqual([])
  })

  it('is nothing without a word', () => {
    for (const value of values) expect(found(value)).toEqual([])
  })
})
