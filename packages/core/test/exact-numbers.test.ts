import { expect, it } from 'vitest'
import { hasExactNumbers, isExactNumber } from '../src/json.ts'

it.each([
  ['{"a":1,"b":-2.50,"c":1e3,"d":"12345678901234567890","e":0.000000000001}', true],
  ['{"a":"x\\"12345678901234567890","b":[999999999999999]}', true],
  ['{"a":9007199254740991}', true],
  ['{"a":9007199254740993}', false],
  ['{"a":0.12345678901234567}', false],
  ['{"a":1.000000000000000000}', true],
  ['{"a":0.10000000000000000555}', false],
  ['{"a":1.2345678901234567e+20,"b":1E16,"c":-0.0,"d":120000000000000000000000}', true],
  ['{"a":1e999}', false],
  ['{"a":1e-400}', false],
  ['{"a":1.2345678901e-320}', false],
  ['{"a\\\\":9007199254740993}', false],
  ['{"a\\\\\\"":"9007199254740993"}', true],
])('numbers of %s survive JavaScript: %s', (text, exact) => {
  expect(hasExactNumbers(text)).toBe(exact)
})

it('may have any number of digits', () => {
  expect(hasExactNumbers(`[1${'0'.repeat(2_000_000)}1]`)).toBe(false)
})

it('are found behind texts of any length', () => {
  for (const text of ['a', '\\n'].map((part) => part.repeat(20_000_000)))
    expect(hasExactNumbers(`{"a":"${text}","b":9007199254740993}`)).toBe(false)
})

it.each([
  ['9007199254740993', false],
  ['-9007199254740993', false],
  ['10000000000000000000000', true],
  ['0.12345678901234567', true],
  ['1e-400', true],
  ['1e400', false],
  [`-${'9'.repeat(400)}`, false],
])('fractions may be doubles of those who wrote %s: %s', (number, exact) => {
  expect(isExactNumber(number, { fractions: 'double' })).toBe(exact)
  expect(hasExactNumbers(`{"a":[${number}]}`, { fractions: 'double' })).toBe(exact)
})
