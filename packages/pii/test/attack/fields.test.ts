import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/index.js'

const detector = createDetector()
const types = (document: unknown) => detector.detectDocument(document).map(({ type }) => type)

describe('names beside values', () => {
  it.each([
    [{ Name: 'ssn', Value: '123456789' }, 'US_SSN'],
    [{ id: 'ssn', value: '123456789' }, 'US_SSN'],
    [{ question: 'What is your SSN?', answer: '123456789' }, 'US_SSN'],
    [{ system: 'phone', value: '4155550132' }, 'PHONE'],
    [{ name: 'k1', label: 'SSN', value: '123456789' }, 'US_SSN'],
    [{ field: 'phone', old_value: '4155550132' }, 'PHONE'],
  ])('%j', (document, type) => expect(types(document)).toEqual([type]))

  it('says what a value is not', () => expect(types({ name: 'order_id', value: '123456789' })).toEqual([]))
})

describe('values of persons', () => {
  it.each([{ last_name: 'Sa' }, { name_first: 'Jane' }, { first_name: 'Elizabeth 2nd' }])('%j', (document) =>
    expect(types(document)).toEqual(['PERSON']),
  )
  it('are no companies', () => expect(types({ customer_name: 'Example Ltd' })).toEqual([]))
  it('may be spelled with letters', () => expect(types({ phone: '1-800-FLOWERS' })).toEqual(['PHONE']))
})

describe('texts of forms, versions and counts', () => {
  it.each([
    { password: 'Password', enterPassword: 'Enter your password', forgotPassword: 'Forgot your password?' },
    { firstName: 'Vorname', city: 'Stadt', gender: 'Geschlecht' },
    { token: 'Token', cookies: 'We use cookies', sessionExpired: 'Your session has expired' },
    { dependencies: { 'js-tokens': '^10.0.0', '@inquirer/password': '^5.3.0' } },
    { usage: { prompt_tokens: 1200, completion_tokens: 400 }, sessions: 1234 },
  ])('%j holds nothing', (document) => expect(types(document)).toEqual([]))

  it.each([{ password: 'correct horse battery staple' }, { pin: 1234 }, { city: 'Mexico City' }, { first_name: 'Mac' }])(
    '%j does',
    (document) => expect(types(document)).toHaveLength(1),
  )
})

describe('names without end', () => {
  it.each(['ssn card phone ', '电话号码', 'password token secret ', 'aB', 'a1'])(
    'of %j cost no more than their length',
    (piece) => {
      const start = performance.now()
      detector.detectDocument({ [piece.repeat(100_000)]: 'jane@example.com' })
      expect(performance.now() - start).toBeLessThan(1000)
    },
  )

  it('do not hide what the field is called', () =>
    expect(types({ [`${'x'.repeat(5000)} ssn`]: '123456789' })).toEqual(['US_SSN']))

  it('however many, leave room for others', () => {
    const fresh = createDetector()
    for (let i = 0; i < 10_000; i++) fresh.detectDocument({ [`key${i}x`]: 'a' })
    expect(fresh.detectDocument({ ssn: '123456789' })).toHaveLength(1)
  })
})
