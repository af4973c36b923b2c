import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPseudonyms } from '../../src/masking/pseudonyms.ts'
import { PiiError } from '../../src/pii-error.ts'

const key = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1)
const pseudonyms = createPseudonyms({ key })
const digest = (token: string) => token.slice(token.lastIndexOf('_') + 1)

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return PiiError.is(error) ? error.code : error
  }
  return 'nothing thrown'
}

describe('createPseudonyms', () => {
  it('gives a token of type, version and 100 bits', () => {
    expect(pseudonyms.of('jane@example.com', 'EMAIL')).toMatch(/^EMAIL_v1_[0-9a-hjkmnp-tv-z]{20}$/)
    expect(createPseudonyms({ key, version: '2025-01', length: 51 }).of('x', 'US_SSN')).toMatch(/^US_SSN_2025-01_[0-9a-z]{51}$/)
  })

  it('stays the same for good, by another implementation too', async () => {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    const message = new TextEncoder().encode('waxseal/v1/pii/pseudonym\0EMAIL\0v1\0jane@example.com')
    const bits = Array.from(new Uint8Array(await crypto.subtle.sign('HMAC', imported, message)), (byte) =>
      byte.toString(2).padStart(8, '0'),
    ).join('')
    const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
    const expected = Array.from({ length: 20 }, (_, at) => alphabet[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]).join('')
    expect(pseudonyms.of('jane@example.com', 'EMAIL')).toBe(`EMAIL_v1_${expected}`)
  })

  it.each([
    ['EMAIL', ' jane@EXAMPLE.com ', 'ｊane@example.com'],
    ['CREDIT_CARD', '4111 1111 1111 1111', '４１１１-1111-1111-1111'],
    ['PHONE', '+44 (0)20 7946 0958', '0044 20 79460958'],
    ['US_SSN', '123-45-6789', 123456789],
    ['IBAN', 'de89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['UK_NINO', 'qq 12 34 56 c', 'QQ123456C'],
    ['IP_ADDRESS', '2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
    ['MAC_ADDRESS', '00:1b:44:11:3a:b7', '001B.4411.3AB7'],
    ['PERSON', 'E\u0301mile', ' \u00c9mile'],
    ['AGE', 34n, 34],
  ])('reads equal values of %s as equal', (type, one, other) => {
    expect(pseudonyms.of(one, type)).toBe(pseudonyms.of(other, type))
  })

  it.each([
    ['EMAIL', 'Jane@example.com', 'jane@example.com'],
    ['EMAIL', 'not an address', 'no address either'],
    ['PHONE', 'ask the office', 'unknown'],
    ['RU_PASSPORT', 'АБ 123456', 'ВГ 123456'],
    ['PERSON', 'Ada', 'ada'],
  ])('tells different values of %s apart', (type, one, other) => {
    expect(pseudonyms.of(one, type)).not.toBe(pseudonyms.of(other, type))
  })

  it('gives unrelated tokens for another type, version or key, and the same for the same', () => {
    const others = [createPseudonyms({ key, version: 'v2' }), createPseudonyms({ key: key.slice(1) })]
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
        (value) => {
          const token = pseudonyms.of(value, 'PERSON')
          expect(createPseudonyms({ key }).of(value, 'PERSON')).toBe(token)
          const digests = [token, pseudonyms.of(value, 'EMAIL'), ...others.map((other) => other.of(value, 'PERSON'))].map(digest)
          expect(new Set(digests).size).toBe(4)
        },
      ),
    )
  })

  it('copies the key and shows it nowhere', () => {
    const mine = key.slice()
    const created = createPseudonyms({ key: mine })
    mine.fill(9)
    expect(created.of('x', 'PERSON')).toBe(pseudonyms.of('x', 'PERSON'))
    expect(Object.isFrozen(created)).toBe(true)
    expect(Reflect.ownKeys(created)).toEqual(['version', 'of'])
    expect(JSON.stringify(created)).toBe('{"version":"v1"}')
    expect(inspect(created, { depth: 9, showHidden: true })).not.toMatch(/Uint8Array|key/)
  })

  it('refuses options and values that do not fit, without showing them', () => {
    for (const bad of [key.slice(0, 15), new Uint8Array(32), 'k'.repeat(32)])
      expect(code(() => createPseudonyms({ key: bad as Uint8Array }))).toBe('config')
    for (const version of ['', 'v_1', 'V1', 'v'.repeat(17)]) expect(code(() => createPseudonyms({ key, version }))).toBe('config')
    for (const length of [15, 52, 16.5]) expect(code(() => createPseudonyms({ key, length }))).toBe('config')
    for (const type of ['', 'A\0B', 'x'.repeat(65), undefined])
      expect(code(() => pseudonyms.of('x', type as string))).toBe('config')
    for (const value of ['', ' \u3000', null, {}, undefined])
      expect(code(() => pseudonyms.of(value as string, 'EMAIL'))).toBe('malformed')
    expect(code(() => pseudonyms.of('x'.repeat(4097), 'EMAIL'))).toBe('too_large')
  })

  it('stays quick where normalising is slow', () => {
    const started = performance.now()
    pseudonyms.of('\u0301\u0323'.repeat(2048), 'PERSON')
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
