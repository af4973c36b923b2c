import { describe, expect, it } from 'vitest'
import { core } from '../../src/core-set.ts'
import { createFieldNames, type FieldName } from '../../src/names/field-name.ts'
import { createLexicon } from '../../src/names/lexicon.ts'
import { people } from '../../src/names/people.ts'
import { SECRET_TERMS } from '../../src/secrets/terms.ts'

const make = () =>
  createFieldNames(
    createLexicon([...core.terms, ...people.terms, SECRET_TERMS]),
    [core, people].flatMap(({ modifiers }) => modifiers ?? []),
  )
const names = make()
/** The field at the end of a path of names. */
const at = (path: string): FieldName => path.split('/').reduce((name, key) => name.child(key), names)

describe('the name of a field', () => {
  it.each([
    'socialSecurityNumber',
    'SocialSecurityNumber',
    'social_security_number',
    'SOCIAL_SECURITY_NUMBER',
    'social-security-number',
    'social.security.number',
    'Social Security Number',
    'socialsecurity',
    'social_security_no',
    'user.social.security',
    'customerSSN',
    'SSN',
    'ssn1',
    'ssnNumber',
    'ssn_value',
    'ssns',
    'primarySsn',
  ])('is read however it is written: %s', (key) => expect(at(key).type).toBe('US_SSN'))

  it.each([
    ['email', 'EMAIL'],
    ['e-mail', 'EMAIL'],
    ['workEmail', 'EMAIL'],
    ['emailAddress', 'EMAIL'],
    ['phone', 'PHONE'],
    ['homePhoneNo', 'PHONE'],
    ['mobile_number', 'PHONE'],
    ['cardNumber', 'CREDIT_CARD'],
    ['pan', 'CREDIT_CARD'],
    ['cvv2', 'CVV'],
    ['cvc', 'CVV'],
    ['ipAddress', 'IP_ADDRESS'],
    ['clientIP', 'IP_ADDRESS'],
    ['x-forwarded-for', 'IP_ADDRESS'],
    ['macAddr', 'MAC_ADDRESS'],
    ['iban', 'IBAN'],
    ['swiftCode', 'BIC'],
    ['accountNumber', 'BANK_ACCOUNT'],
    ['dateOfBirth', 'DATE_OF_BIRTH'],
    ['dob', 'DATE_OF_BIRTH'],
    ['firstName', 'PERSON'],
    ['surname', 'PERSON'],
    ['customer_name', 'PERSON'],
    ['street', 'ADDRESS'],
    ['zipCode', 'POSTCODE'],
    ['password', 'SECRET'],
    ['api_key', 'SECRET'],
    ['apikey', 'SECRET'],
    ['clientSecret', 'SECRET'],
  ])('%s is %s', (key, type) => expect(at(key).type).toBe(type))

  it.each([
    'id',
    'name',
    'status',
    'count',
    'lessons',
    'emailed',
    'phonetic',
    'spanish',
    'company',
    'description',
    '',
    '_',
    '42',
    'x',
  ])('that says nothing: %j', (key) => expect(at(key).type).toBeUndefined())

  it.each([
    'email_count',
    'emailVerified',
    'phoneType',
    'ssnRequired',
    'passwordChangedAt',
    'password_policy',
    'card_number_length',
    'ipAddressVersion',
    'email_template',
    'phone_id',
    'cvvStatus',
  ])('is a property: %s', (key) => expect(at(key).type).toBeUndefined())

  it.each(['has_ssn', 'isEmail', 'requirePassword', 'max_phone', 'canEmail', 'showPhone', 'total_email', 'num_passwords'])(
    'is a question: %s',
    (key) => expect(at(key).type).toBeUndefined(),
  )
})

describe('names above', () => {
  it.each([
    ['ssn/value', 'US_SSN'],
    ['phone/number', 'PHONE'],
    ['email/primary', 'EMAIL'],
    ['card/number', 'CREDIT_CARD'],
    ['ssn/raw/value', 'US_SSN'],
    ['user/social/security', 'US_SSN'],
    ['emails/0', 'EMAIL'],
    ['emails', 'EMAIL'],
    ['customer/name', 'PERSON'],
    ['customer/first', 'PERSON'],
    ['person/name/last', 'PERSON'],
    ['billing_details/name', 'PERSON'],
  ])('complete it: %s is %s', (path, type) => expect(at(path).type).toBe(type))

  it.each([
    'product/name',
    'company/name',
    'email/count',
    'email/verified',
    'ssn/type',
    'card/brand',
    'user/id',
    'phone/country',
    'password/policy/min',
  ])('do not make more of it: %s', (path) => expect(at(path).type).toBeUndefined())

  it('still hint, for some levels', () => {
    expect(at('ssn').hints.get('US_SSN')).toBe(0)
    const distances = ['ssn/a', 'ssn/a/b', 'ssn/a/b/c'].map((path) => at(path).hints.get('US_SSN') ?? Number.POSITIVE_INFINITY)
    expect(distances).toEqual([...distances].sort((a, b) => a - b))
    expect(at('ssn/a/b/c/d/e/f').hints.has('US_SSN')).toBe(false)
    expect(at('notes/a').hints.size).toBe(0)
  })
})

describe('what a name speaks of', () => {
  it('is hostile where it is of an order, a hash, a version', () => {
    for (const key of ['orderNumber', 'invoice_no', 'sha', 'commitHash', 'version', 'trackingNumber', 'order/number'])
      expect(at(key).hostile, key).toBe(true)
    for (const key of ['ssn', 'note', 'orders_ssn'.replace('orders_', '')]) expect(at(key).hostile, key).toBe(false)
  })

  it('is a person by role', () => {
    for (const key of ['client', 'patient', 'customers', 'author']) expect(at(key).personal, key).toBe(true)
    for (const key of ['note', 'product', 'clientEmail']) expect(at(key).personal, key).toBe(false)
  })
})

describe('what was seen', () => {
  it('is looked up', () => {
    const root = make()
    expect(root.child('email')).toBe(root.child('email'))
    expect(root.child('a').child('email')).toBe(root.child('a').child('email'))
    expect(root.child('a')).not.toBe(root.child('b'))
  })

  it('is forgotten after some thousands, and worked out again as it was', () => {
    const root = make()
    const first = root.child('email')
    for (let key = 0; key < 5000; key++) root.child(`key${key}`)
    expect(root.child('email')).not.toBe(first)
    expect(root.child('email').type).toBe('EMAIL')
    expect(root.child('customer').child('name').type).toBe('PERSON')
    expect(root.child('email')).toBe(root.child('email'))
  })

  it('is not kept where its key is long', () => {
    const root = make()
    const long = `ssn_${'x'.repeat(200)}`
    expect(root.child(long)).not.toBe(root.child(long))
    expect(root.child(`${'x_'.repeat(200)}ssn`).type).toBe('US_SSN')
  })

  it('is of any key', () => {
    for (const key of [
      '__proto__',
      'constructor',
      'hasOwnProperty',
      'toString',
      '',
      '\ud800',
      '\u0000',
      'é'.repeat(1000),
      '/',
      '~',
    ])
      expect(make().child(key).type, key).toBeUndefined()
  })
})
