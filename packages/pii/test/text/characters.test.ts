import { expect, it } from 'vitest'
import { CLASSES, DIGIT, isDigit, isWord, LOWER, UPPER } from '../../src/text/characters.ts'

it('knows the classes of every code unit', () => {
  for (let code = 0; code < 65536; code++) {
    const character = String.fromCharCode(code)
    const kind = /[0-9]/.test(character) ? DIGIT : /[a-z]/.test(character) ? LOWER : /[A-Z]/.test(character) ? UPPER : 0
    if (code < 128 && CLASSES[code] !== kind) expect.fail(`class of ${code}`)
    if (isDigit(code) !== (kind === DIGIT) || isWord(code) !== (kind !== 0)) expect.fail(`kind of ${code}`)
  }
  expect(isWord(Number.NaN)).toBe(false)
  expect(isDigit(Number.NaN)).toBe(false)
})
