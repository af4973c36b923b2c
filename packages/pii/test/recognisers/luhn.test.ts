import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { luhn } from '../../src/recognisers/luhn.ts'
import { withLuhn } from './found.ts'

const bodies = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 30 })

describe('luhn', () => {
  it('accepts the usual example of ISO/IEC 7812-1', () => expect(luhn('79927398713')).toBe(true))

  it('accepts exactly one check digit', () =>
    fc.assert(
      fc.property(bodies, (body) => {
        const valid = withLuhn(body)
        for (let digit = 0; digit < 10; digit++) expect(luhn(body + digit)).toBe(body + digit === valid)
      }),
    ))

  it('refuses any other digit at any place', () =>
    fc.assert(
      fc.property(bodies, fc.nat(29), fc.integer({ min: 1, max: 9 }), (body, place, change) => {
        const valid = withLuhn(body)
        const at = place % valid.length
        expect(luhn(valid.slice(0, at) + ((Number(valid[at]) + change) % 10) + valid.slice(at + 1))).toBe(false)
      }),
    ))

  it('refuses neighbours that changed places, unless they are 0 and 9', () =>
    fc.assert(
      fc.property(bodies, fc.nat(29), (body, place) => {
        const valid = withLuhn(body)
        const at = place % (valid.length - 1)
        const [first, second] = [valid[at] as string, valid[at + 1] as string]
        const kept = first === second || first + second === '09' || first + second === '90'
        expect(luhn(valid.slice(0, at) + second + first + valid.slice(at + 2))).toBe(kept)
      }),
    ))
})
