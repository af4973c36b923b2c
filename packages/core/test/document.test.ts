import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DocumentCall } from '../src/document/call.ts'
import { type FieldPolicyOptions, fieldPolicy } from '../src/document/policy.ts'
import { WaxsealError } from '../src/errors.ts'
import { parseEnvelope } from '../src/format/envelope.ts'
import { FORM } from '../src/format/suites.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { SealedDocument, SealFieldsCall } from '../src/sealer/sealer-types.ts'
import { createTestSealer } from '../src/testing.ts'
import { bytes, context, deepFreeze, inDays, jsonFrame, KEY, NOW, outcome, sealRaw, tenantKeys, utf8 } from './fixtures.ts'

type Stored = Record<string, unknown>

const sealer = createTestSealer({ keys: tenantKeys, now: () => NOW })
const seal = async (value: unknown, policy: FieldPolicyOptions, call: Partial<SealFieldsCall> = {}) =>
  (await sealer.sealFields(value, policy, { context, ...call })) as Stored
const open = (stored: unknown, policy: FieldPolicyOptions, call: Partial<DocumentCall> = {}, by = sealer) =>
  by.openFields(stored as SealedDocument<unknown>, policy, { context, ...call, details: true })

const order = () =>
  deepFreeze({
    user: { email: 'ada@example.com', name: 'Ada' },
    card: '4111 1111 1111 1111',
    list: [
      { id: 'a', note: 'first' },
      { id: 'b', note: 'second' },
    ],
    amount: 9.5,
    nothing: null,
  })
const fields = ['/card', '/list/*/note']
const groups = { pii: ['/user/email'], pci: ['/card'] }

/** A stored document whose bundle holds what the test says. */
const crafted = async (plaintext: unknown, clear: Stored = order()): Promise<Stored> =>
  deepFreeze({ ...clear, $wax: await sealRaw(jsonFrame(plaintext), { form: FORM.bundle }) })

const prototypeMembers = Object.getOwnPropertyNames(Object.prototype)
afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototypeMembers)
  expect(Object.getOwnPropertyNames(Object)).not.toContain('polluted')
})

describe('sealing', () => {
  it('leaves placeholders and $wax, shares the rest with the caller’s document and gives it back', async () => {
    const value = order()
    const sealed = await seal(value, { fields })
    expect(sealed).toEqual({
      ...value,
      card: '[sealed]',
      list: [
        { id: 'a', note: '[sealed]' },
        { id: 'b', note: '[sealed]' },
      ],
      $wax: expect.stringMatching(/^wax1\.c256\.k1~1\./),
    })
    expect(sealed.user).toBe(value.user)
    const opened = await open(deepFreeze(sealed), { fields })
    expect(opened).toEqual({ value, restored: ['/card', '/list/0/note', '/list/1/note'], unopened: [], context })
    expect((opened.value as typeof value).user).toBe(value.user)
  })

  it('keeps every JSON type, and own members named like those of prototypes', async () => {
    const value = JSON.parse(
      '{"v":{"n":-1.5e300,"z":0,"t":true,"f":false,"nil":null,"e":"","a":[],"o":{},"__proto__":{"polluted":1},"constructor":2},"x":{"__proto__":{"polluted":1}}}',
    )
    const opened = await open(await seal(value, { fields: ['/v'] }), { fields: ['/v'] })
    expect(JSON.stringify(opened.value)).toBe(JSON.stringify(value))
    expect(({} as Stored).polluted).toBeUndefined()
  })

  it('writes $wax where nothing was selected, and needs it to open', async () => {
    const sealed = await seal({ a: 1 }, { fields: ['/b'] })
    expect(Object.keys(sealed)).toEqual(['a', '$wax'])
    expect((await open(sealed, { fields: ['/b'] })).value).toEqual({ a: 1 })
    const grouped = await seal({ a: 1 }, { groups })
    expect(Object.keys(grouped.$wax as Stored)).toEqual(['$id', 'pii', 'pci'])
    for (const policy of [{ fields: ['/b'] }, { groups }])
      expect(await outcome(() => open({ a: 1 }, policy))).toBe('plaintext_rejected')
  })

  it('seals outermost members once: ancestors take their descendants with them', async () => {
    const policy = { fields: ['/user/email', '/user', '/**/email'] }
    const sealed = await seal(order(), policy)
    expect(sealed.user).toBe('[sealed]')
    expect((await open(sealed, policy)).restored).toEqual(['/user'])
  })

  it.each<[string, string, string[]]>([
    ['one level', '/*', ['/a', '/b', '/l']],
    ['any depth', '/**/x', ['/a/x', '/b/x', '/l/0/x']],
    ['any depth at the end', '/b/**', ['/b/$wax', '/b/x']],
    ['escapes', '/a/s~1t~0u', ['/a/s~1t~0u']],
    ['array elements', '/l/1', ['/l/1']],
    ['a level that is not there', '/a/*/*', []],
    ['no leading zeros', '/l/01', []],
    ['the root’s $wax never', '/**/$wax', ['/b/$wax']],
  ])('selects %s', async (_, selector, restored) => {
    const value = { a: { x: 1, 's/t~u': 2 }, b: { x: 3, $wax: 4 }, l: [{ x: 5 }, 6] }
    const policy = { fields: [selector] }
    const opened = await open(await seal(value, policy), policy)
    expect(opened.value).toEqual(value)
    expect(opened.restored).toEqual(restored)
  })

  it.each([[''], ['/$wax'], ['/$wax/pii'], ['/__proto__'], ['/a/__proto__/b'], ['card'], ['/a~2'], ['/a~'], ['/**/**/**/**']])(
    'takes no selector %j',
    async (selector) => {
      expect(await outcome(() => seal(order(), { fields: [selector] }))).toBe('config')
    },
  )

  it('refuses a member named __proto__ on a selected path, and never skips it', async () => {
    const value = JSON.parse('{"a":{"__proto__":{"email":"x"}}}')
    for (const selector of ['/a/*', '/**/email'])
      expect(await outcome(() => seal(value, { fields: [selector] }))).toBe('not_serialisable')
  })

  it.each<[string, FieldPolicyOptions]>([
    ['nothing', undefined as never],
    ['neither fields nor groups', {}],
    ['fields that are no list', { fields: '/card' as never }],
    ['a group that is no list', { groups: { a: {} as never } }],
    ['a field that is no string', { fields: [1 as never] }],
    ['authenticate that is no list', { fields, authenticate: '/amount' as never }],
    ['authenticate that lists no strings', { fields, authenticate: [1 as never] }],
    ['a placeholder that is no string', { fields, placeholder: 0 as never }],
    ['both', { fields: [], groups: { a: [] } }],
    ['no group', { groups: {} }],
    ['17 groups', { groups: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`g${i}`, []])) }],
    ['a group’s name', { groups: { Pii: [] } }],
    ['a group named $id', { groups: { $id: [] } }],
    ['a name of 33 characters', { groups: { ['g'.repeat(33)]: [] } }],
    ['a detector without its group', { groups, detector: { detectDocument: () => [] } }],
    ['a detector’s group that is none', { groups, detector: { detectDocument: () => [] }, detectorGroup: 'other' }],
    ['a form', { fields, form: 'other' as 'inline' }],
    ['inline with a detector', { fields, form: 'inline', detector: { detectDocument: () => [] } }],
    ['inline with authenticate', { fields, form: 'inline', authenticate: 'all' }],
    ['inline with groups', { groups, form: 'inline' }],
    ['authenticate with what is no pointer', { fields, authenticate: ['amount'] }],
  ])('a policy refuses %s', async (_, options) => {
    expect(await outcome(() => fieldPolicy(options))).toBe('config')
  })

  it('needs a context', async () => {
    expect(await outcome(() => sealer.sealFields({}, { fields }, undefined as never))).toBe('context_required')
    expect(await outcome(() => seal({}, { fields }, { context: {} }))).toBe('context_required')
  })

  it('refuses overlapping groups', async () => {
    for (const overlap of [['/card'], ['/user']])
      expect(await outcome(() => seal(order(), { groups: { a: ['/user/email', '/card'], b: overlap } }))).toBe('config')
  })

  it('keeps to its limits', async () => {
    const many = Object.fromEntries(Array.from({ length: 4097 }, (_, i) => [`f${i}`, i]))
    expect(await outcome(() => seal(many, { fields: ['/*'] }))).toBe('too_large')
    const { f0: _, ...most } = many
    expect((await open(await seal(most, { fields: ['/*'] }), { fields: ['/*'] })).value).toEqual(most)
    expect(await outcome(() => seal({ card: 'x'.repeat(256 * 1024) }, { fields }))).toBe('too_large')
    let deep: unknown = 1
    for (let i = 0; i < 64; i++) deep = { d: deep }
    expect((await open(await seal(deep, { fields: ['/d'] }), { fields: ['/d'] })).value).toEqual(deep)
    expect(await outcome(() => seal({ d: deep }, { fields: ['/d'] }))).toBe('not_serialisable')
  })
})

describe('what looks sealed', () => {
  it.each<[string, () => Promise<Stored>]>([
    ['a string in $wax', async () => ({ card: '4111', $wax: 'wax1.c256.k1~1.x' })],
    ['an object in $wax', async () => ({ card: '4111', $wax: { $id: 'x', pii: 'wax1.' } })],
    ['null in $wax', async () => ({ card: '4111', $wax: null })],
    ['$doc', async () => ({ card: '4111', $doc: [] })],
    ['$doc alone', async () => ({ $doc: null })],
    ['a document that is sealed', () => seal(order(), { fields })],
    ['a document with groups', () => seal(order(), { groups })],
  ])('is refused: %s', async (_, make) => {
    const planted = await make()
    for (const policy of [{ fields }, { groups }, { fields, form: 'inline' }] as const)
      expect(await outcome(() => seal(planted, policy))).toBe('already_sealed')
  })

  it('switches nothing off: an envelope in a field is sealed like any other value', async () => {
    for (const card of [(await sealer.seal('4111', { context })) as string, 'wax1.', 'wax9.c256.k1~1.AAAA', '[sealed]']) {
      const sealed = await seal({ card }, { fields })
      expect(sealed.card).toBe('[sealed]')
      expect((await open(sealed, { fields })).value).toEqual({ card })
      const inline = { fields: ['/card'], form: 'inline' } as const
      const member = await seal({ card }, inline)
      expect(member.card).not.toBe(card)
      expect((await open(member, inline)).value).toEqual({ card })
    }
  })

  it('is an ordinary member below the root', async () => {
    const value = { user: { $wax: 'wax1.x', $doc: 1 } }
    expect((await open(await seal(value, { fields: ['/user/$wax'] }), { fields: ['/user/$wax'] })).value).toEqual(value)
  })
})

describe('ifSealed: verify', () => {
  const verify = { ifSealed: 'verify' } as const
  const detector = { detectDocument: () => [{ pointer: '/user/name' }] }
  const byId = { elementIds: { '/list': 'id' } }
  const inline = { fields: ['/card', '/list/*/note'], form: 'inline', ...byId } as const

  it('passes on what opens under the call, unchanged', async () => {
    for (const policy of [
      { fields },
      { groups },
      inline,
      { fields, authenticate: 'all' },
      { fields, detector },
    ] as FieldPolicyOptions[]) {
      const sealed = deepFreeze(await seal(order(), policy))
      expect(await seal(sealed, policy, verify)).toBe(sealed)
    }
    const list = await seal(['a'], { fields: ['/0'] })
    expect(await seal(list, { fields: ['/0'] }, verify)).toBe(list)
  })

  it('seals what claims nothing', async () => {
    for (const policy of [{ fields }, inline])
      expect((await open(await seal(order(), policy, verify), policy)).value).toEqual(order())
  })

  it.each<[string, FieldPolicyOptions, FieldPolicyOptions, Partial<SealFieldsCall>]>([
    ['another context', { fields }, { fields }, { context: { app: 'other' } }],
    ['another scope', { fields }, { fields }, { scope: 'a' }],
    ['a field in clear', { fields: ['/card'] }, { fields }, {}],
    [
      'a field in clear that a window would cover',
      { fields: ['/card'] },
      { fields, plaintext: { '/list/*/note': { allowUntil: inDays(1) } } },
      {},
    ],
    ['what a detector finds in clear', { fields }, { fields, detector }, {}],
    ['another setting of authenticate', { fields }, { fields, authenticate: 'all' }, {}],
    ['groups instead of one bundle', { groups }, { fields }, {}],
    ['one bundle instead of groups', { fields }, { groups }, {}],
    ['a group that the policy has not', { groups: { ...groups, more: [] } }, { groups }, {}],
    ['a group that the document has not', { groups: { pii: groups.pii } }, { groups }, {}],
    ['inline fields in clear', { fields: ['/card'], form: 'inline' }, inline, {}],
    ['inline fields below an array alone', { fields: ['/list/*/note'], form: 'inline', ...byId }, inline, {}],
    ['inline fields of another context', inline, inline, { context: { app: 'other' } }],
  ])('refuses %s, and never seals it again', async (_, writer, reader, call) => {
    const sealed = await seal(order(), writer)
    expect(await outcome(() => seal(sealed, reader, { ...verify, ...call }))).toBe('already_sealed')
  })

  it.each<[string, (sealed: Stored) => Stored]>([
    ['a planted string', (sealed) => ({ ...sealed, $wax: 'wax1.c256.k1~1.AAAA' })],
    ['a planted object', (sealed) => ({ ...sealed, $wax: {} })],
    ['a lost member', ({ card: _, ...sealed }) => sealed],
    ['$doc alone', ({ card: _, $wax: __, ...sealed }) => ({ ...sealed, $doc: 1 })],
  ])('refuses %s', async (_, change) => {
    expect(await outcome(async () => seal(change(await seal(order(), { fields })), { fields }, verify))).toBe('already_sealed')
  })

  it('does not open what was shredded, hence does not pass it on', async () => {
    const policies = [{ fields }, { groups }, inline] as const
    const sealed = await Promise.all(policies.map((policy) => seal(order(), policy)))
    const later = createTestSealer({
      keys: staticKeys([
        { kid: 'k2', key: bytes(32, 9) },
        { kid: 'k1', state: 'destroyed' },
      ]),
      onShredded: 'null',
    })
    for (const [i, policy] of policies.entries()) {
      expect(await outcome(() => later.sealFields(sealed[i], policy, { context, ...verify }))).toBe('already_sealed')
    }
    const reseal = () => later.resealFields(sealed[2] as SealedDocument<unknown>, policies[2], { context })
    expect(await outcome(reseal)).toBe('key_destroyed')
  })

  it('lets an outage through as what it is', async () => {
    const down = createTestSealer({
      keys: {
        kind: 'source',
        current: () => tenantKeys.current(undefined, { now: () => NOW }),
        resolve: () => Promise.reject(new WaxsealError('provider_unavailable', 'down')),
      },
    })
    expect(await outcome(async () => down.sealFields(await seal(order(), { fields }), { fields }, { context, ...verify }))).toBe(
      'provider_unavailable',
    )
  })
})

describe('opening a bundle', () => {
  it.each<[string, (stored: Stored) => Stored | Promise<Stored>, string]>([
    ['no $wax', ({ $wax: _, ...rest }) => rest, 'plaintext_rejected'],
    ['$wax of an object', (stored) => ({ ...stored, $wax: { a: stored.$wax } }), 'malformed'],
    ['$wax of null', (stored) => ({ ...stored, $wax: null }), 'malformed'],
    ['$wax of a number', (stored) => ({ ...stored, $wax: 1 }), 'malformed'],
    ['$wax of an array', (stored) => ({ ...stored, $wax: [stored.$wax] }), 'malformed'],
    ['$wax of bytes', (stored) => ({ ...stored, $wax: utf8('wax1') }), 'malformed'],
    ['$wax of text', (stored) => ({ ...stored, $wax: 'hello' }), 'plaintext_rejected'],
    [
      '$wax of the next version',
      (stored) => ({ ...stored, $wax: (stored.$wax as string).replace('wax1', 'wax2') }),
      'unsupported_version',
    ],
    ['a value envelope', async (stored) => ({ ...stored, $wax: await sealer.seal('x', { context }) }), 'open_failed'],
    [
      'a value envelope that holds a bundle',
      async (stored) => ({ ...stored, $wax: await sealer.seal(['/card', 'x'], { context, pad: { block: 32 } }) }),
      'open_failed',
    ],
    [
      'an inline envelope',
      async (stored) => ({ ...stored, $wax: (await seal({ card: 'x' }, { fields: ['/card'], form: 'inline' })).card }),
      'open_failed',
    ],
    [
      'a group’s bundle',
      async (stored) => ({ ...stored, $wax: ((await seal(order(), { groups })).$wax as Stored).pci }),
      'open_failed',
    ],
    [
      'a bundle without the field',
      async (stored) => ({ ...stored, $wax: (await seal({}, { fields })).$wax }),
      'field_not_sealed',
    ],
    [
      'another document’s fields',
      async (stored) => ({ ...stored, $wax: (await seal({ other: 1 }, { fields: ['/other'] })).$wax }),
      'document_changed',
    ],
    [
      'an element added in clear',
      (stored) => ({ ...stored, list: [...(stored.list as []), { note: 'clear' }] }),
      'field_not_sealed',
    ],
    ['an element taken out', (stored) => ({ ...stored, list: (stored.list as unknown[]).slice(0, 1) }), 'document_changed'],
    ['a member renamed', ({ card, ...rest }) => ({ ...rest, Card: card }), 'document_changed'],
    ['a member of another type on the way', (stored) => ({ ...stored, list: 'none' }), 'document_changed'],
    ['$doc added', (stored) => ({ ...stored, $doc: 1 }), 'document_changed'],
    ['clear members changed', (stored) => ({ ...stored, amount: 0, more: 1 }), 'ok'],
  ])('%s', async (_, change, expected) => {
    const stored = deepFreeze(await change(await seal(order(), { fields })))
    expect(await outcome(() => open(stored, { fields }))).toBe(expected)
  })

  it.each([[undefined], [null], ['text'], [[]], [new Map()], [utf8('wax')]])(
    'what is no document is refused: %s',
    async (stored) => {
      expect(await outcome(() => open(stored, { fields }))).toBe('plaintext_rejected')
    },
  )

  it('a bundle opens as nothing else', async () => {
    const wax = (await seal(order(), { fields })).$wax as string
    expect(await outcome(() => sealer.open(wax, { context }))).toBe('open_failed')
    expect(await outcome(() => open({ card: wax }, { fields: ['/card'], form: 'inline' }))).toBe('open_failed')
    expect(await sealer.reseal(wax, { context, form: 'bundle' })).toMatch(/^wax1\./)
    expect(await outcome(() => sealer.reseal(wax, { context }))).toBe('open_failed')
  })

  const polluted = { polluted: true }
  it.each<[string, unknown, string]>([
    ['nothing', [], 'ok'],
    ['ascending by UTF-8 and not by UTF-16', ['/\uFFFD', 1, '/\u{1F600}', 2], 'ok'],
    ['ascending by UTF-16 and not by UTF-8', ['/\u{1F600}', 1, '/\uFFFD', 2], 'malformed'],
    ['an object', {}, 'malformed'],
    ['no array', '"/card"', 'malformed'],
    ['no JSON', '["/card"', 'malformed'],
    ['an odd number', ['/card'], 'malformed'],
    ['a pointer that is no string', [1, 2], 'malformed'],
    ['a pointer that is null', [null, 2], 'malformed'],
    ['an empty pointer', ['', 1], 'malformed'],
    ['a pointer without a slash', ['card', 1], 'malformed'],
    ['/$wax', ['/$wax', 1], 'malformed'],
    ['below /$wax', ['/$wax/pii', 1], 'malformed'],
    ['the escape ~2', ['/a~2', 1], 'malformed'],
    ['half an escape', ['/a~', 1], 'malformed'],
    ['the same pointer twice', ['/card', 1, '/card', 2], 'malformed'],
    ['descending pointers', ['/list/0/note', 1, '/card', 2], 'malformed'],
    ['an ancestor', ['/list/0', 1, '/list/0/note', 2], 'malformed'],
    ['an ancestor far above', ['/list', 1, '/list/0/note', 2], 'malformed'],
    ['a missing member', ['/missing', 1], 'document_changed'],
    ['a missing parent', ['/missing/x', 1], 'document_changed'],
    ['below a string', ['/card/0', 1], 'document_changed'],
    ['below null', ['/nothing/x', 1], 'document_changed'],
    ['the end of an array', ['/list/-', 1], 'document_changed'],
    ['beyond an array', ['/list/2', 1], 'document_changed'],
    ['far beyond an array', ['/list/4294967294', 1], 'document_changed'],
    ['a leading zero', ['/list/00', 1], 'document_changed'],
    ['a sign', ['/list/+1', 1], 'document_changed'],
    ['an exponent', ['/list/1e0', 1], 'document_changed'],
    ['an array’s length', ['/list/length', 0], 'document_changed'],
    ['an array’s method', ['/list/map', 1], 'document_changed'],
    ['__proto__', ['/__proto__', polluted], 'document_changed'],
    ['below __proto__', ['/__proto__/polluted', true], 'document_changed'],
    ['__proto__ on the way', ['/user/__proto__/polluted', true], 'document_changed'],
    ['__proto__ of an array', ['/list/__proto__', polluted], 'document_changed'],
    ['constructor', ['/constructor', polluted], 'document_changed'],
    ['the prototype of the constructor', ['/constructor/prototype/polluted', true], 'document_changed'],
    ['a good one before a bad one', ['/card', 1, '/missing', 2], 'document_changed'],
    ['4,097 pointers', Array.from({ length: 4097 }, (_, i) => [`/${10000 + i}`, i]).flat(), 'malformed'],
    ['JSON that nests too deep', `["/card",${'['.repeat(64)}${']'.repeat(64)}]`, 'too_large'],
  ])('holds %s', async (_, plaintext, expected) => {
    const clear = deepFreeze({ ...order(), '\uFFFD': '[sealed]', '\u{1F600}': '[sealed]' })
    expect(await outcome(async () => open(await crafted(plaintext, clear), { fields: [] }))).toBe(expected)
    expect(clear.list).toHaveLength(2)
  })

  it('an own member __proto__ in the stored document is no way in either', async () => {
    const clear = JSON.parse('{"user":{"__proto__":{"polluted":false}}}')
    const stored = await crafted(['/user/__proto__/polluted', true], clear)
    expect(await outcome(() => open(stored, { fields: [] }))).toBe('document_changed')
  })

  it.each([[0], [1], [3], [4], [7], [0x82], [0x22], [0xff]])('of frame type %i is malformed', async (first) => {
    const frame = jsonFrame(['/card', 'x'])
    frame[0] = first
    const stored = { ...order(), $wax: await sealRaw(frame, { form: FORM.bundle }) }
    expect(await outcome(() => open(stored, { fields: [] }))).toBe('malformed')
  })

  it('is padded: lengths show in steps of 32 bytes', async () => {
    const sizes = new Set<number>()
    for (let length = 0; length < 64; length++)
      sizes.add(((await seal({ card: 'x'.repeat(length) }, { fields })).$wax as string).length)
    expect(sizes.size).toBe(3)
    expect(((await seal({ card: 'x' }, { fields, pad: 'none' })).$wax as string).length).toBeLessThan(Math.min(...sizes))
  })

  it('carries its context where asked to', async () => {
    const sealed = await seal(order(), { fields }, { storeContext: true })
    expect(sealer.inspect(sealed.$wax as string).context).toEqual(context)
    expect((await open(sealed, { fields }, { context: { stored: { app: 'billing' } } })).context).toEqual(context)
    expect(await outcome(() => open(sealed, { fields }, { context: { stored: { app: 'other' } } }))).toBe('open_failed')
    expect(await outcome(async () => open(await seal(order(), { fields }), { fields }, { context: { stored: 'any' } }))).toBe(
      'context_required',
    )
  })
})

describe('groups', () => {
  const sealed = () => seal(order(), { groups })
  const wax = (stored: Stored) => stored.$wax as Record<string, string>

  it('open one by one; the rest is reported and not judged', async () => {
    const stored = await sealed()
    const opened = await open(stored, { groups }, { groups: ['pii'] })
    expect(opened).toMatchObject({ restored: ['/user/email'], unopened: ['pci'] })
    expect(opened.value).toEqual({ ...order(), card: '[sealed]' })
    expect((await open(stored, { groups })).value).toEqual(order())
    expect((await open(stored, { groups: { pii: groups.pii } })).unopened).toEqual(['pci'])
    expect(await outcome(() => open(stored, { groups }, { groups: ['other'] }))).toBe('config')
  })

  it.each<[string, (wax: Record<string, string>, other: Record<string, string>) => unknown, string]>([
    ['swapped', ({ $id, pii, pci }) => ({ $id, pii: pci, pci: pii }), 'open_failed'],
    ['renamed', ({ $id, pii, pci }) => ({ $id, pii, pcj: pci }), 'open_failed'],
    ['dropped', ({ $id, pii }) => ({ $id, pii }), 'open_failed'],
    ['dropped, the one to be opened', ({ $id, pci }) => ({ $id, pci }), 'plaintext_rejected'],
    ['added', ({ $id, pii, pci }) => ({ $id, pii, pci, more: pci }), 'open_failed'],
    ['of another document', ({ $id, pci }, { pii }) => ({ $id, pii, pci }), 'open_failed'],
    ['under another document’s $id', ({ pii, pci }, { $id }) => ({ $id, pii, pci }), 'open_failed'],
    ['all of another document', (_, other) => other, 'ok'],
    ['without $id', ({ pii, pci }) => ({ pii, pci }), 'malformed'],
    ['with an $id of 15 bytes', ({ $id, ...rest }) => ({ ...rest, $id: $id!.slice(0, 20) }), 'malformed'],
    ['with an $id that is not canonical', ({ $id, ...rest }) => ({ ...rest, $id: `${$id!.slice(0, 21)}B` }), 'malformed'],
    ['with an $id that is no string', ({ $id: _, ...rest }) => ({ ...rest, $id: 1 }), 'malformed'],
    ['with a bundle that is no string', (all) => ({ ...all, pci: null }), 'malformed'],
    ['with a name that is none', (all) => ({ ...all, $more: all.pci }), 'malformed'],
    ['named __proto__', (all) => JSON.parse(JSON.stringify(all).replace('"pci"', '"__proto__"')), 'malformed'],
    [
      '17 of them',
      (all) => ({ ...all, ...Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`g${i}`, all.pci])) }),
      'malformed',
    ],
    ['none', ({ $id }) => ({ $id }), 'malformed'],
    ['one bundle instead', ({ pii }) => pii, 'malformed'],
  ])('%s', async (_, change, expected) => {
    const stored = { ...(await sealed()) }
    stored.$wax = change(wax(stored), wax(await sealed()))
    expect(await outcome(() => open(stored, { groups }, { groups: ['pii'] }))).toBe(expected)
  })

  it('a bundle of a document without groups opens in none', async () => {
    const stored = await sealed()
    const single = (await seal(order(), { fields: ['/user/email'] })).$wax
    expect(await outcome(() => open({ ...stored, $wax: { ...wax(stored), pii: single } }, { groups }))).toBe('open_failed')
  })

  it('lets no plaintext through: a field counts only where its own group restored it', async () => {
    const writer = { groups: { pii: ['/card'], pci: ['/user/email'] } }
    expect(await outcome(async () => open(await seal(order(), writer), { groups }))).toBe('field_not_sealed')
    const empty = await seal({}, { groups })
    expect(await outcome(() => open({ ...order(), $wax: empty.$wax }, { groups }, { groups: ['pci'] }))).toBe('field_not_sealed')
    expect(await outcome(() => open({ ...order(), $wax: empty.$wax }, { groups }, { groups: [] }))).toBe('ok')
  })

  it('overlap nowhere', async () => {
    const id = 'A'.repeat(22)
    const bundle = (name: string, entries: unknown) =>
      sealRaw(jsonFrame(entries), {
        form: FORM.bundle,
        added: [
          ['$group', name],
          ['$groups', 'a,b'],
          ['$id', id],
        ],
      })
    for (const [a, b, expected] of [
      ['/card', '/card', 'malformed'],
      ['/user', '/user/email', 'malformed'],
      ['/card', '/user/email', 'ok'],
    ] as const) {
      const stored = { ...order(), $wax: { $id: id, a: await bundle('a', [a, 1]), b: await bundle('b', [b, 2]) } }
      expect(await outcome(() => open(stored, { groups: { a: [], b: [] } }))).toBe(expected)
    }
  })

  it('have scopes of their own', async () => {
    const scopes = { pii: 'a', pci: 'b' }
    const stored = await seal(order(), { groups }, { scopes })
    expect(wax(stored).pii).toContain('.tenant-a~1.')
    expect(wax(stored).pci).toContain('.tenant-b~1.')
    expect((await open(stored, { groups }, { scopes })).value).toEqual(order())
    expect((await open(stored, { groups }, { scopes: { pii: 'a' }, groups: ['pii'] })).restored).toEqual(['/user/email'])
    expect((await open(stored, { groups }, { scope: 'b', scopes: { pii: 'a' } })).value).toEqual(order())
    for (const call of [{}, { scope: 'a' }, { scopes: { pii: 'b', pci: 'a' } }])
      expect(await outcome(() => open(stored, { groups }, call))).toBe('key_not_found')
  })

  it('are sealed under a fresh $id each time', async () => {
    expect(wax(await sealed()).$id).not.toBe(wax(await sealed()).$id)
  })
})

describe('resealFields', () => {
  const rotated = createTestSealer({
    keys: staticKeys([
      { kid: 'k2', key: bytes(32, 50) },
      { kid: 'k1', key: KEY, state: 'decrypt_only' },
    ]),
  })

  it('moves what it opens to the current key; content, $id and other groups stay', async () => {
    const stored = deepFreeze(await seal(order(), { groups, authenticate: 'all' }))
    const call = { context, groups: ['pii'] }
    const moved = (await rotated.resealFields(stored as SealedDocument<unknown>, { groups, authenticate: 'all' }, call)) as Stored
    const [before, after] = [stored.$wax, moved.$wax] as Record<string, string>[]
    expect(after).toEqual({ ...before, pii: expect.stringContaining('.k2~1.') })
    expect((await open(moved, { groups, authenticate: 'all' }, {}, rotated)).value).toEqual(order())
    expect(await outcome(() => open(moved, { groups, authenticate: 'all' }))).toBe('key_not_found')
  })

  it('takes bundles and inline fields, and refuses what is in clear', async () => {
    const inline = { fields: ['/card'], form: 'inline' } as const
    for (const policy of [{ fields }, inline]) {
      const moved = await rotated.resealFields((await seal(order(), policy)) as SealedDocument<unknown>, policy, { context })
      expect(JSON.stringify(moved)).toContain('wax1.c256.k2~1.')
      expect((await open(moved, policy, {}, rotated)).value).toEqual(order())
      const clear = order() as unknown as SealedDocument<unknown>
      expect(await outcome(() => rotated.resealFields(clear, policy, { context }))).toBe('plaintext_rejected')
    }
  })
})

describe('authenticate', () => {
  const list = { fields: ['/card'], authenticate: ['/amount', '/user/name', '/later'] }
  const all = { fields: ['/card'], authenticate: 'all' } as const

  it.each<[string, (stored: Stored) => Stored, 'all' | 'list' | 'both' | 'neither']>([
    ['nothing', (stored) => stored, 'neither'],
    ['the order of members', (stored) => Object.fromEntries(Object.entries(stored).reverse()), 'neither'],
    ['a listed member', (stored) => ({ ...stored, amount: 10 }), 'both'],
    ['a listed member’s type', (stored) => ({ ...stored, amount: '9.5' }), 'both'],
    ['a listed member taken out', ({ amount: _, ...stored }) => stored, 'both'],
    ['a nested listed member', (stored) => ({ ...stored, user: { email: 'ada@example.com', name: 'Eve' } }), 'both'],
    ['a listed member that was absent', (stored) => ({ ...stored, later: null }), 'both'],
    ['an unlisted member', (stored) => ({ ...stored, nothing: 0 }), 'all'],
    ['a host’s member added', (stored) => ({ ...stored, host: 1 }), 'all'],
    ['the order of an array', (stored) => ({ ...stored, list: (stored.list as []).toReversed() }), 'all'],
    ['a placeholder', (stored) => ({ ...stored, card: '[SEALED]' }), 'all'],
  ])('notices a change of %s', async (_, change, noticed) => {
    const expected = (mine: string) => (noticed === mine || noticed === 'both' ? 'open_failed' : 'ok')
    expect(await outcome(async () => open(change(await seal(order(), all)), all))).toBe(expected('all'))
    expect(await outcome(async () => open(change(await seal(order(), list)), list))).toBe(expected('list'))
  })

  it('is the reader’s setting too', async () => {
    const policies = [all, list, { fields: ['/card'] }, { fields: ['/card'], authenticate: ['/amount'] }]
    for (const writer of policies)
      for (const reader of policies)
        expect(await outcome(async () => open(await seal(order(), writer), reader))).toBe(
          writer === reader ? 'ok' : 'open_failed',
        )
  })

  it('does not care how a list is ordered or repeated, and holds for every group', async () => {
    const reader = { ...list, authenticate: ['/later', '/user/name', '/amount', '/amount'] }
    expect((await open(await seal(order(), list), reader)).value).toEqual(order())
    const grouped = { groups, authenticate: 'all' } as const
    const stored = await seal(order(), grouped)
    for (const name of ['pii', 'pci']) {
      expect(await outcome(() => open(stored, grouped, { groups: [name] }))).toBe('ok')
      expect(await outcome(() => open({ ...stored, amount: 0 }, grouped, { groups: [name] }))).toBe('open_failed')
    }
  })
})

describe('a root that is no object', () => {
  it.each<[unknown, string[]]>([
    [['a', { b: 'secret' }], ['/1/b']],
    [[['x'], ['y']], ['/*/0']],
    [['a'], ['/0']],
    [[], ['/*']],
    ['text', []],
    [null, []],
    [42, []],
    [false, ['/x']],
  ])('%j is held by $doc', async (value, selectors) => {
    const stored = await seal(value, { fields: selectors })
    expect(Object.keys(stored)).toEqual(['$doc', '$wax'])
    const opened = await open(deepFreeze(stored), { fields: selectors })
    expect(opened.value).toEqual(value)
    expect(opened.restored.every((pointer) => pointer.startsWith('/$doc/'))).toBe(true)
  })

  it('stands alone', async () => {
    const policy = { fields: ['/0'] }
    const stored = await seal(['a', 'b'], policy)
    expect(await outcome(() => open({ ...stored, host: 1 }, policy))).toBe('document_changed')
    expect(await outcome(() => open({ $wax: stored.$wax }, policy))).toBe('document_changed')
    expect(await outcome(() => open({ ...stored, $doc: [] }, policy))).toBe('document_changed')
    expect(await outcome(() => open({ $wax: stored.$wax, 0: '[sealed]' }, policy))).toBe('document_changed')
    const window = { plaintext: { allowUntil: inDays(1) } }
    expect(await outcome(() => open({ $doc: ['a'] }, policy, window))).toBe('plaintext_rejected')
    expect(await outcome(() => open({ ...stored, $doc: ['[sealed]', 'b', 'c'] }, { fields: ['/*'] }))).toBe('field_not_sealed')
  })

  it('of an object that has a member $doc is none of them', async () => {
    const stored = await crafted(['/$doc/0', 'x'], { $doc: ['[sealed]'] })
    expect((await open(stored, { fields: [] })).value).toEqual(['x'])
  })
})

describe('placeholders and previews', () => {
  it.each<[unknown, string, string]>([
    ['4111111111111111', '4111••••', '••••1111'],
    ['123456789012', '1234••••', '••••9012'],
    ['12345678901', '123•••••', '•••••901'],
    ['123456789', '123•••••', '•••••789'],
    ['12345678', '12••••••', '••••••78'],
    ['1234567', '••••••••', '••••••••'],
    ['', '••••••••', '••••••••'],
    ['\u{1F600}'.repeat(12), `${'\u{1F600}'.repeat(4)}••••`, `••••${'\u{1F600}'.repeat(4)}`],
    [4111111111111111, '••••••••', '••••••••'],
    [{ a: 'x'.repeat(20) }, '••••••••', '••••••••'],
    [null, '••••••••', '••••••••'],
  ])('%j', async (card, start, end) => {
    for (const [kind, shown] of [
      ['start', start],
      ['end', end],
    ] as const) {
      const policy = { fields: ['/card'], preview: { '/card': kind } }
      const sealed = await seal({ card }, policy)
      expect(sealed.card).toBe(shown)
      expect((await open(sealed, policy)).value).toEqual({ card })
    }
  })

  it('are off by default, by selector, and of the host’s choice', async () => {
    const policy = { fields, placeholder: '***', preview: { '/list/*/note': 'start' } } as const
    expect(await seal(order(), policy)).toMatchObject({ card: '***', list: [{ note: '••••••••' }, { note: '••••••••' }] })
    expect(await outcome(() => seal(order(), { fields, preview: { '/card': 'middle' as 'end' } }))).toBe('config')
  })
})

describe('a detector', () => {
  const finds = (...pointers: string[]) => ({ detectDocument: () => pointers.map((pointer) => ({ pointer })) })

  it('adds to the fields, at once or later', async () => {
    const later = { detectDocument: async () => new Set([{ pointer: '/user/name' }]) }
    for (const detector of [finds('/user/name'), later]) {
      const policy = { fields: ['/card'], detector }
      const sealed = await seal(order(), policy)
      expect(sealed).toMatchObject({ card: '[sealed]', user: { name: '[sealed]', email: 'ada@example.com' } })
      expect(await open(sealed, policy)).toMatchObject({ value: order(), restored: ['/card', '/user/name'] })
    }
  })

  it('suffices by itself, and sees the caller’s own root', async () => {
    const detectDocument = vi.fn(() => [{ pointer: '/0' }])
    const policy = { detector: { detectDocument } }
    const value = deepFreeze(['secret'])
    const sealed = await seal(value, policy)
    expect(detectDocument).toHaveBeenCalledWith(value)
    expect((await open(sealed, policy)).value).toEqual(value)
  })

  it('fills its own group, and takes nothing from others', async () => {
    const policy = { groups, detector: finds('/card', '/amount', '/user/email'), detectorGroup: 'pii' }
    const opened = await open(await seal(order(), policy), policy, { groups: ['pii'] })
    expect(opened.restored).toEqual(['/amount', '/user/email'])
    expect(await outcome(() => seal(order(), { ...policy, detectorGroup: 'pci', detector: finds('/user') }))).toBe('config')
  })

  it.each([
    ['the root', '', 'config'],
    ['what is not there', '/missing', 'document_changed'],
    ['a prototype', '/__proto__', 'document_changed'],
    ['what is no pointer', 'card', 'malformed'],
  ])('that names %s is refused', async (_, pointer, expected) => {
    expect(await outcome(() => seal(order(), { fields, detector: finds(pointer) }))).toBe(expected)
  })
})

describe('migration windows', () => {
  const tomorrow = { allowUntil: inDays(1) }

  it('let documents through that are not sealed, and count them', async () => {
    const onPlaintext = vi.fn()
    const events: string[] = []
    const watched = createTestSealer({ keys: tenantKeys, now: () => NOW, onEvent: ({ operation }) => events.push(operation) })
    const opened = await open(order(), { fields }, { plaintext: { ...tomorrow, onPlaintext } }, watched)
    expect(opened).toEqual({ value: order(), restored: [], unopened: [], context })
    expect(onPlaintext).toHaveBeenCalledExactlyOnceWith(undefined)
    expect(events).toEqual(['plaintext'])
  })

  it.each<[string, Date, string]>([
    ['tomorrow', inDays(1), 'ok'],
    ['400 days ahead', inDays(400), 'ok'],
    ['a millisecond more', new Date(inDays(400).getTime() + 1), 'config'],
    ['now', inDays(0), 'plaintext_rejected'],
    ['yesterday', inDays(-1), 'plaintext_rejected'],
    ['no date', new Date('never'), 'config'],
    ['a number', NOW as unknown as Date, 'config'],
    ['a string', '2030-01-02' as unknown as Date, 'config'],
  ])('until %s', async (_, allowUntil, expected) => {
    const inline = { fields: ['/card'], form: 'inline' } as const
    for (const policy of [{ fields }, inline])
      expect(await outcome(() => open(order(), policy, { plaintext: { allowUntil } }))).toBe(expected)
    expect(await outcome(() => sealer.open('plain', { context, plaintext: { allowUntil } }))).toBe(expected)
    const perField = { fields, plaintext: { '/card': { allowUntil } } }
    expect(await outcome(async () => open(await seal(order(), { fields: ['/list/*/note'] }), perField))).toBe(
      expected === 'plaintext_rejected' ? 'field_not_sealed' : expected,
    )
  })

  it('decide by value where asked to', async () => {
    const allowIf = (value: unknown) => (value as Stored).amount === 9.5
    expect(await outcome(() => open(order(), { fields }, { plaintext: { ...tomorrow, allowIf } }))).toBe('ok')
    expect(await outcome(() => open({ amount: 1 }, { fields }, { plaintext: { ...tomorrow, allowIf } }))).toBe(
      'plaintext_rejected',
    )
  })

  it('cover single fields, by selector, and no other', async () => {
    const onPlaintext = vi.fn()
    const stored = await seal(order(), { fields: ['/card'] })
    const policy = (selector: string): FieldPolicyOptions => ({ fields, plaintext: { [selector]: { ...tomorrow, onPlaintext } } })
    expect((await open(stored, policy('/list/*/note'))).value).toEqual(order())
    expect(onPlaintext).toHaveBeenCalledTimes(2)
    expect(await outcome(() => open(stored, policy('/card')))).toBe('field_not_sealed')
    // The window is the field's: the document itself must be sealed.
    expect(await outcome(() => open(order(), policy('/list/*/note')))).toBe('plaintext_rejected')
    const inline = { fields: ['/card', '/amount'], form: 'inline', plaintext: { '/amount': tomorrow } } as const
    const half = await seal(order(), { fields: ['/card'], form: 'inline' })
    expect(await open(half, inline)).toMatchObject({ value: order(), restored: ['/card'] })
    expect(await outcome(() => open(order(), inline))).toBe('plaintext_rejected')
  })

  it('never take for plaintext what claims to be sealed', async () => {
    const plaintext = tomorrow
    for (const claim of ['wax1.c256.k1~1.AAAA', 'wax2.anything', `wax${'1'.repeat(40)}.x`]) {
      expect(await outcome(() => sealer.open(claim, { context, plaintext }))).not.toBe('ok')
      expect(await outcome(() => open(claim, { fields }, { plaintext }))).not.toBe('ok')
      expect(await outcome(() => open({ card: claim }, { fields: ['/card'], form: 'inline' }, { plaintext }))).not.toBe('ok')
      expect(await outcome(() => open({ $wax: claim }, { fields }, { plaintext }))).not.toBe('ok')
      const policy = { fields: ['/card'], plaintext: { '/card': tomorrow } }
      expect(await outcome(async () => open({ ...(await seal({}, policy)), card: claim }, policy))).toBe('field_not_sealed')
    }
    for (const claim of [bytes(4, 0xc1), Uint8Array.of(0xc1)])
      expect(await outcome(() => sealer.open(claim, { context, plaintext }))).not.toBe('ok')
    expect(await outcome(() => sealer.open('wax0.x', { context, plaintext }))).toBe('ok')
    expect(await outcome(() => open({ $wax: null }, { fields }, { plaintext }))).toBe('malformed')
  })
})

describe('inline', () => {
  const inline = (selectors: string[], elementIds: Record<string, string> = {}) =>
    ({ fields: selectors, form: 'inline', elementIds }) as const
  const notes = inline(['/list/*/note'], { '/list': 'id' })

  it('puts an envelope in place of every field; JSON and text come back', async () => {
    const policy = inline(['/user', '/card', '/amount', '/nothing'])
    const stored = deepFreeze(await seal(order(), policy))
    for (const member of [stored.user, stored.card, stored.amount, stored.nothing]) expect(member).toMatch(/^wax1\./)
    expect(stored).not.toHaveProperty('$wax')
    expect(await open(stored, policy)).toEqual({
      value: order(),
      restored: ['/user', '/card', '/amount', '/nothing'],
      unopened: [],
      context,
    })
  })

  it('opens at its own pointer and as nothing else', async () => {
    const policy = inline(['/card', '/amount'])
    const stored = await seal(order(), policy)
    expect(await outcome(() => open({ card: stored.amount }, policy))).toBe('open_failed')
    expect(await outcome(() => sealer.open(stored.card as string, { context }))).toBe('open_failed')
    expect(await outcome(async () => open({ card: await sealer.seal('4111', { context }) }, policy))).toBe('open_failed')
    expect(await outcome(() => open({ ...stored, amount: 9.5 }, policy))).toBe('plaintext_rejected')
    expect(await outcome(() => open({ amount: stored.amount }, policy))).toBe('ok')
  })

  it.each<[number, string]>([
    [0, 'malformed'],
    [1, 'ok'],
    [2, 'ok'],
    [3, 'malformed'],
  ])('carries text and JSON alone: frame type %i', async (first, expected) => {
    const card = await sealRaw(Uint8Array.of(first, 49), { form: FORM.inline, added: [['$at', '/card']] })
    expect(await outcome(() => open({ card }, inline(['/card'])))).toBe(expected)
  })

  it('follows elements by their id when they move', async () => {
    const stored = await seal(order(), notes)
    const [first, second] = stored.list as [Stored, Stored]
    expect((await open({ ...stored, list: [second] }, notes)).value).toMatchObject({ list: [{ note: 'second' }] })
    expect((await open({ ...stored, list: [second, first] }, notes)).value).toMatchObject({
      list: [{ note: 'second' }, { note: 'first' }],
    })
    expect(await outcome(() => open({ ...stored, list: [{ ...first, note: second.note }] }, notes))).toBe('open_failed')
  })

  it.each<[string, unknown[], string]>([
    [
      'strings',
      [
        { id: 'a', note: 1 },
        { id: 'b', note: 2 },
      ],
      'ok',
    ],
    [
      'a string and a number that look alike',
      [
        { id: '1', note: 1 },
        { id: 1, note: 2 },
      ],
      'ok',
    ],
    [
      'strings to be escaped',
      [
        { id: 'a/~b', note: 1 },
        { id: '', note: 2 },
      ],
      'ok',
    ],
    ['negative integers', [{ id: -1, note: 1 }], 'ok'],
    ['the largest safe integer', [{ id: Number.MAX_SAFE_INTEGER, note: 1 }], 'ok'],
    ['an integer that is not safe', [{ id: 2 ** 53, note: 1 }], 'document_changed'],
    ['a fraction', [{ id: 1.5, note: 1 }], 'document_changed'],
    [
      'the same string twice',
      [
        { id: 'a', note: 1 },
        { id: 'a', note: 2 },
      ],
      'document_changed',
    ],
    [
      'the same number twice',
      [
        { id: 0, note: 1 },
        { id: -0, note: 2 },
      ],
      'document_changed',
    ],
    ['none', [{ note: 1 }], 'document_changed'],
    ['null', [{ id: null, note: 1 }], 'document_changed'],
    [
      'inherited ones',
      [
        { note: 1, constructor: 1 },
        { id: 1, note: 2 },
      ],
      'document_changed',
    ],
  ])('element ids: %s', async (_, list, expected) => {
    expect(await outcome(async () => expect((await open(await seal({ list }, notes), notes)).value).toEqual({ list }))).toBe(
      expected,
    )
  })

  it('names elements of arrays in arrays, by the selector of each', async () => {
    const value = {
      orders: [
        { no: 7, lines: [{ sku: 'x', price: 1 }] },
        { no: 8, lines: [{ sku: 'x', price: 2 }] },
      ],
    }
    const policy = inline(['/orders/*/lines/*/price'], { '/orders': 'no', '/orders/*/lines': 'sku' })
    const stored = await seal(value, policy)
    expect((await open(stored, policy)).value).toEqual(value)
    const swapped = JSON.parse(JSON.stringify(stored))
    ;[swapped.orders[0].lines, swapped.orders[1].lines] = [swapped.orders[1].lines, swapped.orders[0].lines]
    expect(await outcome(() => open(swapped, policy))).toBe('open_failed')
  })

  it('needs an id for every array on the way, and refuses keys that look like one', async () => {
    expect(await outcome(() => seal(order(), inline(['/list/*/note'])))).toBe('config')
    for (const selector of ['/list/0', '/list/*', '/list/*/id', '/list/*/*'])
      expect(await outcome(() => seal(order(), inline([selector], { '/list': 'id' })))).toBe('config')
    const value = { list: [{ id: 'a', '[s:b]': 1 }], '[s:a]': { note: 2 } }
    expect(await outcome(() => seal(value, inline(['/list/*/[s:b]'], { '/list': 'id' })))).toBe('document_changed')
    expect((await open(await seal(value, inline(['/*/note'])), inline(['/*/note']))).value).toEqual(value)
  })

  it('never selects the root’s $wax', async () => {
    const policy = inline(['/*'])
    const stored = await seal({ card: '4111' }, policy)
    expect((await open({ ...stored, $wax: 'of somebody else' }, policy)).value).toEqual({
      card: '4111',
      $wax: 'of somebody else',
    })
  })

  it('takes roots that are arrays', async () => {
    const policy = inline(['/*/note'], { '': 'id' })
    const value = [{ id: 1, note: 'x' }]
    expect((await open(await seal(value, policy), policy)).value).toEqual(value)
  })

  it('keeps a field within its limit', async () => {
    expect(await outcome(() => seal({ card: 'x'.repeat(256 * 1024 + 1) }, inline(['/card'])))).toBe('too_large')
  })
})

describe('onShredded', () => {
  const shredded = (state: 'destroyed' | 'suspended', onShredded: 'throw' | 'null' | { value: unknown }) =>
    createTestSealer({
      keys: staticKeys([
        { kid: 'k1', key: KEY },
        { kid: 'tenant-a', scope: 'a', state, key: bytes(32, 1) },
      ]),
      onShredded,
    })
  const scopes = { pci: 'a' }

  it('gives a value of the caller’s where the key is destroyed', async () => {
    const stored = await seal(order(), { groups }, { scopes })
    const inline = { fields: ['/card'], form: 'inline' } as const
    const single = await seal(order(), inline, { scope: 'a' })
    const value = await sealer.seal('x', { context, scope: 'a' })
    for (const [onShredded, expected] of [
      ['null', null],
      [{ value: '[gone]' }, '[gone]'],
    ] as const) {
      const later = shredded('destroyed', onShredded)
      const opened = await open(stored, { groups }, { scopes }, later)
      expect(opened).toMatchObject({ value: { ...order(), card: expected }, restored: ['/user/email'], unopened: ['pci'] })
      expect(await open(single, inline, { scope: 'a' }, later)).toMatchObject({
        value: { ...order(), card: expected },
        restored: [],
      })
      expect(await later.open(value, { context, scope: 'a' })).toBe(expected)
      // Another scope's tombstone says nothing about this one.
      expect(await outcome(() => open(stored, { groups }, {}, later))).toBe('key_not_found')
      expect(await outcome(() => later.open(value, { context }))).toBe('key_not_found')
    }
  })

  it('is an error by default, and for suspended keys always', async () => {
    const stored = await seal(order(), { groups }, { scopes })
    expect(await outcome(() => open(stored, { groups }, { scopes }, shredded('destroyed', 'throw')))).toBe('key_destroyed')
    expect(await outcome(() => open(stored, { groups }, { scopes }, shredded('suspended', 'null')))).toBe('key_suspended')
  })

  it('reaches documents whose root is no object', async () => {
    const stored = await seal([{ card: 'x' }], { groups: { pci: ['/*/card'] } }, { scopes })
    expect((await open(stored, { groups: { pci: ['/*/card'] } }, { scopes }, shredded('destroyed', 'null'))).value).toEqual([
      { card: null },
    ])
  })
})

it('bundles carry the suite and locator of the sealer', async () => {
  const c20 = createTestSealer({ keys: tenantKeys, suite: 'chacha20-poly1305' })
  const stored = (await c20.sealFields(order(), { fields }, { context, scope: 'b' })) as Stored
  expect(parseEnvelope(stored.$wax, 1e6)).toMatchObject({ suite: { token: 'c20' }, locator: { kid: 'tenant-b', version: 1 } })
  expect((await open(stored, { fields }, { scope: 'b' }, c20)).value).toEqual(order())
})

describe('documents', () => {
  it('have 16 groups at most', async () => {
    const names = Array.from({ length: 16 }, (_, i) => `g${i}`)
    const policy = { groups: Object.fromEntries(names.map((name) => [name, [`/${name}`]])) }
    const document = Object.fromEntries(names.map((name) => [name, 1]))
    expect(await sealer.openFields(await sealer.sealFields(document, policy, { context }), policy, { context })).toEqual(document)
  })

  it('are authenticated as deep as they nest', async () => {
    let deep: unknown = 1
    for (let i = 0; i < 63; i++) deep = [deep]
    const document = { deep, card: 1 }
    const policy = { fields: ['/card'], authenticate: 'all' } as const
    expect(await sealer.openFields(await sealer.sealFields(document, policy, { context }), policy, { context })).toEqual(document)
  })
})
