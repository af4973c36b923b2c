import { expect, it } from 'vitest'
import { hasExactNumbers } from '../src/sql/migrate-row.ts'

it.each([
  ['{"a":1,"b":-2.50,"c":1e3,"d":"12345678901234567890","e":0.000000000001}', true],
  ['{"a":"x\\"12345678901234567890","b":[999999999999999]}', true],
  ['{"a":9007199254740991}', true],
  ['{"a":9007199254740993}', false],
  ['{"a":0.12345678901234567}', false],
  ['{"a":1.000000000000000000}', false],
  ['{"a":1e999}', false],
])('numbers of %s survive JavaScript: %s', (text, exact) => {
  expect(hasExactNumbers(text)).toBe(exact)
})
