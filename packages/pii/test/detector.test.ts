import { inspect } from 'node:util'
import { createSealer, fieldPolicy, staticKeys } from '@waxseal/core'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { createDetector, type DetectorOptions } from '../src/detector.ts'
import { everything } from '../src/everything.ts'
import { PiiError } from '../src/pii-error.ts'
import { LOW, MEDIUM } from '../src/recogniser.ts'

const TEXT = 'ssn 536-22-1234, mail jane@example.com, card 4111111111111111'
const typesOf = (options: DetectorOptions, text = TEXT) =>
  createDetector(options)
    .detectText(text)
    .map(({ type }) => type)

describe('a detector', () => {
  it('finds the core types by itself', () => expect(typesOf({})).toEqual(['US_SSN', 'EMAIL', 'CREDIT_CARD']))

  it('finds nothing of other sets without them', () => {
    expect(createDetector().detectDocument({ password: 'hunter2hunter2', firstName: 'Jane' })).toEqual([])
    expect(createDetector({ sets: everything }).detectDocument({ password: 'hunter2hunter2', firstName: 'Jane' })).toHaveLength(2)
  })

  it('is as its example says', () => {
    expect(createDetector({ sets: everything }).detectText('card 4111 1111 1111 1111')).toEqual([
      { type: 'CREDIT_CARD', start: 5, end: 24, score: 1, validated: true },
    ])
  })

  it('cannot be changed', () => expect(Object.isFrozen(createDetector())).toBe(true))
  it('works without its object', () => {
    const { detectText, detectDocument } = createDetector()
    expect(detectText(TEXT)).toHaveLength(3)
    expect(detectDocument({ a: TEXT })).toHaveLength(1)
  })
})

describe('types and except', () => {
  it('choose what is looked for', () => {
    expect(typesOf({ types: ['EMAIL'] })).toEqual(['EMAIL'])
    expect(typesOf({ types: [] })).toEqual([])
    expect(typesOf({ except: ['EMAIL'] })).toEqual(['US_SSN', 'CREDIT_CARD'])
    expect(typesOf({ types: ['EMAIL', 'US_SSN'], except: ['EMAIL'] })).toEqual(['US_SSN'])
  })

  it('choose it by name as well', () => {
    const document = { email: 'jane@nowhere', phone: 'ask 555 0123' }
    const found = (options: DetectorOptions) =>
      createDetector(options)
        .detectDocument(document)
        .map(({ type }) => type)
    expect(found({ types: ['PHONE'] })).toEqual(['PHONE'])
    expect(found({ except: ['PHONE'] })).toEqual(['EMAIL'])
  })
})

describe('byName and byValue', () => {
  const document = { email: 'jane at nowhere', note: 'jane@example.com', phone: '030 901820' }
  const found = (options: DetectorOptions) =>
    createDetector(options)
      .detectDocument(document)
      .map(({ pointer, byName, findings }) => [pointer, byName, findings.length])
  it('are both on', () =>
    expect(found({})).toEqual([
      ['/email', true, 0],
      ['/note', false, 1],
      ['/phone', true, 1],
    ]))
  it('by value alone still hear what names say of values', () =>
    expect(found({ byName: false })).toEqual([
      ['/note', false, 1],
      ['/phone', false, 1],
    ]))
  it('by name alone look at no text', () =>
    expect(found({ byValue: false })).toEqual([
      ['/email', true, 0],
      ['/phone', true, 0],
    ]))
  it('are both off', () => expect(found({ byName: false, byValue: false })).toEqual([]))
})

describe('allow', () => {
  const found = (allow: NonNullable<DetectorOptions['allow']>, text = TEXT) =>
    createDetector({ allow })
      .detectText(text)
      .map(({ type }) => type)

  it('is of whole values, exactly', () => {
    expect(found(['jane@example.com'])).toEqual(['US_SSN', 'CREDIT_CARD'])
    expect(found(['jane@example', 'Jane@example.com', ''])).toHaveLength(3)
    expect(found([])).toHaveLength(3)
  })

  it('is of expressions, however often they are asked', () => {
    for (const flags of ['', 'g', 'y', 'gi']) {
      const expression = new RegExp('@example\\.com$', flags)
      const { detectText } = createDetector({ allow: [expression] })
      for (let round = 0; round < 4; round++) expect(detectText('a@example.com b@example.com c@example.org')).toHaveLength(1)
      expect(expression.lastIndex).toBe(0)
    }
  })

  it('is of the value as it stands in the text', () =>
    expect(found(['536\u201122\u20111234'], 'ssn 536\u201122\u20111234')).toEqual([]))

  it('is of members that their name tells', () => {
    const detect = (options: DetectorOptions) =>
      createDetector(options).detectDocument({
        email: 'support@example.com',
        phone: 2025550123,
        contacts: { email: 'jane@example.com' },
      })
    expect(detect({ allow: ['support@example.com', /^202/] }).map(({ pointer }) => pointer)).toEqual(['/contacts/email'])
    expect(detect({ allow: ['support@example.com'], byValue: false }).map(({ pointer }) => pointer)).toEqual([
      '/phone',
      '/contacts/email',
    ])
    // What is declared is no guess.
    expect(detect({ allow: [/./], fields: { '/email': 'EMAIL' } }).map(({ pointer }) => pointer)).toEqual(['/email'])
  })
})

describe('recognisers and terms of one’s own', () => {
  it('take part', () => {
    const badge = {
      type: 'BADGE',
      words: 'd5',
      match: (_text: string, start: number, end: number) => ({ start, end, score: MEDIUM, validated: false }),
    }
    expect(typesOf({ recognisers: [badge] }, 'see 12345')).toEqual(['BADGE'])
    const hinted = {
      ...badge,
      hinted: true,
      match: (_text: string, start: number, end: number) => ({ start, end, score: LOW, validated: false }),
    }
    const detector = createDetector({ recognisers: [hinted], terms: [{ type: 'BADGE', names: 'badge number,ausweis' }] })
    expect(detector.detectText('see 12345')).toEqual([])
    expect(detector.detectText('badge number 12345')).toHaveLength(1)
    expect(
      detector.detectDocument({ badgeNumber: '12345', ausweis: 12345, other: '12345' }).map(({ pointer }) => pointer),
    ).toEqual(['/badgeNumber', '/ausweis'])
  })
})

describe('options that do not fit', () => {
  it.each([
    ['threshold', { threshold: -0.1 }],
    ['threshold', { threshold: 1.1 }],
    ['threshold', { threshold: Number.NaN }],
    ['threshold', { threshold: '0.5' }],
    ['EMAIL', { thresholds: { EMAIL: 2 } }],
    ['EMAIL', { thresholds: { EMAIL: undefined } }],
    ['types', { types: 'EMAIL' }],
    ['except', { except: 'EMAIL' }],
    ['types', { types: ['NO_SUCH'] }],
    ['except', { except: ['NO_SUCH'] }],
    ['thresholds', { thresholds: { NO_SUCH: 0.5 } }],
    ['allow', { allow: 'jane@example.com' }],
    ['allow', { allow: [1] }],
    ['JSON Pointer', { fields: { email: 'EMAIL' } }],
    ['JSON Pointer', { fields: { '/~2': 'EMAIL' } }],
    ['__proto__', { fields: JSON.parse('{"/__proto__/x":"EMAIL"}') }],
  ])('are refused by name: %s in %j', (named, options) => {
    expect(() => createDetector(options as DetectorOptions)).toThrow(
      expect.objectContaining({ name: 'PiiError', code: 'config', message: expect.stringContaining(named) }),
    )
  })

  it('are refused as what they are', () => {
    const error = (() => {
      try {
        createDetector({ threshold: 2 })
      } catch (thrown) {
        return thrown
      }
    })()
    expect(PiiError.is(error)).toBe(true)
  })

  it('are texts that are none', async () => {
    const { detectText, detectStream } = createDetector()
    for (const text of [undefined, null, 1, {}, ['x'], new Uint8Array(1)]) {
      expect(() => detectText(text as string)).toThrow(expect.objectContaining({ code: 'malformed' }))
      await expect(detectStream([text as string]).next()).rejects.toMatchObject({ code: 'malformed' })
    }
  })
})

/** Values that must not be anywhere but in the document. */
const VALUES = ['536-22-1234', 'jane.doe@example.com', '+44 7400 123456', '4111 1111 1111 1111', 'Jane Doe']

describe('what a detector has seen', () => {
  it('does not show in it', () => {
    const detector = createDetector({ sets: everything, allow: [VALUES[1] as string], fields: { '/x': 'X' } })
    for (const value of VALUES) {
      detector.detectText(`see ${value}`)
      detector.detectDocument({ ssn: value, note: value, list: [{ name: value, value }] })
    }
    const shown = [
      JSON.stringify(detector),
      String(detector),
      inspect(detector, { depth: null, showHidden: true }),
      Object.values(detector).join(),
    ].join()
    for (const value of VALUES) expect(shown).not.toContain(value)
  })

  it('does not stand in an error', () => {
    const detector = createDetector({ sets: everything })
    const deep = (value: string) => Array.from({ length: 600 }).reduce<unknown>((below) => ({ [value]: below }), value)
    for (const value of VALUES) {
      const calls = [
        () => detector.detectDocument(deep(value)),
        () => detector.detectText([value] as unknown as string),
        () => createDetector({ threshold: value as unknown as number }),
        () => createDetector({ types: value as unknown as string[] }),
        () => createDetector({ allow: value as unknown as string[] }),
        () => createDetector({ fields: { [value]: 'X' } }),
      ]
      for (const call of calls) {
        let error: unknown
        try {
          call()
        } catch (thrown) {
          error = thrown
        }
        expect(error).toBeInstanceOf(PiiError)
        expect((error as Error).cause).toBeUndefined()
        expect(`${inspect(error, { showHidden: true, depth: null })} ${JSON.stringify(error)}`).not.toContain(value)
      }
    }
  })
})

describe('with the field policy of core', () => {
  const keys = staticKeys([{ kid: 'k1', key: new Uint8Array(32).fill(7) }])
  const sealer = createSealer({ keys })
  const call = { context: { app: 'test' } }
  const detector = createDetector({ sets: everything, fields: { '/declared': 'CUSTOM', '/**/inner': 'CUSTOM' } })

  it('is a detector of core', () => {
    expectTypeOf(detector).toExtend<NonNullable<Parameters<typeof fieldPolicy>[0]['detector']>>()
  })

  const words = fc.constantFrom(
    'jane.doe@example.com',
    '536-22-1234',
    'call +44 7400 123456',
    '4111 1111 1111 1111',
    'nothing',
    '',
    'ip 203.0.113.7',
  )
  const keysOf = fc.constantFrom(
    'email',
    'ssn',
    'note',
    'phone',
    'a/b',
    'm~n',
    'name',
    'value',
    'declared',
    'inner',
    'customer',
    '',
  )
  const { document } = fc.letrec<{ document: unknown; object: Record<string, unknown> }>((tie) => ({
    document: fc.oneof(
      { depthSize: 'small' },
      words,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('document'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(keysOf, tie('document'), { maxKeys: 5 }),
  }))
  const objects = fc
    .dictionary(keysOf, document, { minKeys: 1, maxKeys: 6 })
    .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>)

  it('what it finds is sealed and restored', async () => {
    const policy = fieldPolicy({ detector })
    await fc.assert(
      fc.asyncProperty(objects, async (value) => {
        const sealed = await sealer.sealFields(value, policy, call)
        const text = JSON.stringify(sealed)
        for (const secret of ['jane.doe@example.com', '536-22-1234', '+44 7400 123456', '4111 1111 1111 1111', '203.0.113.7'])
          expect(text).not.toContain(secret)
        expect(await sealer.openFields(sealed, policy, call)).toEqual(value)
        // Sealed once, there is nothing more to find.
        expect(detector.detectDocument(sealed).filter(({ declared }) => !declared)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('what it finds where core cannot seal is refused, not passed on', async () => {
    const value = JSON.parse('{"a":{"__proto__":{"email":"jane.doe@example.com"}}}')
    await expect(sealer.sealFields(value, fieldPolicy({ detector }), call)).rejects.toMatchObject({ name: 'WaxsealError' })
  })

  it('finds nothing in what is sealed', async () => {
    for (let at = 0; at < 200; at++) {
      const sealed = await sealer.sealFields(
        { email: 'jane.doe@example.com', n: { ssn: `536-22-${1000 + at}` } },
        fieldPolicy({ fields: ['/email', '/n'], form: 'inline' }),
        call,
      )
      expect(JSON.stringify(sealed)).toContain('wax1.')
      expect(detector.detectDocument(sealed)).toEqual([])
    }
  })
})
