import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  complement97,
  crossSummed,
  italian,
  mapped,
  mod1110,
  remainder,
  remainderTail,
  varied,
  verhoeff,
  weighted,
  weightedTail,
  weightedTotal,
} from '../../src/national-ids/checksums.ts'

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''))

/** Appends what makes the number valid, where anything does. */
const completed = (head: string, holds: (text: string) => boolean, endings: readonly string[]): string | undefined => {
  const ending = endings.find((end) => holds(head + end))
  return ending === undefined ? undefined : head + ending
}
const DIGITS = [...'0123456789']
const PAIRS = DIGITS.flatMap((ten) => DIGITS.map((one) => ten + one))

const NHS = ['a98765432', '0-987654321']
const DNI = 'TRWAGMYFPDXBNJZSQVHLCKE'

const single: Record<string, { length: number; endings: readonly string[]; holds: (text: string) => boolean }> = {
  'Verhoeff (Aadhaar)': { length: 11, endings: DIGITS, holds: verhoeff },
  'ISO 7064 mod 11,10 (German tax id)': { length: 10, endings: DIGITS, holds: mod1110 },
  'weights mod 11 (NHS)': { length: 9, endings: DIGITS, holds: (text) => weighted(text, NHS) },
  'weights 3, 7, 1 (routing number)': { length: 8, endings: DIGITS, holds: (text) => weighted(text, ['37137137', '0987654321']) },
  'weighted total mod 89 (ABN)': { length: 9, endings: PAIRS, holds: (text) => weightedTotal(text, 'a13579bdfhj', 89, 10) },
  'letter of mod 23 (DNI)': { length: 8, endings: [...DNI], holds: (text) => mapped(text, DNI) },
  'complement to 97 (NIR)': { length: 13, endings: PAIRS, holds: (text) => complement97(text) },
  'remainder of 97 (NUSS)': { length: 10, endings: PAIRS, holds: (text) => remainderTail(text, 97, 2) },
  'two check digits (CPF)': {
    length: 9,
    endings: PAIRS,
    holds: (text) => weighted(text, ['a98765432', '0-987654321']) && weighted(text, ['ba98765432', '0-987654321']),
  },
}

describe('a changed digit is noticed', () => {
  it.each(Object.keys(single))('%s', (name) => {
    const { length, endings, holds } = single[name] as (typeof single)[string]
    let tried = 0
    fc.assert(
      fc.property(digits(length), fc.nat(length - 1), fc.integer({ min: 1, max: 9 }), (head, at, by) => {
        const number = completed(head, holds, endings)
        fc.pre(number !== undefined)
        tried++
        const changed = (Number(head[at]) + by) % 10
        expect(holds(number.slice(0, at) + changed + number.slice(at + 1))).toBe(false)
      }),
    )
    expect(tried).toBeGreaterThan(50)
  })

  it('and by Verhoeff two neighbours swapped', () => {
    fc.assert(
      fc.property(digits(11), fc.nat(9), (head, at) => {
        fc.pre(head[at] !== head[at + 1])
        const number = completed(head, verhoeff, DIGITS) as string
        expect(verhoeff(number.slice(0, at) + number[at + 1] + number[at] + number.slice(at + 2))).toBe(false)
      }),
    )
  })
})

describe('examples of public documentation', () => {
  it('weighted: right-aligned, by alphabet, at another place, in two stages', () => {
    expect(weighted('9434765919', NHS)).toBe(true)
    expect(weighted('9434765918', NHS)).toBe(false)
    // A remainder of 10 has no digit: no last digit makes such a number valid.
    expect(DIGITS.some((digit) => weighted(`000000010${digit}`, ['a98765432', '0-987654321']))).toBe(true)
    expect(DIGITS.some((digit) => weighted(`000000006${digit}`, ['a98765432', '0-987654321']))).toBe(false)
    expect(weighted('125319092', ['32765432', '0K987654321'])).toBe(true)
    expect(weighted('77272305', ['32765432', '0K987654321'])).toBe(true)
    expect(weighted('1M8GDM9AXKP042788', ['8765432a098765432', '0123456789X'], '-ABCDEFGHR--JKLMNWPYZ---STUV-X', 8)).toBe(true)
    expect(weighted('37605030299', ['1234567891', '0123456789?', '3456789123', '01234567890'])).toBe(true)
  })
  it('cross sums, with letters as two digits', () => {
    expect(crossSummed('15070649C103', '212571212121', '0123456789')).toBe(true)
    expect(crossSummed('15070649C104', '212571212121', '0123456789')).toBe(false)
    expect(crossSummed('A000500015', '1212121212', '0123456789')).toBe(true)
  })
  it('totals and tails', () => {
    expect(weightedTotal('51824753556', 'a13579bdfhj', 89, 10)).toBe(true)
    expect(weightedTail('11223344595', '987654321', 101)).toBe(true)
    expect(weightedTail('980780684', '8765432', 97, 0)).toBe(true)
    expect(weightedTail('980780685', '8765432', 97, 0)).toBe(false)
  })
  it('remainders', () => {
    expect(remainder('123456789012345678901234567890', 97)).toBe(Number(123456789012345678901234567890n % 97n))
    expect(mapped('12345678Z', DNI)).toBe(true)
    expect(mapped('X1234567L', DNI)).toBe(true)
    expect(remainderTail('3023217600053', 511, 3)).toBe(true)
    expect(complement97('85073003328')).toBe(true)
    expect(complement97('17073003384', '2')).toBe(true)
    expect(complement97('2890478342A1632')).toBe(false)
  })
  it('repeated digits', () => {
    expect(varied('86095742719', 8)).toBe(true)
    expect(varied('11112345678', 8)).toBe(false)
  })
  it('Verhoeff, mod 11,10 and the Italian letter', () => {
    expect(verhoeff('2363')).toBe(true)
    expect(verhoeff('2364')).toBe(false)
    expect(mod1110('86095742719')).toBe(true)
    expect(mod1110('33392005961')).toBe(true)
    expect(italian('RCCMNL83S18D969H')).toBe(true)
    expect(italian('RCCMNL83S18D969I')).toBe(false)
  })
})
