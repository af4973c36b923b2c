import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import { createDetector } from '../../src/detector.ts'
import { PiiError } from '../../src/pii-error.ts'
import { fieldsOf } from '../../src/schema/fields-of.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (PiiError.is(error)) return error.code
    throw error
  }
  return 'ok'
}
const wide = (schema: unknown): Record<string, string> => fieldsOf(schema as Record<string, unknown>)
const email = { type: 'string', 'x-pii': 'email' }
const phone = { type: 'string', pii: { type: 'phone', note: 'any' } }

describe('JSON Schema', () => {
  it.each<[string, unknown, Record<string, string>]>([
    [
      'properties',
      { properties: { user: { properties: { email, phone } } } },
      { '/user/email': 'EMAIL', '/user/phone': 'PHONE' },
    ],
    ['names that are escaped', { properties: { 'a/b': { properties: { '~c': email } } } }, { '/a~1b/~0c': 'EMAIL' }],
    ['names of patterns', { patternProperties: { '^mail': email } }, { '/*': 'EMAIL' }],
    ['other names', { properties: { a: {} }, additionalProperties: { properties: { email } } }, { '/*/email': 'EMAIL' }],
    ['unevaluated names', { unevaluatedProperties: email, unevaluatedItems: false }, { '/*': 'EMAIL' }],
    ['items', { properties: { list: { type: 'array', items: { properties: { email } } } } }, { '/list/*/email': 'EMAIL' }],
    [
      'items by position',
      { properties: { row: { prefixItems: [phone, {}, email], items: false } } },
      { '/row/0': 'PHONE', '/row/2': 'EMAIL' },
    ],
    [
      'items by position, draft 7',
      { properties: { row: { items: [{}, email], additionalItems: phone } } },
      { '/row/1': 'EMAIL', '/row/*': 'PHONE' },
    ],
    ['what a list contains', { properties: { list: { contains: email } } }, { '/list/*': 'EMAIL' }],
    [
      'all, any and one of',
      {
        allOf: [{ properties: { a: email } }],
        anyOf: [{ properties: { b: phone } }],
        oneOf: [true, { properties: { c: email } }],
      },
      { '/a': 'EMAIL', '/b': 'PHONE', '/c': 'EMAIL' },
    ],
    [
      'conditions',
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      { if: { properties: { a: email } }, then: { properties: { b: phone } }, else: { properties: { c: email } } },
      { '/a': 'EMAIL', '/b': 'PHONE', '/c': 'EMAIL' },
    ],
    [
      'dependents',
      { dependentSchemas: { x: { properties: { a: email } } }, dependencies: { y: ['x'], z: { properties: { b: phone } } } },
      { '/a': 'EMAIL', '/b': 'PHONE' },
    ],
    [
      'nullable',
      {
        properties: {
          a: { type: ['string', 'null'], 'x-pii': 'email' },
          b: { anyOf: [phone, { type: 'null' }] },
          c: { nullable: true, ...email },
        },
      },
      { '/a': 'EMAIL', '/b': 'PHONE', '/c': 'EMAIL' },
    ],
    [
      'not what is excluded, nor data',
      { not: { properties: { a: email } }, const: { properties: { b: email } }, default: email },
      {},
    ],
    [
      'the whole of an object or array',
      {
        properties: {
          address: { type: 'object', 'x-pii': 'address', properties: { email } },
          phones: { type: 'array', pii: 'phone' },
        },
      },
      { '/address': 'ADDRESS', '/phones': 'PHONE' },
    ],
    ['the whole root', { type: ['object', 'null'], 'x-pii': 'health', properties: { email } }, { '/*': 'HEALTH' }],
    [
      'x-pii before pii, and false as none',
      { properties: { a: { 'x-pii': 'email', pii: 'phone' }, b: { pii: false }, c: { 'x-pii': null } } },
      { '/a': 'EMAIL' },
    ],
    ['types of one’s own', { properties: { a: { pii: 'employeeNumber' } } }, { '/a': 'EMPLOYEE_NUMBER' }],
    ['a property called pii', { properties: { pii: { properties: { 'x-pii': email } } } }, { '/pii/x-pii': 'EMAIL' }],
    ['nothing', {}, {}],
  ])('reads %s', (_title, schema, expected) => {
    expect(wide(schema)).toEqual(expected)
    expect(() => createDetector({ fields: wide(schema) })).not.toThrow()
  })

  it.each<[string, unknown, Record<string, string>]>([
    ['definitions', { $defs: { mail: email }, properties: { a: { $ref: '#/$defs/mail' } } }, { '/a': 'EMAIL' }],
    ['draft 7', { definitions: { 'a/b c': email }, properties: { a: { $ref: '#/definitions/a~1b%20c' } } }, { '/a': 'EMAIL' }],
    [
      'anchors',
      {
        $defs: { m: { $anchor: 'mail', ...email }, p: { $id: '#tel', ...phone } },
        properties: { a: { $ref: '#mail' }, b: { $ref: '#tel' } },
      },
      { '/a': 'EMAIL', '/b': 'PHONE' },
    ],
    [
      'schemas of an id',
      {
        $defs: { x: { $id: 'https://example.com/x', $defs: { m: email }, properties: { m: { $ref: '#/$defs/m' } } } },
        properties: { a: { $ref: 'https://example.com/x' }, b: { $ref: 'https://example.com/x#/$defs/m' } },
      },
      { '/a/m': 'EMAIL', '/b': 'EMAIL' },
    ],
    [
      'marks beside a reference',
      { $defs: { m: { type: 'string' } }, properties: { a: { $ref: '#/$defs/m', 'x-pii': 'email' } } },
      { '/a': 'EMAIL' },
    ],
    [
      'dynamic references',
      { $defs: { m: { $dynamicAnchor: 'm', ...email } }, properties: { a: { $dynamicRef: '#m' } } },
      { '/a': 'EMAIL' },
    ],
    [
      'itself',
      { properties: { name: { pii: 'person' }, kids: { items: { $ref: '#' } } } },
      { '/name': 'PERSON', '/kids/*/**/name': 'PERSON' },
    ],
    [
      'each other',
      {
        $defs: {
          a: { properties: { x: email, b: { $ref: '#/$defs/b' } } },
          b: { properties: { y: phone, a: { $ref: '#/$defs/a' }, b: { $ref: '#/$defs/b' } } },
        },
        $ref: '#/$defs/a',
      },
      {
        '/x': 'EMAIL',
        '/b/y': 'PHONE',
        '/b/a/**/x': 'EMAIL',
        '/b/a/**/b/y': 'PHONE',
        '/b/a/**/y': 'PHONE',
        '/b/a/**/a/x': 'EMAIL',
        '/b/b/**/y': 'PHONE',
        '/b/b/**/a/x': 'EMAIL',
      },
    ],
    ['itself at the same place', { properties: { a: email }, allOf: [{ $ref: '#' }] }, { '/a': 'EMAIL' }],
  ])('follows references to %s', (_title, schema, expected) => {
    expect(wide(schema)).toEqual(expected)
  })

  it('finds what a schema inside itself marks, at any depth', () => {
    const node = { properties: { name: { pii: 'person' }, left: { $ref: '#' }, right: { $ref: '#' } } }
    const detector = createDetector({ fields: wide(node), byName: false, byValue: false })
    const tree = { name: 'a', left: { name: 'b', right: { name: 'c', left: { name: 'd' } } }, other: { name: 'no' } }
    expect(detector.detectDocument(tree).map(({ pointer }) => pointer)).toEqual([
      '/name',
      '/left/name',
      '/left/right/name',
      '/left/right/left/name',
    ])
  })

  it('declares every member that a schema marks, however its parts refer to each other', () => {
    const part = fc.record({ links: fc.array(fc.nat(4), { maxLength: 3 }), marked: fc.boolean() })
    fc.assert(
      fc.property(fc.array(part, { minLength: 5, maxLength: 5 }), fc.array(fc.nat(2), { maxLength: 8 }), (parts, steps) => {
        const $defs = Object.fromEntries(
          parts.map(({ links, marked }, at) => [
            `d${at}`,
            {
              properties: {
                ...Object.fromEntries(links.map((to, link) => [`l${link}`, { $ref: `#/$defs/d${to}` }])),
                ...(marked && { it: { pii: 'email' } }),
              },
            },
          ]),
        )
        const fields = wide({ $defs, $ref: '#/$defs/d0' })
        let at = parts[0]
        const path: string[] = []
        for (const step of steps) {
          const to = at?.links[step]
          if (to === undefined) break
          path.push(`l${step}`)
          at = parts[to]
        }
        if (!at?.marked) return
        const document = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), { it: 'x' })
        const found = createDetector({ fields, byName: false, byValue: false }).detectDocument(document)
        expect(found.map(({ pointer }) => pointer)).toEqual([`/${[...path, 'it'].join('/')}`])
      }),
      { numRuns: 300 },
    )
  })

  it('reads schemas that hold themselves as objects', () => {
    const node: Record<string, unknown> = { properties: { name: { pii: 'person' } } }
    ;(node.properties as Record<string, unknown>).next = node
    expect(wide(node)).toEqual({ '/name': 'PERSON', '/next/**/name': 'PERSON' })
  })

  it.each<[string, string, unknown]>([
    ['a type that is none', 'config', { properties: { a: { 'x-pii': 'e mail' } } }],
    ['a mark without type', 'config', { properties: { a: { 'x-pii': {} } } }],
    ['a mark that is true', 'config', { properties: { a: { pii: true } } }],
    ['a reference that leads out', 'config', { $ref: 'https://example.com/other' }],
    ['a reference to nothing', 'config', { $ref: '#/$defs/none' }],
    ['a member called *', 'config', { properties: { '*': email } }],
    ['what is below a member called **', 'config', { properties: { '**': { properties: { email } } } }],
    ['a member called __proto__', 'config', { properties: JSON.parse('{"__proto__":{"x-pii":"email"}}') }],
    ['names of members', 'config', { propertyNames: email }],
    ['what a text encodes', 'config', { properties: { a: { contentSchema: { properties: { email } } } } }],
    ['a root that may be a text', 'config', email],
    ['a root without type', 'config', { 'x-pii': 'health' }],
    ['one place of two types', 'conflict', { properties: { a: { anyOf: [email, phone] } } }],
    ['no schema', 'config', null],
    ['a list', 'config', []],
    [
      'a schema too large',
      'too_large',
      Array.from({ length: 20 }).reduce((inner) => ({ properties: { a: inner, b: inner } }), email),
    ],
    ['a schema too deep', 'too_large', Array.from({ length: 600 }).reduce((inner) => ({ items: inner }), email)],
  ])('refuses %s: %s', (_title, expected, schema) => {
    expect(code(() => wide(schema))).toBe(expected)
  })

  it('lets names pass that selectors cannot say, where nothing is marked', () => {
    expect(wide({ properties: { '*': {}, '**': { properties: { a: true } }, email }, propertyNames: { pattern: 'a' } })).toEqual({
      '/email': 'EMAIL',
    })
  })

  it('takes the mark of a union before those within', () => {
    expect(wide({ properties: { a: { pii: 'contact', anyOf: [email, phone] } } })).toEqual({ '/a': 'CONTACT' })
  })

  it('types what it reads by pointer', () => {
    const fields = fieldsOf({
      type: 'object',
      properties: {
        user: {
          type: 'object',
          properties: {
            email: { type: 'string', 'x-pii': 'email' },
            'a/b': { pii: { type: 'creditCard' } },
            age: { type: 'integer' },
          },
        },
        list: { type: 'array', items: { properties: { phone: { type: 'string', pii: 'phone' } } } },
        row: { type: 'array', prefixItems: [{ pii: 'person' }, {}] },
        address: { pii: 'address', type: 'object', properties: { street: { pii: 'person' } } },
        either: { anyOf: [{ type: 'null' }, { type: 'string', pii: 'iban' }] },
      },
      additionalProperties: { pii: 'secret' },
    })
    expectTypeOf(fields).toEqualTypeOf<{
      readonly '/user/email': 'EMAIL'
      readonly '/user/a~1b': 'CREDIT_CARD'
      readonly '/list/*/phone': 'PHONE'
      readonly '/row/0': 'PERSON'
      readonly '/address': 'ADDRESS'
      readonly '/either': 'IBAN'
      readonly '/*': 'SECRET'
    }>()
    expect(fields).toEqual({
      '/user/email': 'EMAIL',
      '/user/a~1b': 'CREDIT_CARD',
      '/list/*/phone': 'PHONE',
      '/row/0': 'PERSON',
      '/address': 'ADDRESS',
      '/either': 'IBAN',
      '/*': 'SECRET',
    })
    const constant = { properties: { to: { 'x-pii': 'email' } } } as const
    expectTypeOf(fieldsOf(constant)).toEqualTypeOf<{ readonly '/to': 'EMAIL' }>()
    const referring = { $defs: { a: { pii: 'email' } }, properties: { to: { $ref: '#/$defs/a' } } } as const
    expectTypeOf(fieldsOf(referring)).toEqualTypeOf<Readonly<Record<string, string>>>()
    expectTypeOf(fieldsOf({} as Record<string, unknown>)).toEqualTypeOf<Readonly<Record<string, string>>>()
    expectTypeOf(fieldsOf({} as { properties?: Record<string, object> })).toEqualTypeOf<Readonly<Record<string, string>>>()
  })
})

describe('Standard JSON Schema', () => {
  const order = z.object({
    email: z.email().meta({ pii: 'email' }),
    'a/b': z
      .string()
      .meta({ 'x-pii': { type: 'phone' } })
      .optional(),
    list: z.array(z.object({ phone: z.string().meta({ pii: 'phone' }).nullable() })),
    row: z.tuple([z.string().meta({ pii: 'person' })], z.string().meta({ pii: 'email' })),
    cards: z.record(z.string(), z.string().meta({ pii: 'credit-card' })),
    born: z.date().meta({ pii: 'dateOfBirth' }),
    size: z.bigint(),
    changed: z
      .string()
      .meta({ pii: 'iban' })
      .transform((text) => text.length),
    kind: z.discriminatedUnion('k', [
      z.object({ k: z.literal('a'), vin: z.string().meta({ pii: 'vin' }) }),
      z.object({ k: z.literal('b') }),
    ]),
    fallback: z.string().meta({ pii: 'username' }).default('x'),
    shared: z.string().meta({ id: 'shared', pii: 'bic' }),
  })
  const expected = {
    '/email': 'EMAIL',
    '/a~1b': 'PHONE',
    '/list/*/phone': 'PHONE',
    '/row/0': 'PERSON',
    '/row/*': 'EMAIL',
    '/cards/*': 'CREDIT_CARD',
    '/born': 'DATE_OF_BIRTH',
    '/changed': 'IBAN',
    '/kind/vin': 'VIN',
    '/fallback': 'USERNAME',
    '/shared': 'BIC',
  }

  it('is asked of Zod', () => {
    const fields = fieldsOf(order)
    expect(fields).toEqual(expected)
    expectTypeOf(fields).toEqualTypeOf<Readonly<Record<string, string>>>()
  })

  it('takes z.toJSONSchema, what it made, and its registries', () => {
    expect(fieldsOf(order, { toJsonSchema: z.toJSONSchema })).toEqual(expected)
    expect(fieldsOf(z.toJSONSchema(order, { unrepresentable: 'any', io: 'input' }))).toEqual(expected)
    const registry = z.registry<{ pii: string }>()
    const plain = z.object({ to: z.email().register(registry, { pii: 'email' }) })
    expect(fieldsOf(plain)).toEqual({})
    expect(fieldsOf(z.toJSONSchema(plain, { metadata: registry }))).toEqual({ '/to': 'EMAIL' })
  })

  it('reads recursive schemas of Zod', () => {
    const Node = z.object({
      name: z.string().meta({ pii: 'person' }),
      get kids() {
        return z.array(Node)
      },
    })
    expect(fieldsOf(Node)).toEqual({ '/name': 'PERSON', '/kids/*/**/name': 'PERSON' })
  })

  it('refuses marks below keywords that it does not know, and takes either spelling', () => {
    const mark = { 'x-pii': 'email' }
    for (const schema of [
      { discriminator: mark },
      { properties: { a: { propertyDependencies: { b: { c: mark } } } } },
      { extends: [mark] },
    ])
      expect(() => fieldsOf(schema)).toThrow(expect.objectContaining({ code: 'config' }))
    expect(fieldsOf({ properties: { a: { 'x-pii': false, pii: 'email' } } } as object)).toEqual({ '/a': 'EMAIL' })
    expect(fieldsOf({ 'x-note': { pii: 'none here' } })).toEqual({})
  })

  describe('loses no mark that Zod leaves out', () => {
    const mail = () => z.string().meta({ pii: 'email' })
    const inside = z.object({ e: mail() })
    const Node = z.object({
      v: mail(),
      get kids() {
        return z.map(z.string(), Node)
      },
    })
    it.each<[string, z.ZodType, object]>([
      ['maps', z.map(z.string(), inside), { '/a/*/e': 'EMAIL' }],
      ['sets', z.set(mail()), { '/a/*': 'EMAIL' }],
      ['maps of sets', z.map(z.string(), z.set(inside)), { '/a/*/*/e': 'EMAIL' }],
      ['maps of themselves', Node, { '/a/v': 'EMAIL', '/a/kids/*/v': 'EMAIL', '/a/kids/*/kids/*/**/v': 'EMAIL' }],
      ['what is piped into', z.string().pipe(mail()), { '/a': 'EMAIL' }],
      ['what an object is piped into', z.object({ e: z.string() }).pipe(inside), { '/a/e': 'EMAIL' }],
      ['what a text becomes', z.string().transform(String).pipe(mail()), { '/a': 'EMAIL' }],
      ['what is decoded', z.codec(z.string(), mail(), { decode: String, encode: String }), { '/a': 'EMAIL' }],
      ['parts of template literals', z.templateLiteral(['a', mail()]), { '/a': 'EMAIL' }],
      ['checks of properties', z.object({ e: z.string() }).check(z.property('e', mail())), { '/a/e': 'EMAIL' }],
      ['what is only tried', z.success(mail()), { '/a': 'EMAIL' }],
    ])('%s', (_name, schema, fields) => {
      expect(fieldsOf(z.object({ a: schema }))).toEqual(fields)
      expect(fieldsOf(z.object({ a: schema }), { toJsonSchema: z.toJSONSchema })).toEqual(fields)
    })

    it('refuses what only a transformation makes, and keys', () => {
      const made = z
        .string()
        .transform((text) => JSON.parse(text))
        .pipe(inside)
      for (const schema of [made, z.map(mail(), z.string())])
        expect(() => fieldsOf(z.object({ a: schema }))).toThrow(expect.objectContaining({ code: 'config' }))
      expect(fieldsOf(z.object({ a: made }), { io: 'output' })).toEqual({ '/a/e': 'EMAIL' })
    })
  })

  it('takes one side of a schema that transforms', () => {
    const schema = z.object({
      a: z
        .string()
        .meta({ pii: 'email' })
        .transform((text) => ({ text }))
        .pipe(z.object({ text: z.string().meta({ pii: 'phone' }) })),
    })
    expect(fieldsOf(schema)).toEqual({ '/a': 'EMAIL' })
    expect(fieldsOf(schema, { io: 'output' })).toEqual({ '/a/text': 'PHONE' })
  })

  it('is asked of schemas that are functions, with what makes their library lenient', () => {
    const asked: unknown[] = []
    const schema = Object.assign(() => true, {
      '~standard': {
        version: 1,
        vendor: 'arktype',
        jsonSchema: {
          input: (options: { libraryOptions: { fallback(context: object): unknown } }) => {
            asked.push(options)
            return { properties: { to: options.libraryOptions.fallback({ base: { pii: 'email' } }) } }
          },
        },
      },
    })
    expect(fieldsOf(schema)).toEqual({ '/to': 'EMAIL' })
    expect(asked).toMatchObject([{ target: 'draft-2020-12' }])
    const valibot = {
      '~standard': { vendor: 'valibot', jsonSchema: { input: (options: object) => ({ properties: options, ...options }) } },
    }
    expect(fieldsOf(valibot)).toEqual({})
  })

  it('refuses a schema without, unless it is told how', () => {
    const schema = { '~standard': { version: 1, vendor: 'valibot', validate: () => ({ value: 1 }) } }
    expect(code(() => fieldsOf(schema))).toBe('config')
    expect(fieldsOf(schema, { toJsonSchema: () => ({ properties: { to: { pii: 'email' } } }) })).toEqual({ '/to': 'EMAIL' })
    expect(code(() => fieldsOf(schema, { toJsonSchema: () => null as unknown as object }))).toBe('config')
  })
})
