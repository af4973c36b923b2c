import { describe, expect, it, vi } from 'vitest'
import { settle } from '../src/flow.ts'
import { createDataKey, type DataKey } from '../src/keys/data-key.ts'
import { createKeyring } from '../src/keys/keyring.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { type StaticKey, staticKeys } from '../src/keys/static-keys.ts'
import type { KeyProvider, KeyProviderDriver, KeySource, Keys } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { SealerOptions } from '../src/sealer/sealer-types.ts'
import { createTestSealer } from '../src/testing.ts'
import {
  bytes,
  context,
  erased,
  KEY,
  keys,
  localService,
  NOW,
  OTHER_KEY,
  outcome,
  remoteSource,
  unavailable,
} from './fixtures.ts'
import { root } from './remote-service.ts'

const service = localService
const source = (key: Uint8Array, kid: string): KeySource => staticKeys([{ kid, key }])

describe('key states and versions', () => {
  const opens = async (state: StaticKey['state'], minKeyVersion?: SealerOptions['minKeyVersion']) => {
    const sealed = await createSealer({ keys: staticKeys([{ kid: 'k1', version: 5, key: KEY }]) }).seal('x', { context })
    const keys = staticKeys([{ kid: 'k1', version: 5, key: KEY, state }])
    const sealer = createSealer({ keys, minKeyVersion })
    return [await outcome(() => sealer.open(sealed, { context })), await outcome(() => sealer.seal('x', { context }))]
  }
  it.each<[StaticKey['state'], string, string]>([
    ['active', 'ok', 'ok'],
    ['decrypt_only', 'ok', 'key_not_found'],
    ['suspended', 'key_suspended', 'key_not_found'],
    ['destroyed', 'key_destroyed', 'key_not_found'],
  ])('%s', async (state, open, seal) => {
    expect(await opens(state)).toEqual([open, seal])
  })

  it('a source that hands out a key which may not seal is not obeyed', async () => {
    const seal = (state: StaticKey['state'], scope?: string) => {
      const key = createDataKey({ kid: 'k1', key: KEY, state, scope })
      return outcome(() =>
        createSealer({ keys: { kind: 'source', current: () => key, resolve: () => key } }).seal('x', { context }),
      )
    }
    expect(await seal('decrypt_only')).toBe('key_retired')
    expect(await seal('suspended')).toBe('key_suspended')
    expect(await seal('destroyed')).toBe('key_destroyed')
    expect(await seal('active', 'a')).toBe('key_not_found')
  })

  it('versions below the minimum are retired, by kid and scope', async () => {
    const minKeyVersion = vi.fn(() => 5)
    expect(await opens('active', minKeyVersion)).toEqual(['ok', 'ok'])
    expect(minKeyVersion).toHaveBeenCalledWith('k1', undefined)
    expect(await opens('active', () => 6)).toEqual(['key_retired', 'key_retired'])
  })
})

describe('many sources', () => {
  it.each<[string, () => unknown]>([
    ['none', () => []],
    ['what is no source', () => [{}]],
    ['null', () => null],
    ['the same kid twice', () => [source(KEY, 'k1'), source(OTHER_KEY, 'k1')]],
    ['equal bytes', () => [source(KEY, 'k1'), source(KEY, 'k2')]],
    ['a provider with the kid of a key', () => [source(KEY, 'k1'), service('k1', OTHER_KEY)]],
    ['two providers of one id', () => [service('p', KEY), service('p', OTHER_KEY)]],
    ['a provider whose id is no kid', () => service('P', KEY)],
    ['the same source twice', () => [source(KEY, 'k1')].flatMap((one) => [one, one])],
  ])('refuse %s', async (_, keys) => {
    expect(await outcome(() => createSealer({ keys: keys() as Keys }))).toBe('config')
  })

  it('the first seals, all open, and each locator is looked up once', async () => {
    const [a, b] = [source(KEY, 'a'), source(OTHER_KEY, 'b')]
    const resolve = vi.fn(b.resolve)
    const sealedByA = await createSealer({ keys: a }).seal('x', { context })
    const sealer = createSealer({ keys: [{ ...b, resolve }, a] })
    expect(sealer.inspect(await sealer.seal('x', { context })).kid).toBe('b')
    expect(await sealer.open(sealedByA, { context })).toBe('x')
    expect(resolve).toHaveBeenCalledTimes(1)
  })

  it('no failure is taken for "not mine", and none falls back', async () => {
    const sealed = await createSealer({ keys: source(KEY, 'k1') }).seal('x', { context })
    const down = remoteSource('r', OTHER_KEY, unavailable)
    expect(await outcome(() => createSealer({ keys: [down, source(KEY, 'k1')] }).open(sealed, { context }))).toBe(
      'provider_unavailable',
    )
    const broken: KeySource = { kind: 'source', current: () => Promise.reject(new TypeError('a bug')), resolve: () => null }
    await expect(createSealer({ keys: [broken, source(KEY, 'k1')] }).seal('x', { context })).rejects.toThrow(TypeError)
  })

  it('keys that come later are held against the others', async () => {
    const late = (kid: string, key: Uint8Array) =>
      createSealer({ keys: [remoteSource(kid, key), source(KEY, 'k1')] }).seal('x', { context })
    expect(await outcome(() => late('k1', OTHER_KEY))).toBe('config')
    expect(await outcome(() => late('k2', KEY))).toBe('config')
    expect(await outcome(() => late('k2', OTHER_KEY))).toBe('ok')
  })

  it('a key that the locator does not name, or that is none, is not used', async () => {
    const sealed = await createSealer({ keys: source(KEY, 'k1') }).seal('x', { context })
    const other = remoteSource('k2', KEY)
    for (const place of [{ kid: 'k2' }, { kid: 'k1', version: 2 }]) {
      const wrong = { ...other, resolve: async () => createDataKey({ ...place, key: KEY }) }
      expect(await outcome(() => createSealer({ keys: wrong }).open(sealed, { context }))).toBe('key_not_found')
    }
    const forged = { kid: 'k1', version: 1, state: 'active' } as const
    expect(await outcome(() => createSealer({ keys: { ...other, resolve: async () => forged } }).open(sealed, { context }))).toBe(
      'config',
    )
  })
})

describe('a keyring', () => {
  const call = { now: () => NOW }
  const ring = (list: readonly (KeySource | KeyProvider)[]) => createKeyring(list, { unknownLocatorsPerMinute: 1000 })
  const source = (key: DataKey | null): KeySource => ({ kind: 'source', current: () => key!, resolve: () => key })
  const other = createDataKey({ kid: 'k2', key: bytes(32, 7) })
  const provider = (id: string, more: Partial<KeyProviderDriver> = {}): KeyProvider =>
    localService(id, KEY, { wrapKey: () => Uint8Array.of(1), unwrapKey: () => bytes(32, 9), ...more })

  it('takes sources and providers alone, any number of which list no keys', async () => {
    expect(await outcome(() => ring([keys, {} as KeySource]))).toBe('config')
    expect(await outcome(() => ring([source(null), source(null)]))).toBe('ok')
  })

  it('asks a provider for its own wrapped keys alone', async () => {
    const unwrapKey = vi.fn(() => bytes(32, 9))
    const one = ring([provider('mine', { unwrapKey })])
    const open = (kid: string, wrapped?: Uint8Array) =>
      outcome(() => settle(one.resolve({ kid, version: 0, wrapped }, undefined, call)))
    expect(await open('other', bytes(5))).toBe('key_not_found')
    expect(await open('mine')).toBe('key_not_found')
    expect(unwrapKey).not.toHaveBeenCalled()
    expect(await open('mine', bytes(5))).toBe('ok')
  })

  it('refuses a late key whose bytes or kid another source has, to open as to seal', async () => {
    const two = staticKeys([
      { kid: 'a', key: bytes(32, 3) },
      { kid: 'b', key: bytes(32, 7) },
    ])
    const named = staticKeys([{ kid: 'k2', key: bytes(32, 3) }])
    for (const held of [two, named]) {
      const one = ring([source(other), held])
      expect(await outcome(() => settle(one.resolve({ kid: 'k2', version: 1 }, undefined, call)))).toBe('config')
      expect(await outcome(() => settle(one.current(undefined, call)))).toBe('config')
    }
  })

  it('re-wraps in place at the newest provider and generation alone, and erases the key', async () => {
    const given: Uint8Array[] = []
    const wrapKey = (key: Uint8Array) => {
      given.push(key)
      return Uint8Array.of(2)
    }
    const rewrapKey = () => Uint8Array.of(3)
    const one = ring([provider('new', { version: 1, wrapKey, rewrapKey }), provider('old', { version: 1, rewrapKey })])
    const rewrap = (kid: string, version: number) =>
      settle(one.rewrap({ kid, version, wrapped: Uint8Array.of(1) }, undefined, call))
    expect((await rewrap('new', 1)).wrapped).toEqual(Uint8Array.of(3))
    for (const [kid, version] of [
      ['new', 0],
      ['old', 1],
    ] as const)
      expect(await rewrap(kid, version)).toEqual({ kid: 'new', version: 1, wrapped: Uint8Array.of(2) })
    expect(erased(given)).toEqual([true, true])
    const short = ring([provider('new', { unwrapKey: () => bytes(31) })])
    expect(await outcome(() => settle(short.rewrap({ kid: 'new', version: 1, wrapped: bytes(5) }, undefined, call)))).toBe(
      'open_failed',
    )
  })
})

describe('tombstones', () => {
  const sealTo = async (scope?: string) =>
    createTestSealer({ keys: root, suite: 'chacha20-poly1305' }).seal('x', { context, scope })

  it('are those of the scope that the reader named, not of a key that a forged wrap names', async () => {
    const destroyed = rootKeyProvider({
      id: 'root',
      keys: staticKeys([
        { kid: 'r2', key: bytes(32, 50) },
        { kid: 'r', state: 'destroyed' },
      ]),
      suite: 'chacha20-poly1305',
    })
    const reader = createTestSealer({ keys: destroyed, suite: 'chacha20-poly1305', onShredded: { value: 'gone' } })
    const sealed = await sealTo('tenant:acme')
    expect(await outcome(() => reader.open(sealed, { context, scope: 'tenant:acme' }))).toBe('key_destroyed')
    const named = createTestSealer({
      keys: staticKeys([
        { kid: 'k', scope: 'a', state: 'destroyed' },
        { kid: 'k2', key: KEY },
      ]),
      suite: 'chacha20-poly1305',
      onShredded: { value: 'gone' },
    })
    const forA = await createTestSealer({
      keys: staticKeys([{ kid: 'k', scope: 'a', key: bytes(32, 3) }]),
      suite: 'chacha20-poly1305',
    }).seal('x', { context, scope: 'a' })
    expect(await named.open(forA, { context, scope: 'a' })).toBe('gone')
    expect(await outcome(() => named.open(forA, { context, scope: 'b' }))).toBe('key_not_found')
  })
})
