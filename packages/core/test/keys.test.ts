import { describe, expect, it, vi } from 'vitest'
import { backend } from '#backend'
import { WaxsealError } from '../src/errors.ts'
import { concatBytes, lp } from '../src/format/bytes.ts'
import { parseEnvelope } from '../src/format/envelope.ts'
import { createDataKey, type DataKeyOptions } from '../src/keys/data-key.ts'
import { generateKey, parseKey } from '../src/keys/key-text.ts'
import { multi } from '../src/keys/multi-provider.ts'
import { openKeys } from '../src/keys/open-keys.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { routeKeys } from '../src/keys/route-keys.ts'
import { bindByHash, unbindByHash, wrapContext, wrapContextBytes } from '../src/keys/service/wrap.ts'
import { type StaticKey, staticKeys } from '../src/keys/static-keys.ts'
import type { KeyProvider, KeySource, Keys } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { SealerOptions } from '../src/sealer/sealer-types.ts'
import { createTestSealer } from '../src/testing.ts'
import { bytes, context, hex, KEY, localService, NOW, OTHER_KEY, outcome, toBytes, utf8 } from './fixtures.ts'

const call = { now: () => NOW }
const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64')
const base64url = backend.toBase64url
const unavailable = () => Promise.reject(new WaxsealError('provider_unavailable', 'down'))

const service = localService

describe('the text of a key', () => {
  const key = bytes(32, 0xe0)
  it.each([
    base64(key),
    base64(key).slice(0, 43),
    base64url(key),
    `${base64url(key)}=`,
    hex(key),
    hex(key).toUpperCase(),
    ` ${base64(key)}\n`,
  ])('is read: %s', (text) => {
    expect(parseKey(text)).toEqual(key)
  })

  const secret = 'correct-horse-battery-staple'
  it.each<[string, unknown]>([
    ['nothing', ''],
    ['no string', undefined],
    ['bytes', key],
    ['a passphrase', secret],
    ['31 bytes', base64(bytes(31))],
    ['33 bytes', base64(bytes(33))],
    ['31 bytes of hex', hex(bytes(31))],
    ['63 characters of hex', hex(key).slice(1)],
    ['both alphabets', `+_${base64(key).slice(2)}`],
    ['bits left over', `${base64(bytes(32)).slice(0, 42)}9=`],
    ['two pads', `${base64(key)}=`],
    ['white space inside', `${base64(key).slice(0, 20)} ${base64(key).slice(20)}`],
  ])('is refused without being repeated: %s', (_, text) => {
    try {
      parseKey(text as string)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'config' })
      if (typeof text === 'string' && text.length > 5) expect(String(error)).not.toContain(text.slice(0, 5))
    }
  })

  it('is made anew each time', () => {
    const made = Array.from({ length: 20 }, generateKey)
    expect(new Set(made).size).toBe(20)
    for (const text of made) {
      expect(text).toMatch(/^[A-Za-z0-9+/]{43}=$/)
      expect(parseKey(text)).toHaveLength(32)
    }
  })
})

describe('createDataKey', () => {
  it.each<[string, Partial<DataKeyOptions>]>([
    ['no kid', { kid: '' }],
    ['a kid of 65', { kid: 'k'.repeat(65) }],
    ['a kid in capitals', { kid: 'K1' }],
    ['a version below 0', { version: -1 }],
    ['a version beyond 32 bits', { version: 2 ** 32 }],
    ['a fraction', { version: 1.5 }],
    ['31 bytes', { key: bytes(31) }],
    ['33 bytes', { key: bytes(33) }],
    ['no key', { key: undefined }],
    ['a string', { key: base64(KEY) as unknown as Uint8Array }],
    ['an empty scope', { scope: '' }],
    ['an ill-formed scope', { scope: '\ud800' }],
    ['an empty wrap', { wrapped: bytes(0) }],
    ['a wrap of 6145 bytes', { wrapped: bytes(6145) }],
  ])('refuses %s', async (_, wrong) => {
    expect(await outcome(() => createDataKey({ kid: 'k1', key: KEY, ...wrong }))).toBe('config')
  })

  it('makes a frozen handle without the key, and copies what it is given', async () => {
    const [key, wrapped] = [Buffer.from(KEY), Buffer.from([1, 2, 3])]
    const handle = createDataKey({ kid: 'k1', key, wrapped, scope: 'a' })
    const source: KeySource = { kind: 'source', current: () => handle, resolve: () => handle }
    const sealer = createSealer({ keys: source })
    const sealed = await sealer.seal('x', { context, scope: 'a' })
    key.fill(0)
    wrapped.fill(9)
    expect(await sealer.open(sealed, { context, scope: 'a' })).toBe('x')
    expect(handle).toEqual({ kid: 'k1', version: 1, scope: 'a', state: 'active', wrapped: Uint8Array.of(1, 2, 3) })
    expect(Object.isFrozen(handle)).toBe(true)
  })
})

describe('staticKeys', () => {
  it.each<[string, readonly StaticKey[]]>([
    ['none', []],
    [
      'a kid and version twice',
      [
        { kid: 'k1', key: KEY },
        { kid: 'k1', version: 1, key: OTHER_KEY },
      ],
    ],
    [
      'equal bytes',
      [
        { kid: 'k1', key: KEY },
        { kid: 'k2', key: hex(KEY) },
      ],
    ],
    [
      'equal bytes in two scopes',
      [
        { kid: 'k1', key: KEY, scope: 'a' },
        { kid: 'k2', key: KEY, scope: 'b' },
      ],
    ],
    ['no key', [{ kid: 'k1' }]],
    ['no list', { kid: 'k1', key: KEY } as unknown as StaticKey[]],
  ])('refuses %s', async (_, list) => {
    expect(await outcome(() => staticKeys(list))).toBe('config')
  })

  it('seals with the first active key of the scope', async () => {
    const keys = staticKeys([
      { kid: 'old', key: bytes(32, 1), state: 'decrypt_only' },
      { kid: 'new', key: bytes(32, 2) },
      { kid: 'newer', key: bytes(32, 3) },
      { kid: 'a', key: bytes(32, 4), scope: 'a' },
      { kid: 'b', key: bytes(32, 5), scope: 'b', state: 'suspended' },
      { kid: 'gone', state: 'destroyed' },
    ])
    expect((await keys.current(undefined, call)).kid).toBe('new')
    expect((await keys.current('a', call)).kid).toBe('a')
    for (const scope of ['b', 'c']) expect(await outcome(() => keys.current(scope, call))).toBe('key_not_found')
    expect(await outcome(() => staticKeys([{ kid: 'k1', key: KEY }]).current('a', call))).toBe('scope_unsupported')
    expect(await keys.resolve({ kid: 'new', version: 1, wrapped: bytes(3) }, undefined, call)).toBeNull()
  })
})

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
  const source = (key: Uint8Array, kid: string): KeySource => staticKeys([{ kid, key }])
  /** A source that does not list its keys: one that is asked over a network. */
  const remote = (kid: string, key: Uint8Array, resolve?: KeySource['resolve']): KeySource => {
    const handle = createDataKey({ kid, key })
    return {
      kind: 'source',
      current: async () => handle,
      resolve: resolve ?? (async (locator) => (locator.kid === kid ? handle : null)),
    }
  }

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
    const down = remote('r', OTHER_KEY, unavailable)
    expect(await outcome(() => createSealer({ keys: [down, source(KEY, 'k1')] }).open(sealed, { context }))).toBe(
      'provider_unavailable',
    )
    const broken: KeySource = { kind: 'source', current: () => Promise.reject(new TypeError('a bug')), resolve: () => null }
    await expect(createSealer({ keys: [broken, source(KEY, 'k1')] }).seal('x', { context })).rejects.toThrow(TypeError)
  })

  it('keys that come later are held against the others', async () => {
    const late = (kid: string, key: Uint8Array) =>
      createSealer({ keys: [remote(kid, key), source(KEY, 'k1')] }).seal('x', { context })
    expect(await outcome(() => late('k1', OTHER_KEY))).toBe('config')
    expect(await outcome(() => late('k2', KEY))).toBe('config')
    expect(await outcome(() => late('k2', OTHER_KEY))).toBe('ok')
  })

  it('a key that the locator does not name, or that is none, is not used', async () => {
    const sealed = await createSealer({ keys: source(KEY, 'k1') }).seal('x', { context })
    const other = remote('k2', KEY)
    for (const place of [{ kid: 'k2' }, { kid: 'k1', version: 2 }]) {
      const wrong = { ...other, resolve: async () => createDataKey({ ...place, key: KEY }) }
      expect(await outcome(() => createSealer({ keys: wrong }).open(sealed, { context }))).toBe('key_not_found')
    }
    const forged = { kid: 'k1', version: 1, state: 'active' } as const
    expect(await outcome(() => createSealer({ keys: { ...other, resolve: async () => forged } }).open(sealed, { context }))).toBe(
      'config',
    )
  })

  describe('unknown locators', () => {
    const sealedAs = (kid: string) => createSealer({ keys: source(KEY, kid) }).seal('x', { context })
    let now = NOW
    const guarded = (resolve: KeySource['resolve'], more: Keys = []) =>
      createTestSealer({
        keys: [remote('r', OTHER_KEY, resolve), ...(more as KeySource[])],
        limits: { unknownLocatorsPerMinute: 3 },
        now: () => now,
      })

    it('are not asked for again within a minute', async () => {
      const resolve = vi.fn(async () => null)
      const sealer = guarded(resolve)
      const sealed = await sealedAs('k1')
      for (let i = 0; i < 3; i++) expect(await outcome(() => sealer.open(sealed, { context }))).toBe('key_not_found')
      expect(resolve).toHaveBeenCalledTimes(1)
      now += 60_000
      expect(await outcome(() => sealer.open(sealed, { context }))).toBe('key_not_found')
      expect(resolve).toHaveBeenCalledTimes(2)
    })

    it('are limited per minute; known ones still go through', async () => {
      const handle = createDataKey({ kid: 'k0', key: KEY })
      const resolve = vi.fn(async ({ kid }: { kid: string }) => (kid === 'k0' ? handle : null))
      const sealer = guarded(resolve)
      const open = async (kid: string) => outcome(async () => sealer.open(await sealedAs(kid), { context }))
      expect(await open('k0')).toBe('ok')
      for (const kid of ['k1', 'k2', 'k3']) expect(await open(kid)).toBe('key_not_found')
      expect(await open('k4')).toBe('throttled')
      expect(resolve).toHaveBeenCalledTimes(4)
      expect(await open('k0')).toBe('ok')
      now += 60_000
      expect(await open('k4')).toBe('key_not_found')
    })

    it('do not count where a provider need not be asked', async () => {
      const unwrapKey = vi.fn()
      const keys = [
        service('p', OTHER_KEY, { unwrapKey }),
        ...['k1', 'k2', 'k3', 'k4', 'k5'].map((kid, i) => source(bytes(32, i), kid)),
      ]
      const sealer = createTestSealer({ keys, limits: { unknownLocatorsPerMinute: 3 }, now: () => now })
      for (let i = 0; i < 5; i++) {
        const sealed = await createSealer({ keys: source(bytes(32, i), `k${i + 1}`) }).seal('x', { context })
        expect(await outcome(() => sealer.open(sealed, { context }))).toBe('ok')
      }
      expect(unwrapKey).not.toHaveBeenCalled()
    })

    it('bad wraps count as well', async () => {
      const unwrapKey = vi.fn(service('p', OTHER_KEY).unwrapKey)
      const sealer = createTestSealer({
        keys: service('p', OTHER_KEY, { unwrapKey }),
        limits: { unknownLocatorsPerMinute: 3 },
        now: () => now,
      })
      const sealed = toBytes(await sealer.seal('x', { context }))
      const outcomes: string[] = []
      for (let i = 0; i < 5; i++) {
        const forged = sealed.slice()
        forged[60 + i]! ^= 1
        outcomes.push(await outcome(() => sealer.open(forged, { context })))
      }
      expect(outcomes).toEqual(['open_failed', 'open_failed', 'open_failed', 'throttled', 'throttled'])
      expect(unwrapKey).toHaveBeenCalledTimes(3)
    })
  })
})

describe('a provider as a source', () => {
  it('wraps one data key per scope and hour, however many seal at once', async () => {
    let now = NOW
    const wrapKey = vi.fn(async (...wrapped: Parameters<KeyProvider['wrapKey']>) => service('p', KEY).wrapKey(...wrapped))
    const sealer = createTestSealer({ keys: service('p', KEY, { wrapKey }), now: () => now })
    const wraps = async (scope?: string) => {
      const sealed = await Promise.all(Array.from({ length: 10 }, () => sealer.seal('x', { context, scope })))
      const blobs = new Set(sealed.map((text) => text.split('.')[3]))
      expect(blobs.size).toBe(1)
      return [...blobs][0]
    }
    const first = await wraps()
    expect(await wraps()).toBe(first)
    expect(await wraps('a')).not.toBe(first)
    expect(wrapKey).toHaveBeenCalledTimes(2)
    expect(wrapKey.mock.calls.map(([, context]) => context)).toEqual([
      wrapContext('envelope', 'p', 0),
      wrapContext('envelope', 'p', 0, 'a'),
    ])
    now += 3_600_000
    expect(await wraps()).not.toBe(first)
  })

  it('takes the data key of a service that makes them', async () => {
    const local = service('p', KEY)
    const generateDataKey: KeyProvider['generateDataKey'] = async (wrapping, made) => ({
      key: bytes(32, 77),
      wrapped: await local.wrapKey(bytes(32, 77), wrapping, made),
    })
    const sealer = createSealer({
      keys: service('p', KEY, { generateDataKey, wrapKey: () => expect.unreachable() }),
    })
    expect(await createSealer({ keys: local }).open(await sealer.seal('x', { context }), { context })).toBe('x')
  })

  it('unwraps once, keeps no failure, and lets nobody abort for others', async () => {
    const sealed = await createSealer({ keys: service('p', KEY) }).seal('x', { context })
    let start = () => {}
    const started = new Promise<void>((resolve) => {
      start = resolve
    })
    const unwrapKey = vi
      .fn(async (...wrapped: Parameters<KeyProvider['unwrapKey']>) => {
        wrapped[2].signal?.throwIfAborted()
        await started
        wrapped[2].signal?.throwIfAborted()
        return service('p', KEY).unwrapKey(...wrapped)
      })
      .mockImplementationOnce(unavailable)
    const sealer = createSealer({ keys: service('p', KEY, { unwrapKey }) })
    expect(await outcome(() => sealer.open(sealed, { context }))).toBe('provider_unavailable')
    const abort = new AbortController()
    const first = sealer.open(sealed, { context, signal: abort.signal })
    const others = Array.from({ length: 5 }, () => sealer.open(sealed, { context }))
    abort.abort(new Error('gone'))
    start()
    expect(await outcome(() => first)).toBe('aborted')
    expect(await Promise.all(others)).toEqual(Array(5).fill('x'))
    expect(await sealer.open(sealed, { context })).toBe('x')
    expect(unwrapKey).toHaveBeenCalledTimes(2)
  })

  it('takes 32 bytes from a service and nothing else', async () => {
    for (const length of [0, 16, 31, 33, 64]) {
      const sealer = createSealer({ keys: service('p', KEY, { unwrapKey: () => bytes(length) }) })
      expect(await outcome(async () => sealer.open(await sealer.seal('x', { context }), { context }))).toBe('open_failed')
    }
    for (const length of [0, 6145])
      expect(
        await outcome(() => createSealer({ keys: service('p', KEY, { wrapKey: () => bytes(length) }) }).seal('x', { context })),
      ).toBe('config')
  })
})

describe('a local key-encryption key', () => {
  const roots = staticKeys([
    { kid: 'r2', key: KEY },
    { kid: 'r1', key: OTHER_KEY, state: 'decrypt_only' },
  ])
  const root = rootKeyProvider({ id: 'root', keys: roots, suite: 'chacha20-poly1305' })
  const bound = wrapContext('envelope', 'root', 0)

  it('wraps with the current one, unwraps with all, and binds the context', async () => {
    const blob = await root.wrapKey(bytes(32, 9), bound, call)
    expect(parseEnvelope(blob, 6144)).toMatchObject({ locator: { kid: 'r2', version: 1 } })
    expect(await root.unwrapKey(blob, bound, call)).toEqual(bytes(32, 9))
    const older = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'r1', key: OTHER_KEY }]) })
    expect(await root.unwrapKey(await older.wrapKey(bytes(32, 9), bound, call), bound, call)).toEqual(bytes(32, 9))
    for (const other of [
      wrapContext('stored', 'root', 0),
      wrapContext('envelope', 'root', 1),
      wrapContext('envelope', 'root', 0, 'a'),
      wrapContext('envelope', 'rood', 0),
    ])
      expect(await outcome(() => root.unwrapKey(blob, other, call))).toBe('open_failed')
    expect(await outcome(() => older.unwrapKey(blob, bound, call))).toBe('key_not_found')
    expect(await outcome(() => root.unwrapKey(blob, bound, { ...call, acceptSuites: ['aes-256-gcm'] }))).toBe('unsupported_suite')
  })

  it('takes no other envelope for a wrapped key', async () => {
    const sealer = createSealer({ keys: staticKeys([{ kid: 'r2', key: KEY }]) })
    const value = await sealer.seal(bytes(31), { context: bound, as: 'bytes' })
    expect(await outcome(() => root.unwrapKey(value, bound, call))).toBe('open_failed')
    const stored = await sealer.seal('x', { context: bound, as: 'bytes', storeContext: true })
    expect(await outcome(() => root.unwrapKey(stored, bound, call))).toBe('malformed')
    expect(await outcome(() => root.unwrapKey(bytes(100), bound, call))).toBe('malformed')
    expect(await outcome(() => root.wrapKey(bytes(31), bound, call))).toBe('config')
  })

  it('a suite that the sealer does not accept opens no wrapped key either', async () => {
    const sealer = (acceptSuites: SealerOptions['acceptSuites']) =>
      createSealer({ keys: root, acceptSuites, suite: 'aes-256-gcm' })
    const sealed = await sealer(undefined).seal('x', { context })
    expect(await outcome(() => sealer(['aes-256-gcm']).open(sealed, { context }))).toBe('unsupported_suite')
  })
})

describe('wrap contexts', () => {
  it('are those of section 4', () => {
    expect(wrapContext('stored', 'k1', 4294967295, 'tenant:a')).toEqual({
      waxseal: 'v1/wrap',
      use: 'stored',
      kid: 'k1',
      version: '4294967295',
      scope: 'tenant:a',
    })
    expect(Object.keys(wrapContext('envelope', 'k1', 0))).not.toContain('scope')
    expect(wrapContextBytes(wrapContext('envelope', 'k', 0)).subarray(0, 4)).toEqual(Uint8Array.of(0, 0, 0, 4))
  })

  it('are bound by a hash where a service takes none', async () => {
    const bound = wrapContext('envelope', 'k', 0)
    const wrapped = bindByHash(KEY, bound)
    expect(wrapped).toHaveLength(64)
    expect(unbindByHash(wrapped, bound)).toEqual(KEY)
    expect(unbindByHash(Buffer.from(wrapped), bound)).toEqual(KEY)
    const flipped = wrapped.map((byte, i) => byte ^ Number(i === 63))
    for (const [blob, by] of [
      [wrapped, wrapContext('envelope', 'k', 1)],
      [flipped, bound],
      [wrapped.subarray(1), bound],
      [bytes(0), bound],
    ] as const)
      expect(await outcome(() => unbindByHash(blob, by))).toBe('open_failed')
  })
})

describe('multi', () => {
  const [east, west] = [service('east', KEY), service('west', OTHER_KEY)]
  const both = multi({ id: 'both', providers: [west, east] })
  const bound = wrapContext('envelope', 'both', 0)
  const denied = () => Promise.reject(new WaxsealError('access_denied', 'no'))

  it.each<[string, () => unknown]>([
    ['none', () => multi({ id: 'm', providers: [] })],
    ['nine', () => multi({ id: 'm', providers: Array.from({ length: 9 }, (_, i) => service(`p${i}`, bytes(32, i))) })],
    ['one id twice', () => multi({ id: 'm', providers: [east, east] })],
    ['an id that is none', () => multi({ id: 'M', providers: [east] })],
    ['a provider’s id that is none', () => service('East', KEY)],
    ['more wraps than services', () => multi({ id: 'm', providers: [east], minWraps: 2 })],
  ])('refuses %s', async (_, make) => {
    expect(await outcome(make)).toBe('config')
  })

  it('wraps with all, in the order of ids; any one opens', async () => {
    const wrapped = await both.wrapKey(bytes(32, 9), bound, call)
    expect(Buffer.from(wrapped.subarray(0, 10)).toString('latin1')).toBe('\x01\x02\0\0\0\x04east')
    for (const providers of [[west, east], [east], [west], [east, service('more', bytes(32, 3))]])
      expect(await multi({ id: 'both', providers }).unwrapKey(wrapped, bound, call)).toEqual(bytes(32, 9))
    expect(await outcome(() => multi({ id: 'both', providers: [service('more', KEY)] }).unwrapKey(wrapped, bound, call))).toBe(
      'key_not_found',
    )
    expect(await outcome(() => both.unwrapKey(wrapped, wrapContext('envelope', 'other', 0), call))).toBe('open_failed')
  })

  it.each<[string, KeyProvider['unwrapKey'], string, number]>([
    ['is unavailable', unavailable, 'ok', 1],
    ['is slow', () => Promise.reject(new WaxsealError('timeout', 'slow')), 'ok', 1],
    ['does not authenticate', () => Promise.reject(new WaxsealError('open_failed', 'no')), 'open_failed', 0],
    ['denies access', denied, 'access_denied', 0],
  ])('where the first %s', async (_, unwrapKey, expected, asked) => {
    const next = vi.fn(east.unwrapKey)
    const tried = multi({
      id: 'both',
      providers: [service('west', OTHER_KEY, { unwrapKey }), service('east', KEY, { unwrapKey: next })],
    })
    expect(await outcome(async () => tried.unwrapKey(await both.wrapKey(KEY, bound, call), bound, call))).toBe(expected)
    expect(next).toHaveBeenCalledTimes(asked)
  })

  it('is unavailable where all are', async () => {
    const down = multi({
      id: 'both',
      providers: ['west', 'east'].map((id) => service(id, KEY, { unwrapKey: unavailable })),
    })
    expect(await outcome(async () => down.unwrapKey(await both.wrapKey(KEY, bound, call), bound, call))).toBe(
      'provider_unavailable',
    )
    const wide = multi({ id: 'm', providers: [service('east', KEY, { wrapKey: () => bytes(6144) })] })
    expect(await outcome(() => wide.wrapKey(KEY, bound, call))).toBe('too_large')
  })

  it('makes do with fewer wraps where it may, and only for an outage', async () => {
    const withEast = (wrapKey: KeyProvider['wrapKey'], minWraps?: number) =>
      multi({
        id: 'both',
        providers: [west, service('east', KEY, { wrapKey })],
        ...(minWraps === undefined ? {} : { minWraps }),
      })
    expect(await outcome(() => withEast(unavailable).wrapKey(KEY, bound, call))).toBe('provider_unavailable')
    const wrapped = await withEast(unavailable, 1).wrapKey(KEY, bound, call)
    expect(await both.unwrapKey(wrapped, bound, call)).toEqual(KEY)
    expect(await outcome(() => withEast(denied, 1).wrapKey(KEY, bound, call))).toBe('access_denied')
    expect(await both.status(call)).toBe('available')
  })

  const pair = (id: string, blob = bytes(3)) => concatBytes(lp(utf8(id)), lp(blob))
  const wraps = (count: number, ...pairs: Uint8Array[]) => concatBytes(Uint8Array.of(1, count), ...pairs)
  it.each<[string, Uint8Array]>([
    ['nothing', bytes(0)],
    ['another format', concatBytes(Uint8Array.of(2, 1), pair('east'))],
    ['no wrap', wraps(0)],
    ['nine', wraps(9, ...Array.from({ length: 9 }, (_, i) => pair(`p${i}`)))],
    ['fewer than counted', wraps(2, pair('east'))],
    ['more than counted', wraps(1, pair('east'), pair('west'))],
    ['descending ids', wraps(2, pair('west'), pair('east'))],
    ['an id twice', wraps(2, pair('east'), pair('east'))],
    ['an id that is none', wraps(1, pair('East'))],
    ['an id that is no UTF-8', wraps(1, lp(Uint8Array.of(0xff)), lp(bytes(3)))],
    ['a length beyond the end', concatBytes(Uint8Array.of(1, 1, 255, 255, 255, 255), utf8('east'))],
    ['a byte after it', concatBytes(wraps(1, pair('east')), bytes(1))],
  ])('takes no %s', async (_, wrapped) => {
    expect(await outcome(() => both.unwrapKey(wrapped, bound, call))).toBe('malformed')
  })

  it('takes no id twice, however well its blob opens', async () => {
    const blob = await east.wrapKey(KEY, bound, call)
    expect(await outcome(() => both.unwrapKey(wraps(1, pair('east', blob)), bound, call))).toBe('ok')
    expect(await outcome(() => both.unwrapKey(wraps(2, pair('east', blob), pair('east', blob)), bound, call))).toBe('malformed')
  })

  it('closes all', async () => {
    const close = vi.fn()
    await createSealer({
      keys: multi({
        id: 'm',
        providers: [service('east', KEY, { close }), service('west', KEY, { close })],
      }),
    }).close()
    expect(close).toHaveBeenCalledTimes(2)
  })
})

describe('rewrap', () => {
  const old = service('old', KEY)
  const body = (text: string) => text.split('.').at(-1)

  it('moves the data key to the provider that seals now; the ciphertext stays', async () => {
    const sealed = await createSealer({ keys: old }).seal('x', { context, scope: 'a' })
    const moved = createSealer({ keys: [service('new', OTHER_KEY), old] })
    const again = await moved.rewrap(sealed, { scope: 'a' })
    expect(again).toMatch(/^wax1\.c256w\.new~0\./)
    expect(body(again)).toBe(body(sealed))
    expect(await createSealer({ keys: service('new', OTHER_KEY) }).open(again, { context, scope: 'a' })).toBe('x')
    expect(await outcome(() => moved.rewrap(sealed, { scope: 'b' }))).toBe('open_failed')
    expect(await moved.rewrap(toBytes(sealed), { scope: 'a' })).toBeInstanceOf(Uint8Array)
  })

  it('moves to a new generation of the same provider', async () => {
    const sealed = await createSealer({ keys: old }).seal('x', { context })
    const next = rootKeyProvider({
      id: 'old',
      version: 1,
      keys: staticKeys([
        { kid: 'old-2', key: OTHER_KEY },
        { kid: 'old-key', key: KEY, state: 'decrypt_only' },
      ]),
      suite: 'chacha20-poly1305',
    })
    const again = await createSealer({ keys: next }).rewrap(sealed)
    expect(again).toContain('.old~1.')
    expect(await createSealer({ keys: next }).open(again, { context })).toBe('x')
    expect(await createSealer({ keys: next }).open(sealed, { context })).toBe('x')
  })

  it('lets a service do it that can', async () => {
    const rewrapKey = vi.fn(async () => bytes(5))
    const sealed = await createSealer({ keys: old }).seal('x', { context })
    const again = await createSealer({
      keys: service('old', KEY, { rewrapKey, unwrapKey: () => expect.unreachable() }),
    }).rewrap(sealed)
    expect(parseEnvelope(again, 1e6).locator).toMatchObject({ kid: 'old', version: 0 })
    expect(new Uint8Array(parseEnvelope(again, 1e6).locator.wrapped!)).toEqual(bytes(5))
    expect(rewrapKey).toHaveBeenCalledExactlyOnceWith(expect.anything(), wrapContext('envelope', 'old', 0), expect.anything())
  })

  it('is for wrapped keys of configured providers', async () => {
    const named = createSealer({ keys: [staticKeys([{ kid: 'k1', key: KEY }]), service('p', OTHER_KEY)] })
    expect(await outcome(async () => named.rewrap(await named.seal('x', { context })))).toBe('config')
    const foreign = await createSealer({ keys: service('q', bytes(32, 5)) }).seal('x', { context })
    expect(await outcome(() => named.rewrap(foreign))).toBe('config')
    expect(await outcome(() => named.rewrap('plain'))).not.toBe('ok')
  })
})

describe('routeKeys', () => {
  const eu = staticKeys([{ kid: 'eu', key: KEY, scope: 'eu:a' }])
  const paris = staticKeys([{ kid: 'paris', key: OTHER_KEY, scope: 'eu:paris:b' }])
  const shared = staticKeys([{ kid: 'shared', key: bytes(32, 3) }])

  it('takes the first that fits, and another for no scope', async () => {
    const sealer = createSealer({
      keys: routeKeys([{ scope: 'eu:paris:*', keys: paris }, { scope: 'eu:*', keys: eu }, { keys: shared }]),
    })
    for (const [scope, kid] of [
      ['eu:a', 'eu'],
      ['eu:paris:b', 'paris'],
      [undefined, 'shared'],
    ] as const) {
      const sealed = await sealer.seal('x', { context, scope })
      expect(sealer.inspect(sealed).kid).toBe(kid)
      expect(await sealer.open(sealed, { context, scope })).toBe('x')
    }
    expect(await outcome(() => sealer.seal('x', { context, scope: 'us:a' }))).toBe('key_not_found')
    expect(await outcome(() => sealer.seal('x', { context, scope: 'toString' }))).toBe('key_not_found')
    const sealed = await sealer.seal('x', { context })
    expect(await outcome(() => sealer.open(sealed, { context, scope: 'us:a' }))).toBe('key_not_found')
    const european = createSealer({ keys: routeKeys([{ scope: 'eu:*', keys: eu }]) })
    expect(await outcome(() => european.seal('x', { context }))).toBe('key_not_found')
  })

  it('wraps, opens and re-wraps a scope where it is routed and nowhere else', async () => {
    const asked: string[] = []
    const region = (id: string, key: Uint8Array) => {
      const local = service(id, key)
      const told =
        <A extends unknown[], B>(run: (...args: A) => B) =>
        (...args: A) => {
          asked.push(id)
          return run(...args)
        }
      return service(id, key, { wrapKey: told(local.wrapKey), unwrapKey: told(local.unwrapKey) })
    }
    const routes = () =>
      createSealer({
        keys: routeKeys([
          { scope: 'eu:*', keys: region('frankfurt', KEY) },
          { scope: 'us:*', keys: region('virginia', OTHER_KEY) },
        ]),
      })
    const sealer = routes()
    const sealed = await sealer.seal('x', { context, scope: 'eu:a' })
    expect(await routes().open(sealed, { context, scope: 'eu:a' })).toBe('x')
    expect(await sealer.rewrap(sealed, { scope: 'eu:a' })).toContain('.frankfurt~0.')
    expect(new Set(asked)).toEqual(new Set(['frankfurt']))
    expect(await outcome(() => routes().open(sealed, { context, scope: 'us:a' }))).toBe('key_not_found')
    expect(await outcome(() => sealer.rewrap(sealed, { scope: 'us:a' }))).toBe('config')
    expect(await outcome(() => sealer.seal('x', { context, scope: 'ap:a' }))).toBe('key_not_found')
    expect(new Set(asked)).toEqual(new Set(['frankfurt']))
  })

  it.each<[string, () => unknown]>([
    ['no route', () => routeKeys([])],
    ['no list', () => routeKeys({ 'eu:': eu } as never)],
    ['an empty scope', () => routeKeys([{ scope: '', keys: eu }])],
    ['a star in the middle', () => routeKeys([{ scope: 'eu:*:a', keys: eu }])],
    [
      'a route behind one that takes all',
      () =>
        routeKeys([
          { scope: '*', keys: eu },
          { scope: 'eu:*', keys: paris },
        ]),
    ],
    ['a route twice', () => routeKeys([{ keys: eu }, { keys: paris }])],
    ['what is no key source', () => routeKeys([{ keys: {} as never }])],
    [
      'a kid in two',
      () =>
        routeKeys([
          { scope: 'a', keys: eu },
          { scope: 'b', keys: staticKeys([{ kid: 'eu', key: OTHER_KEY }]) },
        ]),
    ],
    [
      'the same bytes in two',
      () =>
        routeKeys([
          { scope: 'a', keys: eu },
          { scope: 'b', keys: staticKeys([{ kid: 'us', key: KEY }]) },
        ]),
    ],
  ])('refuses %s', async (_, make) => {
    expect(await outcome(make)).toBe('config')
  })

  it('takes one source for several scopes, and closes it once', async () => {
    const close = vi.fn()
    const one = { ...eu, close }
    await createSealer({
      keys: routeKeys([
        { scope: 'a', keys: one },
        { scope: 'b', keys: one },
      ]),
    }).close()
    expect(close).toHaveBeenCalledTimes(1)
  })
})

describe('openKeys', () => {
  const env = { SECRET: 'x' }
  const opener = vi.fn(() => staticKeys([{ kid: 'k1', key: KEY }]))

  it('calls the opener of the scheme', () => {
    openKeys('env://SECRET?x=1', { env: opener, file: () => expect.unreachable() }, { env })
    expect(opener).toHaveBeenCalledExactlyOnceWith('env://SECRET?x=1', { env })
  })

  it.each(['vault://token@host', 'SECRET', '', 'constructor:x', 'toString:', 'ENV://x', ' env://x'])(
    'refuses %j without repeating it',
    (uri) => {
      try {
        openKeys(uri, { env: opener }, { env })
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({ code: 'config' })
        expect((error as Error).message).toContain('env:')
        if (uri.length > 7) expect((error as Error).message).not.toContain(uri.slice(0, 7))
      }
    },
  )
})
