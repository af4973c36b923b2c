import { describe, expect, expectTypeOf, it } from 'vitest'
import { core } from '../../src/core-set.ts'
import { everything } from '../../src/everything.ts'
import { PiiError } from '../../src/pii-error.ts'
import { typeName } from '../../src/schema/type-name.ts'

describe('typeName', () => {
  it('knows every spelling of one name, also by its type', () => {
    expectTypeOf(typeName('email')).toEqualTypeOf<'EMAIL'>()
    expectTypeOf(typeName('credit_card')).toEqualTypeOf<'CREDIT_CARD'>()
    expectTypeOf(typeName('credit-card')).toEqualTypeOf<'CREDIT_CARD'>()
    expectTypeOf(typeName('creditCard')).toEqualTypeOf<'CREDIT_CARD'>()
    expectTypeOf(typeName('CreditCard')).toEqualTypeOf<'CREDIT_CARD'>()
    expectTypeOf(typeName('CREDIT-CARD')).toEqualTypeOf<'CREDIT_CARD'>()
    expectTypeOf(typeName('CREDIT_CARD')).toEqualTypeOf<'CREDIT_CARD'>()
    expectTypeOf(typeName('IPAddress')).toEqualTypeOf<'IP_ADDRESS'>()
    expectTypeOf(typeName('userSSN')).toEqualTypeOf<'USER_SSN'>()
    expectTypeOf(typeName('oauth2Token')).toEqualTypeOf<'OAUTH2_TOKEN'>()
    expectTypeOf(typeName('email' as string)).toEqualTypeOf<string>()
    for (const name of ['credit_card', 'credit-card', 'creditCard', 'CreditCard', 'CREDIT-CARD', 'CREDIT_CARD', 'Credit-Card'])
      expect(typeName(name)).toBe('CREDIT_CARD')
    expect(typeName('IPAddress')).toBe('IP_ADDRESS')
    expect(typeName('userSSN')).toBe('USER_SSN')
    expect(typeName('oauth2Token')).toBe('OAUTH2_TOKEN')
  })

  it('leaves the names of the detector as they are', () => {
    for (const { recognisers, terms } of [core, ...everything])
      for (const { type } of [...recognisers, ...terms]) expect(typeName(type)).toBe(type)
  })

  it.each(['', ' ', '1a', '_a', 'a b', 'é', 'a/b', 'a.b', undefined, true, {}])('refuses %o', (name) => {
    expect(() => typeName(name as string)).toThrow(PiiError)
  })
})
