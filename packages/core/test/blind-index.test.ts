import { describe, expect, it } from 'vitest'
import { backend } from '#backend'
import { type BlindIndexOptions, createBlindIndex, normalisers } from '../src/indexes/blind-index.ts'
import { createDataKey } from '../src/keys/data-key.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { KeySource } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import { bytes, context, KEY, outcome } from './fixtures.ts'

const named = { kid: 'idx', key: bytes(32, 1) }
const keys = staticKeys([named, { kid: 'idx', version: 2, key: bytes(32, 2) }])
const v1 = { version: 1, key: { kid: 'idx' } }
const v2 = { version: 2, key: { kid: 'idx', version: 2 } }
const index = (options: Partial<BlindIndexOptions> = {}) =>
  createBlindIndex({ keys, table: 'users', field: 'email', versions: [v1], ...options })

describe('values', () => {
  it('are 22 characters, equal for equal inputs and never else', async () => {
    const value = await index().value('ada@example.com')
    expect(value).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(await index().value('ada@example.com')).toBe(value)
    expect(index().valueSync('ada@example.com')).toBe(value)
    const others = await Promise.all([
      index().value('Ada@example.com'),
      index({ table: 'customers' }).value('ada@example.com'),
      index({ field: 'login' }).value('ada@example.com'),
      index({ name: 'search' }).value('ada@example.com'),
      index({ table: 'user', field: 'semail' }).value('ada@example.com'),
      index({ normaliser: { id: 'exact-v2', normalise: (text) => text } }).value('ada@example.com'),
      index({ versions: [{ ...v1, version: 2 }] }).value('ada@example.com'),
      index({ versions: [{ ...v2, version: 1 }] }).value('ada@example.com'),
      index().value(''),
    ])
    expect(new Set([value, ...others]).size).toBe(10)
  })

  it.each<[keyof typeof normalisers, string, string, boolean]>([
    ['exact', 'Ada', 'ada', false],
    ['exact', '\u00e9', 'e\u0301', false],
    ['text', '  ADA@Example.com\n', 'ada@example.com', true],
    ['text', '\uFF21da \u00c9', 'ada e\u0301', true],
    ['text', 'a b', 'ab', false],
    ['digits', '+49 (30) 90-18', '49309018', true],
    ['digits', '\u0661\u0662', '', true],
    ['digits', '12', '21', false],
  ])('%s: %j and %j', async (name, a, b, same) => {
    const normalising = index({ normaliser: normalisers[name] })
    expect((await normalising.value(a)) === (await normalising.value(b))).toBe(same)
  })

  it.each([1, 7, 8, 9, 64, 127])('of %i bits: the first of the whole, the rest zero', async (bits) => {
    const whole = backend.fromBase64url(await index().value('x'))!
    const part = backend.fromBase64url(await index({ bits }).value('x'))!
    expect(part).toHaveLength(Math.ceil(bits / 8))
    const binary = (data: Uint8Array) => [...data].map((byte) => byte.toString(2).padStart(8, '0')).join('')
    expect(binary(part)).toBe(
      binary(whole)
        .slice(0, bits)
        .padEnd(part.length * 8, '0'),
    )
  })
})

describe('keys', () => {
  it('still match after the payload key was rotated, on both sides of it', async () => {
    const before = staticKeys([{ kid: 'k1', key: KEY }, named])
    const after = staticKeys([
      { kid: 'k2', key: bytes(32, 50) },
      { kid: 'k1', key: KEY, state: 'decrypt_only' },
      { ...named, state: 'decrypt_only' },
    ])
    const rows = new Map([
      [await index({ keys: before }).value('ada'), await createSealer({ keys: before }).seal('ada', { context })],
    ])
    const found = rows.get(await index({ keys: after }).value('ada'))!
    const sealer = createSealer({ keys: after })
    expect(await sealer.open(found, { context })).toBe('ada')
    rows.set(await index({ keys: after }).value('ada'), await sealer.reseal(found, { context }))
    expect(rows.size).toBe(1)
  })

  it('while an index is rotated both versions are read, and the first is written', async () => {
    const old = index()
    const rotating = index({ versions: [v2, v1] })
    const [first, second, ...more] = await rotating.values('ada')
    expect(more).toEqual([])
    expect(second).toBe(await old.value('ada'))
    expect(first).toBe(await rotating.value('ada'))
    expect(first).toBe(await index({ versions: [v2] }).value('ada'))
  })

  it('are of the scope, by a choice of the scope', async () => {
    const scoped = staticKeys([
      { kid: 'idx-a', key: bytes(32, 3), scope: 'a' },
      { kid: 'idx-b', key: bytes(32, 4), scope: 'b' },
    ])
    const tenants = index({ keys: scoped, versions: [{ version: 1, key: (scope) => ({ kid: `idx-${scope}` }) }] })
    const values = await Promise.all(['a', 'b'].map((scope) => tenants.value('ada', { scope })))
    expect(new Set(values).size).toBe(2)
    expect(await outcome(() => tenants.value('ada'))).toBe('key_not_found')
    expect(await outcome(() => tenants.value('ada', { scope: '' }))).toBe('config')
    // One key for all scopes is no key of any scope.
    expect(await outcome(() => index().value('ada', { scope: 'a' }))).toBe('key_not_found')
  })

  it('of a bare key service are refused', async () => {
    const service = rootKeyProvider({ id: 'p', keys })
    expect(await outcome(() => index({ keys: service as unknown as KeySource }))).toBe('named_key_required')
  })

  it('go by name and state', async () => {
    const state = (of: 'suspended' | 'destroyed') =>
      outcome(() => index({ keys: staticKeys([{ ...named, state: of }]) }).value('x'))
    expect(await state('suspended')).toBe('key_suspended')
    expect(await state('destroyed')).toBe('key_destroyed')
    expect(await outcome(() => index({ versions: [{ version: 1, key: { kid: 'other' } }] }).value('x'))).toBe('key_not_found')
    const key = createDataKey({ kid: 'idx', key: bytes(32, 1) })
    const remote = index({ keys: { kind: 'source', current: () => key, resolve: async () => key } })
    expect(await remote.value('x')).toBe(await index().value('x'))
    expect(await outcome(() => remote.valueSync('x'))).toBe('key_not_resident')
  })
})

it.each<[string, Partial<BlindIndexOptions>]>([
  ['no version', { versions: [] }],
  ['a version below 0', { versions: [{ ...v1, version: -1 }] }],
  ['a version beyond 32 bits', { versions: [{ ...v1, version: 2 ** 32 }] }],
  ['0 bits', { bits: 0 }],
  ['129 bits', { bits: 129 }],
  ['half a bit', { bits: 0.5 }],
])('takes no %s', async (_, options) => {
  expect(await outcome(() => index(options))).toBe('config')
})

it('takes well-formed strings alone', async () => {
  for (const value of [1, null, undefined, '\ud800', {}])
    expect(await outcome(() => index().value(value as string))).toBe('not_serialisable')
})
