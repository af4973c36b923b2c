import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector, type DetectorOptions } from '../../src/detector.ts'
import { parsePointer } from '../../src/document/fields.ts'
import { everything } from '../../src/everything.ts'

const detect = (document: unknown, options: DetectorOptions = {}) =>
  createDetector({ sets: everything, ...options }).detectDocument(document)
const found = (document: unknown, options: DetectorOptions = {}) =>
  Object.fromEntries(detect(document, options).map(({ pointer, type }) => [pointer, type]))

/** The member at a pointer. */
const memberAt = (document: unknown, pointer: string): unknown =>
  pointer === '' ? document : parsePointer(pointer).reduce((value, token) => (value as Record<string, unknown>)[token], document)

describe('the walk of a document', () => {
  it('names members by pointers of RFC 6901', () => {
    const address = 'jane@example.com'
    expect(found({ 'a/b': { 'c~d': [0, { '': address }] }, '~1': address, '0': address })).toEqual({
      '/0': 'EMAIL',
      '/a~1b/c~0d/1/': 'EMAIL',
      '/~01': 'EMAIL',
    })
    expect(found(address)).toEqual({ '': 'EMAIL' })
    expect(found([[address], address])).toEqual({ '/0/0': 'EMAIL', '/1': 'EMAIL' })
  })

  it('takes a list for what its name says', () => {
    expect(found({ emails: ['a@b.co', 'n/a', 'c@d.co'] })).toEqual({ '/emails/0': 'EMAIL', '/emails/2': 'EMAIL' })
    expect(found({ ssns: [['536221234']] })).toEqual({ '/ssns/0/0': 'US_SSN' })
  })

  it('reads numbers where a name asks for it', () => {
    expect(found({ ssn: 536221234, phone: 2025550123, card_number: 4111111111111111, n: 536221234, social: 536221234 })).toEqual({
      '/ssn': 'US_SSN',
      '/phone': 'PHONE',
      '/card_number': 'CREDIT_CARD',
      '/social': 'US_SSN',
    })
    expect(found({ phone: 2025550123n, cvv: 123, zip: 12345, ssn: -0 })).toEqual({
      '/phone': 'PHONE',
      '/cvv': 'CVV',
      '/zip': 'POSTCODE',
    })
  })

  it('reads fractions only where they measure', () => {
    expect(found({ salary: 1234.5, home_lat: 52.52 })).toEqual({ '/salary': 'SALARY', '/home_lat': 'LOCATION' })
    expect(
      found({ phone: 2025550123.5, password: 0.12345, dob: 1.5, ssn: Number.NaN, pin: Number.POSITIVE_INFINITY, cvv: 1e300 }),
    ).toEqual({})
  })

  it('passes over what holds nothing', () => {
    for (const value of [
      null,
      undefined,
      true,
      false,
      '',
      [],
      {},
      0,
      new Date(0),
      new Map([['ssn', '536-22-1234']]),
      Symbol('x'),
      () => 0,
    ])
      expect(detect({ ssn: value, email: value })).toEqual([])
    expect(detect(null)).toEqual([])
    expect(detect(undefined)).toEqual([])
  })

  it('reads members that are called as those of every object', () => {
    const document = JSON.parse('{"__proto__":{"email":"a@b.co"},"constructor":{"email":"a@b.co"},"hasOwnProperty":"a@b.co"}')
    expect(found(document)).toEqual({ '/__proto__/email': 'EMAIL', '/constructor/email': 'EMAIL', '/hasOwnProperty': 'EMAIL' })
    expect(({} as Record<string, unknown>).email).toBeUndefined()
  })

  it('reads nothing that is inherited', () => expect(detect(Object.create({ email: 'a@b.co' }))).toEqual([]))

  it('passes over what is sealed', () => {
    expect(
      found({ $wax: { email: 'a@b.co' }, email: 'wax1.AAAA', ssn: `wax1.${'Ab3_'.repeat(60)}`, password: 'wax1.x' }),
    ).toEqual({})
    // Below the root it is a member as any other.
    expect(found({ a: { $wax: 'a@b.co' } })).toEqual({ '/a/$wax': 'EMAIL' })
  })

  it('goes 500 levels deep', () => {
    const nested = (levels: number) => {
      let document: unknown = 'a@b.co'
      for (let level = 0; level < levels; level++) document = level % 2 ? [document] : { a: document }
      return document
    }
    expect(detect(nested(500))).toHaveLength(1)
    expect(() => detect(nested(501))).toThrow(expect.objectContaining({ name: 'PiiError', code: 'too_large' }))
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(() => detect(circle)).toThrow(expect.objectContaining({ code: 'too_large' }))
    // And is itself again behind it.
    expect(detect({ email: 'a@b.co' })).toHaveLength(1)
  })
})

describe('the member beside a value', () => {
  it.each(['name', 'key', 'field', 'header', 'attribute', 'label', 'param', 'property'])('names it: %s', (beside) => {
    for (const value of ['value', 'val'])
      expect(found([{ [beside]: 'ssn', [value]: '536221234' }])).toEqual({ [`/0/${value}`]: 'US_SSN' })
    expect(found([{ [beside]: 'ssn', values: ['536221234'] }])).toEqual({ '/0/values/0': 'US_SSN' })
  })

  it('names it in either order, and only there', () => {
    expect(found([{ value: '536221234', name: 'ssn' }])).toEqual({ '/0/value': 'US_SSN' })
    expect(found([{ name: 'ssn', other: '536221234' }])).toEqual({})
    expect(found([{ name: 1, value: '536221234' }])).toEqual({})
  })

  it('names headers', () => {
    const secret = `k${'3y9'.repeat(5)}`
    expect(
      found({
        headers: [
          { name: 'Authorization', value: secret },
          { name: 'X-Api-Key', value: secret },
          { name: 'Accept', value: 'text/html' },
        ],
      }),
    ).toEqual({
      '/headers/0/value': 'SECRET',
      '/headers/1/value': 'SECRET',
    })
  })
})

describe('the type of a member', () => {
  const [only] = [(document: unknown, options?: DetectorOptions) => detect(document, options)[0]]

  it('is that of its name', () => {
    expect(only({ email: 'unknown@nowhere' })).toEqual({
      pointer: '/email',
      type: 'EMAIL',
      findings: [],
      byName: true,
      declared: false,
    })
    expect(only({ phone: 'ask 536-22-1234' })).toMatchObject({ type: 'PHONE', byName: true, findings: [{ type: 'US_SSN' }] })
  })
  it('is that of its value, where that is surely and wholly something else', () => {
    expect(only({ phone: 'jane@example.com' })?.type).toBe('EMAIL')
    expect(only({ username: 'jane@example.com' })?.type).toBe('EMAIL')
    expect(only({ password: 'jane@example.com' })?.type).toBe('SECRET')
  })
  it('is that of its best finding without a name', () => {
    expect(only({ note: 'at 203.0.113.7, card 4111111111111111' })).toMatchObject({
      type: 'CREDIT_CARD',
      byName: false,
      findings: [{ type: 'IP_ADDRESS' }, { type: 'CREDIT_CARD' }],
    })
  })
})

describe('declared members', () => {
  it('win over names and values', () => {
    const fields = { '/email': 'CUSTOM', '/a/*/x': 'OTHER', '/**/deep': 'DEEP' }
    expect(
      found(
        { email: 'a@b.co', a: [{ x: 1 }, { x: null }, { x: 'jane@example.com' }], b: { deep: { email: 'a@b.co' } } },
        { fields },
      ),
    ).toEqual({
      '/email': 'CUSTOM',
      '/a/0/x': 'OTHER',
      '/a/2/x': 'OTHER',
      '/b/deep': 'DEEP',
    })
    const [first] = detect({ email: 'a@b.co' }, { fields })
    expect(first).toMatchObject({ declared: true, byName: false, findings: [{ type: 'EMAIL', start: 0, end: 6 }] })
  })

  it('may be whole objects, numbers and booleans, and are not looked into', () => {
    const fields = { '/x': 'X' }
    for (const x of [{ email: 'a@b.co' }, ['a@b.co'], 1, true, 'a', 0, ''])
      expect(found({ x }, { fields })).toEqual({ '/x': 'X' })
    for (const x of [null, undefined]) expect(found({ x }, { fields })).toEqual({})
  })

  it('of a type that nobody wants are members as others', () => {
    expect(found({ x: 'a@b.co' }, { fields: { '/x': 'X' }, types: ['EMAIL'] })).toEqual({ '/x': 'EMAIL' })
    expect(found({ x: 'a@b.co' }, { fields: { '/x': 'X' }, except: ['X'] })).toEqual({ '/x': 'EMAIL' })
  })

  it('are the same without names and values', () => {
    const document = { email: 'a@b.co', a: { b: ['x', 'y'] }, c: null }
    const fields = { '/email': 'E', '/a/b/1': 'B', '/c': 'C', '/d': 'D' }
    const pointers = (options: DetectorOptions) => found(document, { fields, ...options })
    expect(pointers({ byName: false, byValue: false })).toEqual({ '/email': 'E', '/a/b/1': 'B' })
    expect(pointers({ byName: false, byValue: false, fields: { ...fields, '/**/1': 'ANY' } })).toMatchObject({
      '/email': 'E',
      '/a/b/1': 'B',
    })
  })
})

describe('whatever the document is', () => {
  const keys = fc.oneof(
    fc.constantFrom('email', 'ssn', 'name', 'value', 'phone', 'password', 'customer', '__proto__', 'a/b', '~', '$wax', ''),
    fc.string({ maxLength: 6 }),
  )
  const leaves = fc.oneof(
    fc.constantFrom('jane@example.com', '536-22-1234', '536221234', 'call +44 7400 123456', 'wax1.AAAA', 'n/a'),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )
  const { document } = fc.letrec<{ document: unknown }>((tie) => ({
    document: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaves,
      fc.array(tie('document'), { maxLength: 4 }),
      fc.dictionary(keys, tie('document'), { maxKeys: 5 }),
    ),
  }))
  const detector = createDetector({ sets: everything, fields: { '/**/customer': 'CUSTOMER' } })

  it('its findings point at what is there, once, and change nothing', () => {
    fc.assert(
      fc.property(document, (value) => {
        const before = JSON.stringify(value)
        const findings = detector.detectDocument(value)
        expect(JSON.stringify(value)).toBe(before)
        expect(new Set(findings.map(({ pointer }) => pointer)).size).toBe(findings.length)
        for (const { pointer, findings: inside, declared, byName } of findings) {
          const member = memberAt(value, pointer)
          expect(member).not.toBeUndefined()
          if (!declared) expect(['string', 'number', 'bigint']).toContain(typeof member)
          expect(declared || byName || inside.length > 0).toBe(true)
          for (const { start, end } of inside) expect(end).toBeLessThanOrEqual(String(member).length + (start < end ? 0 : -1))
        }
        expect(detector.detectDocument(value)).toEqual(findings)
      }),
      { numRuns: 1000 },
    )
  })
})
