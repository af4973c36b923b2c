import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/index.js'

const detector = createDetector()
const VALUES: Readonly<Record<string, string>> = {
  CREDIT_CARD: '4111 1111 1111 1111',
  US_SSN: '123-45-6789',
  EMAIL: 'jane.doe@example.com',
  PHONE: '+1 415-555-0132',
  IP_ADDRESS: '203.0.113.77',
  IBAN: 'DE89 3704 0044 0532 0130 00',
  MAC_ADDRESS: '00:1a:2b:3c:4d:5e',
}
const found = (text: string, type: string) =>
  detector
    .detectText(text)
    .filter((finding) => finding.type === type)
    .map(({ start, end }) => text.slice(start, end))

describe.each(Object.entries(VALUES))('%s', (type, value) => {
  it.each([
    ['colours of a terminal', '\u001b[31m$\u001b[0m'],
    ['colours with parameters', '\u001b[1;38;5;12m$\u001b[m'],
    ['line breaks in the source of JSON', 'a\\n$\\nb'],
    ['tabs in the source of JSON', '\\t$\\t'],
    ['brackets as Go escapes them', '\\u003c$\\u003e'],
    ['quotes as nginx escapes them', '\\x22$\\x22'],
    ['quotes in quotes', '{\\\\\\"k\\\\\\":\\\\\\"$\\\\\\"}'],
    ['cells of a row', 'x,$,y'],
    ['an em dash', 'it is $—please'],
    ['an em dash before', 'it—$'],
    ['a label', 'mac:$'],
    ['an ellipsis', '...$'],
    ['tags', '<b>$</b>'],
  ])('between %s', (_name, around) =>
    expect(
      found(
        around.replace('$', () => value),
        type,
      ),
    ).toEqual([value]),
  )
})

describe('more than the value stands around it', () => {
  it.each([
    ['1,jane,123-45-6789,17,4111111111111111,4', 'US_SSN,CREDIT_CARD'],
    ['GET /cards/4111111111111111/limits', 'CREDIT_CARD'],
    [';4111111111111111=27121010000?', 'CREDIT_CARD'],
    ['Phone:-9876543210', 'PHONE'],
    ['ip:2001:db8::8a2e:370:7334', 'IP_ADDRESS'],
    ['_203.0.113.77_ and __jane@example.com__', 'IP_ADDRESS,EMAIL'],
    ['jane@example.com-thanks', 'EMAIL'],
    ['<ssn>123456789</ssn>', 'US_SSN'],
    ['line\\nssn 123456789', 'US_SSN'],
    ['dob: 02-JAN-1990', 'DATE_OF_BIRTH'],
    ['{"a":"R&D","name":"Zoë","phone":"+14155550132"}', 'PHONE'],
  ])('%s', (text, types) =>
    expect(
      detector
        .detectText(text)
        .map(({ type }) => type)
        .join(),
    ).toBe(types),
  )

  it('leaves the escape before it as it is', () =>
    expect(found('"line\\njane@example.com"', 'EMAIL')).toEqual(['jane@example.com']))
})

describe('no more than it seems', () => {
  it.each([
    '1,234,567,890',
    '[1,2,3,4111,1111,1111,1111]',
    'x=48,2082123 y=16,3738189',
    '4955\n4957\n4989\n4992\n5018\n5024',
    '; [.1FA4.0020.0008] # LATIN',
    'contact: Copyright 1999-2003 The Foundation',
    'Clause 252.227-7013 (c) (1)',
    'merge d691551192 and dc44639904',
    "duration: '2592000s'",
    'Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0 Safari/537.36',
    'LONG_PASSWORD = 0x00000001;',
    '/^-----BEGIN PRIVATE KEY-----\\r?\\n([A-Za-z0-9+/=]+)-----END PRIVATE KEY-----$/',
  ])('%s', (text) => expect(detector.detectText(text)).toEqual([]))
})
