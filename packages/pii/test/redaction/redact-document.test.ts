import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { everything } from '../../src/everything.ts'
import { redactDocument } from '../../src/redaction/redact-document.ts'
import { detector, freeze, PLANTED, planted, shownIn, texts } from './samples.ts'

const { email, card, token } = PLANTED
const options = { detector }

/** All that a console would show of a value. */
const seen = (value: unknown) => inspect(value, { depth: 200, maxArrayLength: null, maxStringLength: null, showHidden: true })

describe('redactDocument of JSON', () => {
  const document = freeze({
    id: 'a-1',
    customer: { email, firstName: 'Jane', zip: 94_103, age: 41 },
    note: `ask ${email} today`,
    items: [
      { sku: 'X-1', count: 2 },
      { sku: 'X-2', count: 1 },
    ],
    nothing: null,
  })

  it('replaces whole members by name, parts of texts elsewhere, and shares the rest', () => {
    const shown = redactDocument(document, options)
    expect(shown.customer).toMatchObject({ email: 'j•••@example.com', firstName: 'J•••' })
    expect(shown.note).toBe('ask j•••@example.com today')
    expect(shown.items).toBe(document.items)
    expect(Object.keys(shown)).toEqual(Object.keys(document))
    expect(shown).toMatchObject({ id: 'a-1', nothing: null })
  })

  it('is the same value where nothing is found', () => {
    const url = new URL('https://a.test/x')
    // Deno marks its own by a symbol: what else a symbol holds is not looked at, so they come out as text there.
    const plain = Object.getOwnPropertySymbols(url).length === 0
    const clear = freeze({
      id: 7,
      items: [{ sku: 'X-1' }],
      when: new Date(0),
      found: new Map([['a', new Set([1])]]),
      ...(plain ? { url } : {}),
    })
    expect(redactDocument(clear, options)).toBe(clear)
    for (const value of [null, undefined, 7, true, 'text', Number.NaN]) expect(redactDocument(value, options)).toBe(value)
    const date = new Date(0)
    expect(redactDocument(date, options)).toBe(date)
  })

  it('makes texts of numbers, and labels of what is declared', () => {
    const declared = createDetector({ sets: everything, fields: { '/a/*': 'CUSTOM', '/card': 'CREDIT_CARD' } })
    const value = { a: [1, true, null, 'x'], card: { number: 4, owner: 'J' }, ssn: 123_45_6789 }
    expect(redactDocument(value, { detector: declared, replace: 'type' })).toEqual({
      a: ['[CUSTOM]', '[CUSTOM]', null, '[CUSTOM]'],
      card: '[CREDIT_CARD]',
      ssn: '[US_SSN]',
    })
    expect(redactDocument(value, { detector: declared })).toMatchObject({
      a: ['••••••••', '••••••••', null, '••••••••'],
      card: '••••••••',
    })
  })

  it('redacts names of members and keeps them apart', () => {
    const shown = redactDocument({ [email]: 1, 'j•••@example.com': 2, 'jill@example.com': { [card]: 3 } }, options)
    expect(shown).toEqual({ 'j•••@example.com': 1, 'j•••@example.com (2)': 2, 'j•••@example.com (3)': { '•••• 1111': 3 } })
  })

  it('takes for a mask only what a mask leaves', () => {
    const values = {
      email: `x••@${card.replaceAll(' ', '-')}`,
      ssn: '0780•••51120',
      taxId: '••@078051120',
      ip: '078051120.4111111111111111.•••',
    }
    for (const [name, value] of Object.entries(values))
      expect(redactDocument({ [name]: value }, options), name).not.toEqual({ [name]: value })
    for (const [name, value] of Object.entries({ ssn: '•••-••-1120', ip: '203.0.•••.•••', mac: '00:1B:44:••:••:••' }))
      expect(redactDocument({ [name]: value }, options), name).toEqual({ [name]: value })
  })

  it('replaces all of what findings point to, whatever they say of it', () => {
    const finding = { pointer: '/a', type: 'T', findings: [], byName: false, declared: false }
    const span = (start: number, end: number) => [{ type: 'T', start, end, score: 1, validated: false }]
    const shown = (value: unknown, ...findings: object[]) =>
      redactDocument(
        { a: value },
        {
          replace: 'type',
          detector: {
            detectText: () => [],
            detectDocument: (seen) => ((seen as { a: unknown }).a === value ? findings : []) as never,
          },
        },
      )
    expect(shown('secret', finding)).toEqual({ a: '[T]' })
    expect(shown({ b: 'secret' }, { ...finding, byName: true })).toEqual({ a: '[T]' })
    expect(shown('one two', { ...finding, findings: span(0, 3) }, { ...finding, findings: span(4, 7) })).toEqual({ a: '[T] [T]' })
    expect(shown('one two', { ...finding, byName: true }, { ...finding, findings: span(4, 7) })).toEqual({ a: '[T]' })
  })

  it('looks into $wax as well', () => {
    expect(redactDocument({ $wax: { email }, a: { $wax: email } }, options)).toEqual({
      $wax: { email: 'j•••@example.com' },
      a: { $wax: 'j•••@example.com' },
    })
    expect(redactDocument({ $wax: email }, options)).toEqual({ $wax: 'j•••@example.com' })
  })

  it('takes linear time where many names are redacted to one', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`u${at}.${email}`, at]))
    const shown = redactDocument(many(10_000), options)
    expect(Object.keys(shown)).toHaveLength(10_000)
    expect(Object.keys(shown).at(-1)).toBe('u•••@example.com (10000)')
    const start = performance.now()
    redactDocument(many(20_000), options)
    expect(performance.now() - start).toBeLessThan(15_000)
  })

  it('does not mistake names for prototypes', () => {
    const value = JSON.parse(`{"__proto__":{"email":"${email}"},"constructor":"x"}`)
    const shown = redactDocument(value, options)
    expect(JSON.stringify(shown)).toBe('{"__proto__":{"email":"j•••@example.com"},"constructor":"x"}')
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype)
  })

  it('uses what a function returns, with the type', () => {
    const replace = (value: string, { type }: { type: string }) => `${type}:${value.length}`
    expect(redactDocument({ email, list: [`to ${email}`] }, { detector, replace })).toEqual({
      email: 'EMAIL:20',
      list: ['to EMAIL:20'],
    })
  })

  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      texts,
      fc.constantFrom<unknown>(...planted, 'Jane', 4155550132, 123456789, null, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('email', 'password', 'name', 'phone', 'value', 'note', 'token', email), tie('value'), {
        maxKeys: 4,
      }),
    ),
  })).value

  it.each(['mask', 'type'] as const)('changes nothing more of what it redacted, nor what it was given: %s', (replace) => {
    fc.assert(
      fc.property(values, (value) => {
        const before = JSON.stringify(value)
        const once = redactDocument(freeze(value), { detector, replace })
        expect(JSON.stringify(value)).toBe(before)
        expect(redactDocument(once, { detector, replace })).toBe(once)
        expect(
          detector.detectDocument(value).length === 0 || JSON.stringify(once) !== before || /•|\[[A-Z_]+\]/.test(before),
        ).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('redactDocument of anything', () => {
  class User {
    email: string = email
    #secret = token
    readonly id = 7
    get secret() {
      return this.#secret
    }
    [inspect.custom]() {
      return this.#secret
    }
  }

  it('takes own members of instances, and what toJSON returns', () => {
    expect(redactDocument({ user: new User() }, options)).toEqual({ user: { email: 'j•••@example.com', id: 7 } })
    expect(shownIn(seen(redactDocument({ user: new User() }, options)))).toEqual([])
    const both = { hidden: token, toJSON: () => ({ owner: email, at: new Date(0) }) }
    expect(redactDocument({ both }, options)).toEqual({ both: { owner: 'j•••@example.com', at: new Date(0) } })
    expect(redactDocument({ text: { toJSON: () => email } }, options)).toEqual({ text: 'j•••@example.com' })
    const self = { toJSON: () => self, email }
    expect(redactDocument(self, options)).toMatchObject({ email: 'j•••@example.com' })
    const clear = { toJSON: () => ({ a: 1 }), hidden: token }
    expect(redactDocument([clear], options)).toEqual([{ a: 1 }])
  })

  it('keeps maps and sets', () => {
    const map = new Map<unknown, unknown>([
      [email, 1],
      [{ email }, { email }],
      ['email', email],
      [1, 'one'],
      ['1', 'other'],
      ['jill@example.com', new Date(0)],
    ])
    expect(redactDocument(map, options)).toEqual(
      new Map<unknown, unknown>([
        ['j•••@example.com', 1],
        [{ email: 'j•••@example.com' }, { email: 'j•••@example.com' }],
        ['email', 'j•••@example.com'],
        [1, 'one'],
        ['1', 'other'],
        ['j•••@example.com (2)', new Date(0)],
      ]),
    )
    expect(redactDocument(new Set([email, 1]), options)).toEqual(new Set(['j•••@example.com', 1]))
    expect(redactDocument(new URLSearchParams({ q: email }), options)).toEqual({ q: 'j•••@example.com' })
    expect(redactDocument(new Headers({ authorization: `Bearer ${token}` }), options)).not.toMatchObject({ authorization: token })
    class Odd extends Map<unknown, unknown> {
      hidden = token
    }
    expect(shownIn(seen(redactDocument(new Odd([[1, 2]]), options)))).toEqual([])
  })

  it('shows no bytes, also of JSON', () => {
    const bytes = new TextEncoder().encode(email)
    const value = {
      a: bytes,
      b: Buffer.from(bytes),
      c: bytes.buffer,
      d: new Float64Array(2),
      e: JSON.parse(JSON.stringify(Buffer.from(bytes))),
      f: JSON.parse(JSON.stringify(bytes)),
      g: { 0: 1, 1: 2 },
      h: new DataView(bytes.buffer),
    }
    expect(redactDocument(value, options)).toEqual({
      a: '[bytes 20]',
      b: '[bytes 20]',
      c: '[bytes 20]',
      d: '[bytes 16]',
      e: '[bytes 20]',
      f: '[bytes 20]',
      g: { 0: 1, 1: 2 },
      h: '[bytes 20]',
    })
  })

  it('reads dates, URLs, expressions, functions and symbols as texts', () => {
    const named = { [email]: () => 1 }[email]
    const member = Symbol('x')
    const Config = Object.assign(class Config {}, { key: token })
    const date = new Date('1985-03-12')
    const plain = () => 1
    const shown = redactDocument(
      {
        birthDate: date,
        at: date,
        url: new URL(`https://a.test/?user=${email}`),
        expression: new RegExp(email),
        named,
        plain,
        Config,
        symbol: Symbol(email),
        member,
        big: 12n,
        ssn: 123456789n,
        boxed: new String(email),
        [Symbol(email)]: email,
      },
      options,
    )
    expect(shown).toEqual({
      birthDate: '••••-••-••',
      at: date,
      url: 'https://a.test/?user=j•••@example.com',
      expression: expect.any(String),
      named: '[function j•••@example.com]',
      plain,
      Config: '[function Config]',
      symbol: 'Symbol(j•••@example.com)',
      member,
      big: 12n,
      ssn: '•••-••-6789',
      boxed: 'j•••@example.com',
    })
    expect(shownIn(seen(shown))).toEqual([])
    expect(shownIn(seen(redactDocument(Object.assign(new Date(0), { email }), options)))).toEqual([])
  })

  it('leaves no value its own way to be written', () => {
    const values = [
      { toString: () => token },
      { valueOf: () => token, toLocaleString: () => token },
      Object.create(Object.create(null, { toString: { value: () => token } })),
      Object.create({ toString: () => token }),
      { [Symbol.toPrimitive]: () => token, [inspect.custom]: () => token },
      Object.assign(() => 1, { toString: () => token }),
    ]
    for (const value of values) {
      const shown = redactDocument([value], options)[0]
      expect(shownIn(`${format('%s', shown)} ${seen(shown)} ${JSON.stringify(shown)}`)).toEqual([])
    }
  })

  it('leaves out what arrays have beside elements', () => {
    const match = `user ${email}`.match(/us(er)/)
    expect(redactDocument([match], options)).toEqual([['user', 'er']])
    expect(shownIn(seen(redactDocument(match, options)))).toEqual([])
  })

  it('keeps nothing that has hidden members, or its own ways to be written', () => {
    class Own extends Date {
      override toJSON() {
        return email
      }
      override toISOString() {
        return 'clear'
      }
      [inspect.custom]() {
        return email
      }
    }
    const hide = (value: object) => Object.defineProperty(value, 'hidden', { value: email })
    const computed = Object.defineProperty([1], 0, { enumerable: true, get: () => (++reads > 1 ? email : 'clear') })
    let reads = 0
    for (const value of [
      new Own(0),
      Object.defineProperty(new Date(0), 'toJSON', { value: () => email }),
      Object.assign([1], { [Symbol('s')]: email }),
      ...[{}, [1], new Date(0), new Map(), new Set(), () => 1, /x/, new URL('https://a.test'), new Error('x')].map(hide),
      hide(Object.assign([], { x: 1 })),
      computed,
    ])
      for (const given of [value, { value }, [value], new Map([['a', value]])]) {
        const shown = redactDocument(given, options)
        reads = 0
        expect(seen(shown) + JSON.stringify(shown) + format('%o', shown)).not.toContain(email)
        reads = 0
      }
  })

  it('reads computed members once', () => {
    let count = 0
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const value = {
      get turn() {
        return count++ === 0 ? 'clear' : email
      },
      get broken(): string {
        throw new Error(email)
      },
      nested: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error(email)
          },
        },
      ),
      revoked: revoked.proxy,
      json: {
        toJSON: () => {
          throw new Error(email)
        },
      },
    }
    const shown = redactDocument(value, options)
    expect(shown).toEqual({
      turn: 'clear',
      broken: '[not redacted: error]',
      nested: '[not redacted: error]',
      revoked: '[not redacted: error]',
      json: '[not redacted: error]',
    })
  })

  it('ends where a value does not', () => {
    const cycle: Record<string, unknown> = { email, list: [] }
    cycle.self = cycle
    ;(cycle.list as unknown[]).push(cycle)
    expect(redactDocument(cycle, options)).toEqual({ email: 'j•••@example.com', self: '[circular]', list: ['[circular]'] })
    const twice = { a: 1 }
    expect(redactDocument({ x: twice, y: [twice] }, options)).toEqual({ x: { a: 1 }, y: [{ a: 1 }] })

    let deep: unknown = { email }
    for (let at = 0; at < 20_000; at++) deep = at % 2 ? { deep } : [deep]
    const shown = JSON.stringify(redactDocument(deep, options))
    expect(shown).toContain('[too deep]')
    expect(shown).not.toContain(email)
    expect(redactDocument({ a: { b: { email } } }, { detector, maxDepth: 1 })).toEqual({ a: { b: '[too deep]' } })

    const wide = Array.from({ length: 250_000 }, () => email)
    const cut = redactDocument(wide, options)
    expect(cut).toHaveLength(100_001)
    expect(cut.at(-1)).toBe('[150000 more]')
    expect(redactDocument({ a: email, b: [email, email], c: 1 }, { detector, maxMembers: 3 })).toEqual({
      a: 'j•••@example.com',
      b: ['[2 more]'],
      c: 1,
    })
    expect(redactDocument({ a: [1, email], b: { c: email } }, { detector, maxMembers: 3 })).toEqual({
      a: [1, '[1 more]'],
      b: { '…': '[1 more]' },
    })
    expect(
      redactDocument(
        new Map([
          [email, 1],
          ['b', 2],
        ]),
        { detector, maxMembers: 1 },
      ),
    ).toEqual(
      new Map<string, unknown>([
        ['j•••@example.com', 1],
        ['…', '[1 more]'],
      ]),
    )
    expect(redactDocument(new Set([1, 2]), { detector, maxMembers: 1 })).toEqual(new Set([1, '[1 more]']))
    expect(redactDocument(new Array(1e9), { detector, maxMembers: 10 })).toHaveLength(11)
    let many: unknown = 'x'
    for (let at = 0; at < 40; at++) many = [many, many]
    expect(JSON.stringify(redactDocument(many, { detector, maxMembers: 1000 })).length).toBeLessThan(20_000)
  })

  it('shows nothing where the detector throws', () => {
    const broken = {
      ...detector,
      detectDocument: () => {
        throw new Error(email)
      },
    }
    expect(redactDocument({ email }, { detector: broken })).toBe('[not redacted: error]')
    const lost = {
      ...detector,
      detectDocument: () => [{ pointer: '/mail', type: 'EMAIL', findings: [], byName: true, declared: false }],
    }
    expect(redactDocument({ email }, { detector: lost })).toBe('[not redacted: error]')
  })

  it('refuses what does not fit', () => {
    expect(() => redactDocument({}, { detector: {} as never })).toThrow('a detector with detectText is needed')
    expect(() => redactDocument({}, { detector, maxDepth: 0 })).toThrow('maxDepth')
    expect(() => redactDocument({}, { detector, maxMembers: 0.5 })).toThrow('maxMembers')
    expect(() => redactDocument({}, { detector, replace: 7 as never })).toThrow('replace')
  })
})
