import { afterEach, describe, expect, it, vi } from 'vitest'
import { backend } from '#backend'
import { sealingCodec } from '../src/codec/sealing-codec.ts'
import { WaxsealError } from '../src/errors.ts'
import { type Compression, deflate, gzip } from '../src/format/compression.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { SealerEvent } from '../src/sealer/events.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { SealerOptions } from '../src/sealer/sealer-types.ts'
import { createTestSealer } from '../src/testing.ts'
import {
  aesIsSync,
  bytes,
  collect,
  context,
  KEY,
  keys,
  localService,
  NOW,
  OTHER_KEY,
  outcome,
  SUITE_NAMES,
  sealRaw,
  shown,
  tenantKeys,
} from './fixtures.ts'

// Synchronous on every backend.
const suite = 'chacha20-poly1305'
const rotated = staticKeys([
  { kid: 'k2', key: OTHER_KEY },
  { kid: 'k1', key: KEY, state: 'decrypt_only' },
])
afterEach(() => vi.restoreAllMocks())

describe('values', () => {
  const values = [
    '',
    'héllo \u{1F600}',
    '\uFEFFbom',
    { a: [1, 'x', null, true], n: { m: {} } },
    5,
    -0.5,
    1e300,
    null,
    false,
    [],
    {},
    'x'.repeat(40_000),
  ]
  it.each(SUITE_NAMES)('%s: text, bytes and JSON come back as what they were', async (name) => {
    const sealer = createSealer({ keys, suite: name })
    for (const as of ['string', 'bytes'] as const) {
      for (const value of values)
        expect(await sealer.open(await sealer.seal(value, { context, as: as as 'string' }), { context })).toEqual(value)
      for (const length of [0, 1, 16383, 16384, 50_000]) {
        const opened = await sealer.open(await sealer.seal(bytes(length), { context, as: as as 'string' }), { context })
        expect(shown(opened)).toBe(shown(bytes(length)))
        expect(opened.constructor).toBe(Uint8Array)
      }
    }
  })

  it('hands out memory of its own, and takes windows into that of others', async () => {
    const sealer = createSealer({ keys, suite })
    const window = Buffer.from(bytes(100)).subarray(10, 20)
    const sealed = await sealer.seal(window, { context, as: 'bytes' })
    const opened = await sealer.open(Buffer.concat([bytes(7), sealed]).subarray(7), { context })
    expect(opened).toEqual(bytes(10, 10))
    for (const result of [sealed, opened as Uint8Array]) {
      expect(result.constructor).toBe(Uint8Array)
      expect(result.byteLength).toBe(result.buffer.byteLength)
    }
    expect(window).toEqual(Buffer.from(bytes(10, 10)))
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a bigint', 1n],
    ['NaN', { a: Number.NaN }],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['undefined in an object', { a: undefined }],
    ['a hole', new Array(1)],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a class', new (class Money {})()],
    ['bytes in an object', { a: bytes(1) }],
    ['a lone surrogate', 'x\ud800'],
    ['a lone surrogate in JSON', { a: ['\udfff'] }],
    ['a lone surrogate in a name', { '\ud800': 1 }],
    [
      'itself',
      (() => {
        const loop: unknown[] = []
        loop.push(loop)
        return loop
      })(),
    ],
    ['toJSON', { toJSON: () => 1 }],
    ['an array with toJSON', Object.assign([], { toJSON: () => 1 })],
  ])('refuses %s', async (_, value) => {
    expect(await outcome(() => createSealer({ keys }).seal(value, { context }))).toBe('not_serialisable')
  })

  it('text that looks like an escaped surrogate is ordinary text', async () => {
    const sealer = createSealer({ keys })
    for (const value of [{ a: '\\ud800' }, { a: '\\\\ud800' }, ['\u{1F600}\\udfff']])
      expect(await sealer.open(await sealer.seal(value, { context }), { context })).toEqual(value)
  })
})

describe('createSealer', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no keys', {}],
    ['a suite', { keys, suite: 'aes-128-gcm' }],
    ['acceptSuites', { keys, acceptSuites: ['rot13'] }],
    ['no suite that is accepted', { keys, acceptSuites: [] }],
    ['a suite that it could not open', { keys, acceptSuites: ['chacha20-poly1305'] }],
    ['a hook that is none', { keys, onEvent: 5 }],
    ['a minimum version that is no function', { keys, minKeyVersion: 4 }],
    ['onShredded', { keys, onShredded: 'nul' }],
    ['a limit that is not known', { keys, limits: { maxPayload: 1 } }],
    ['a mode', { keys, mode: 'seal-only' }],
    ['a profile', { keys, profile: 'strict' }],
    ['a limit of 0', { keys, limits: { maxPayloadBytes: 0 } }],
    ['a limit that is no integer', { keys, limits: { maxFieldBytes: 1.5 } }],
    ['a limit of Infinity', { keys, limits: { maxEnvelopeBytes: Number.POSITIVE_INFINITY } }],
    ['compress without algorithms', { keys, compress: { algorithms: [] } }],
    ['compress: true', { keys, compress: true }],
    ['minBytes', { keys, compress: { algorithms: [deflate], minBytes: -1 } }],
  ])('refuses %s', async (_, options) => {
    expect(await outcome(() => createSealer(options as SealerOptions))).toBe('config')
  })

  it('draws and reads nothing before its first use, and is frozen', async () => {
    const randomBytes = vi.fn((out: Uint8Array) => out.fill(1))
    const current = vi.fn(keys.current)
    const sealer = createTestSealer({ keys: { ...keys, current }, randomBytes })
    expect(Object.isFrozen(sealer)).toBe(true)
    expect([randomBytes, current].map((spy) => spy.mock.calls.length)).toEqual([0, 0])
    await sealer.seal('x', { context })
    expect(randomBytes).toHaveBeenCalledTimes(1)
  })

  it('never gives out the same salt twice', async () => {
    const sealer = createSealer({ keys, suite })
    const salts = new Set<string>()
    for (let i = 0; i < 1000; i++) salts.add((sealer.sealSync('x', { context }) as string).split('.')[3]!.slice(0, 32))
    expect(salts.size).toBe(1000)
  })

  it('with the FIPS profile takes a provider in FIPS mode and AES alone', async () => {
    expect(await outcome(() => createSealer({ keys, profile: 'fips' }))).toBe('fips_unavailable')
    vi.spyOn(backend, 'fips').mockReturnValue(true)
    const sealer = createSealer({ keys, profile: 'fips' })
    expect(sealer.inspect(await sealer.seal('x', { context })).suite).toBe('aes-256-gcm')
    const other = await createSealer({ keys, suite }).seal('x', { context })
    expect(await outcome(() => sealer.open(other, { context }))).toBe('unsupported_suite')
    expect(await outcome(() => createSealer({ keys, profile: 'fips', suite }))).toBe('config')
    expect(await outcome(() => createSealer({ keys, profile: 'fips', acceptSuites: SUITE_NAMES }))).toBe('config')
  })

  it('open-only seals nothing', async () => {
    const sealed = await createSealer({ keys }).seal('x', { context })
    const reader = createSealer({ keys, mode: 'open-only' })
    expect(await reader.open(sealed, { context })).toBe('x')
    for (const run of [
      () => reader.seal('x', { context }),
      () => reader.sealSync('x', { context }),
      () => reader.sealMany([{ value: 'x', context }]),
      () => reader.sealFields({ a: 1 }, { fields: ['/a'] }, { context }),
      () => reader.sealFields({ a: 1 }, { fields: ['/a'], form: 'inline' }, { context }),
      () => reader.reseal(sealed, { context }),
      () => reader.sealStream({ context }),
    ])
      expect(await outcome(run)).toBe('sealing_disabled')
    await reader.warm({ envelopes: [{ sealed }] })
  })

  it('once closed refuses everything, and closes its keys', async () => {
    const close = vi.fn()
    const sealer = createSealer({ keys: { ...keys, close } })
    const sealed = await sealer.seal('x', { context })
    await sealer[Symbol.asyncDispose]()
    expect(close).toHaveBeenCalledTimes(1)
    for (const run of [
      () => sealer.seal('x', { context }),
      () => sealer.open(sealed, { context }),
      () => sealer.sealSync('x', { context }),
      () => sealer.openSync(sealed, { context }),
      () => sealer.sealMany([{ value: 'x', context }]),
      () => sealer.openMany([{ sealed, context }]),
      () => sealer.sealFields({}, { fields: [] }, { context }),
      () => sealer.openFields({ $wax: sealed } as never, { fields: [] }, { context }),
      () => sealer.resealFields({ $wax: sealed } as never, { fields: [] }, { context }),
      () => sealer.sealStream({ context }),
      () => sealer.openStream({ context }),
      () => sealer.warm(),
      () => sealer.needsReseal(sealed),
      () => sealer.reseal(sealed, { context }),
      () => sealer.rewrap(sealed),
    ])
      expect(await outcome(run)).toBe('closed')
  })

  it('every call needs its options', async () => {
    const sealer = createSealer({ keys })
    for (const call of [undefined, null, 'x']) {
      const wrong = call as never
      for (const run of [
        () => sealer.seal('x', wrong),
        () => sealer.open('wax1.', wrong),
        () => sealer.sealSync('x', wrong),
        () => sealer.openSync('wax1.', wrong),
        () => sealer.sealFields({}, { fields: [] }, wrong),
        () => sealer.openFields({}, { fields: [] }, wrong),
        () => sealer.resealFields({}, { fields: [] }, wrong),
        () => sealer.sealStream(wrong),
        () => sealer.openStream(wrong),
        () => sealer.reseal('wax1.', wrong),
      ])
        expect(await outcome(run)).toBe('context_required')
    }
  })
})

describe('aborting', () => {
  it('refuses before anything is done', async () => {
    const current = vi.fn(keys.current)
    const sealer = createSealer({ keys: { ...keys, current } })
    const signal = AbortSignal.abort(new Error('gone'))
    const sealed = await createSealer({ keys }).seal('x', { context })
    for (const run of [
      () => sealer.seal('x', { context, signal }),
      () => sealer.open(sealed, { context, signal }),
      () => sealer.sealFields({}, { fields: [] }, { context, signal }),
      () => sealer.openFields({ $wax: sealed } as never, { fields: [] }, { context, signal }),
      () => sealer.reseal(sealed, { context, signal }),
    ])
      expect(await outcome(run)).toBe('aborted')
    expect(current).not.toHaveBeenCalled()
  })

  it('ends a call that waits', async () => {
    const abort = new AbortController()
    const sealer = createSealer({ keys: { kind: 'source', current: () => new Promise(() => {}), resolve: () => null } })
    const waiting = sealer.seal('x', { context, signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: new Error('enough'), retryable: false })
  })
})

describe('batches', () => {
  const sealer = createSealer({ keys: tenantKeys })

  it('keep their order, each item on its own terms', async () => {
    const items = ['a', 'b', undefined].map((scope) => ({
      value: `value of ${scope}`,
      context: { ...context, id: String(scope) },
      scope,
    }))
    const sealed = await sealer.sealMany(items)
    expect(sealed.map((text) => sealer.inspect(text).kid)).toEqual(['tenant-a', 'tenant-b', 'k1'])
    const opened = await sealer.openMany(items.map((item, i) => ({ ...item, sealed: sealed[i]! })))
    expect(opened).toEqual(items.map(({ value }) => value))
    expect(await sealer.openMany([])).toEqual([])
  })

  it('throw the first error, or settle each by itself', async () => {
    const items = [
      { value: 'x', context },
      { value: undefined, context },
      { value: 'y', context: {} },
    ]
    expect(await outcome(() => sealer.sealMany(items))).toBe('not_serialisable')
    const [first, second, third] = await sealer.sealMany(items, { onError: 'settle' })
    expect(first!.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'not_serialisable' } })
    expect(third).toMatchObject({ status: 'rejected', reason: { code: 'context_required' } })
    const sealed = await sealer.seal('x', { context })
    const settled = await sealer.openMany(
      [
        { sealed, context },
        { sealed, context: { app: 'other' } },
      ],
      { onError: 'settle' },
    )
    expect(settled).toMatchObject([
      { status: 'fulfilled', value: 'x' },
      { status: 'rejected', reason: { code: 'open_failed' } },
    ])
  })

  it('do not hide errors that are not of Waxseal', async () => {
    const broken = createSealer({
      keys: { kind: 'source', current: () => Promise.reject(new TypeError('a bug')), resolve: () => null },
    })
    await expect(broken.sealMany([{ value: 'x', context }], { onError: 'settle' })).rejects.toThrow(TypeError)
  })
})

describe('calls that cannot wait', () => {
  it('work where the key is at hand', async () => {
    const sealer = createSealer({ keys, suite })
    const sealed = sealer.sealSync({ a: 1 }, { context })
    expect(sealer.openSync(sealed, { context })).toEqual({ a: 1 })
    expect(shown(sealer.openSync(sealer.sealSync(bytes(40_000), { context, as: 'bytes' }), { context }))).toBe(
      shown(bytes(40_000)),
    )
    expect(await sealer.open(sealed, { context })).toEqual({ a: 1 })
    expect(await outcome(() => sealer.openSync(sealed, { context: 'none' }))).toBe('open_failed')
  })

  it('refuse AES where it is asynchronous', async () => {
    const sealer = createSealer({ keys })
    const sealed = await sealer.seal('x', { context })
    const expected = aesIsSync ? 'ok' : 'unsupported_suite'
    expect(await outcome(() => sealer.sealSync('x', { context }))).toBe(expected)
    expect(await outcome(() => sealer.openSync(sealed, { context }))).toBe(expected)
  })

  it('need a key that is resident, and warm brings it', async () => {
    const local = rootKeyProvider({ id: 'p', keys, suite })
    const slow = localService('p', KEY, {
      wrapKey: async (...wrapped) => local.wrapKey(...wrapped),
      unwrapKey: async (...wrapped) => local.unwrapKey(...wrapped),
    })
    const sealed = await createSealer({ keys: local, suite }).seal('x', { context, scope: 'b' })
    const sealer = createSealer({ keys: slow, suite })
    for (const run of [
      () => sealer.sealSync('x', { context, scope: 'a' }),
      () => sealer.openSync(sealed, { context, scope: 'b' }),
      () => sealer.needsReseal(sealed, { scope: 'c' }),
    ])
      expect(await outcome(run)).toBe('key_not_resident')
    await sealer.warm({ scopes: ['a', 'c'], envelopes: [{ sealed, scope: 'b' }] })
    expect(sealer.openSync(sealed, { context, scope: 'b' })).toBe('x')
    expect(await sealer.open(sealer.sealSync('y', { context, scope: 'a' }), { context, scope: 'a' })).toBe('y')
    expect(sealer.needsReseal(sealed, { scope: 'c' })).toBe(false)
    expect(new WaxsealError('key_not_resident', '').retryable).toBe(true)
  })
})

describe('re-sealing', () => {
  it('is needed for another key, version, mode or suite', async () => {
    const sealed = await createSealer({ keys }).seal('x', { context })
    const cases: [SealerOptions, string | false][] = [
      [{ keys }, false],
      [{ keys: rotated }, 'key'],
      [{ keys: staticKeys([{ kid: 'k1', version: 2, key: KEY }]) }, 'key'],
      [{ keys: rootKeyProvider({ id: 'k1', version: 1, keys: staticKeys([{ kid: 'r', key: KEY }]), suite }), suite }, 'key'],
      [{ keys, suite }, 'suite'],
      [{ keys: rotated, suite }, 'key'],
    ]
    for (const [options, expected] of cases) expect(createSealer(options).needsReseal(sealed)).toBe(expected)
    expect(await outcome(() => createSealer({ keys }).needsReseal(sealed, { scope: 'a' }))).toBe('scope_unsupported')
  })

  it('opens and seals under the current key, in the same form, the context stored where it was', async () => {
    const old = createSealer({ keys })
    const now = createSealer({ keys: rotated, suite })
    for (const as of ['string', 'bytes'] as const)
      for (const storeContext of [true, false]) {
        const sealed = await old.seal({ a: 1 }, { context, storeContext, as: as as 'string' })
        const again = await now.reseal(sealed, { context })
        expect(typeof again).toBe(typeof sealed)
        expect(now.inspect(again)).toMatchObject({ kid: 'k2', suite, context: storeContext ? context : null })
        expect(await now.open(again, { context })).toEqual({ a: 1 })
        expect(now.needsReseal(again)).toBe(false)
      }
    const stored = await old.seal('x', { context, storeContext: true })
    expect(await now.open(await now.reseal(stored, { context: { stored: { app: 'billing' } } }), { context })).toBe('x')
    expect(await outcome(() => now.reseal(stored, { context: { app: 'other' } }))).toBe('open_failed')
  })

  it('keeps compression and padding as they were', async () => {
    const compressing = createSealer({ keys, compress: { algorithms: [deflate], minBytes: 10 } })
    const sealed = await compressing.seal('x'.repeat(5000), { context, pad: { block: 512 } })
    expect(compressing.inspect(await createSealer({ keys: rotated }).reseal(sealed, { context })).frameBytes).toBe(512)
  })
})

describe('ifSealed: verify', () => {
  const verify = { ifSealed: 'verify' } as const
  const sealer = createSealer({ keys: tenantKeys })

  it('passes on an envelope that opens under the call, seals all else, and refuses the rest', async () => {
    for (const sealed of [await sealer.seal('x', { context }), await sealer.seal('x', { context, as: 'bytes' })])
      expect(await sealer.seal(sealed, { context, ...verify })).toBe(sealed)
    const text = await sealer.seal('plain', { context, ...verify })
    expect(await sealer.open(text, { context })).toBe('plain')
    const tampered = `${text.slice(0, -1)}${text.endsWith('A') ? 'Q' : 'A'}`
    for (const [value, call] of [
      [text, { context: { app: 'other' } }],
      [text, { context, scope: 'a' }],
      [tampered, { context }],
      ['wax1.x', { context }],
      ['wax2.x', { context }],
      [Uint8Array.of(0xc1), { context }],
      [await sealRaw(Uint8Array.of(2), { form: 2 }), { context }],
    ] as const)
      expect(await outcome(() => sealer.seal(value, { ...call, ...verify }))).toBe('already_sealed')
  })

  it('without it sealing always seals', async () => {
    const once = await sealer.seal('x', { context })
    const twice = await sealer.seal(once as string, { context })
    expect(twice).not.toBe(once)
    expect(await sealer.open(twice, { context })).toBe(once)
  })
})

describe('compression', () => {
  const frameBytes = async (options: Partial<SealerOptions>, value: unknown, call = {}) => {
    const sealer = createSealer({ keys, ...options })
    const sealed = await sealer.seal(value, { context, ...call })
    expect(await sealer.open(sealed, { context })).toEqual(value)
    return sealer.inspect(sealed).frameBytes
  }
  const compress = { algorithms: [deflate, gzip] }

  it('is off by default, and from minBytes on where it helps', async () => {
    expect(await frameBytes({}, 'x'.repeat(5000))).toBe(5001)
    expect(await frameBytes({ compress: false }, 'x'.repeat(5000))).toBe(5001)
    expect(await frameBytes({ compress }, 'x'.repeat(5000))).toBeLessThan(100)
    expect(await frameBytes({ compress }, 'x'.repeat(1023))).toBe(1024)
    expect(await frameBytes({ compress }, 'x'.repeat(1024))).toBeLessThan(100)
    // Bytes are counted, not characters.
    expect(await frameBytes({ compress }, 'é'.repeat(512))).toBeLessThan(100)
    expect(await frameBytes({ compress }, 'é'.repeat(511))).toBe(1023)
    expect(await frameBytes({ compress: { ...compress, minBytes: 20 } }, 'x'.repeat(20))).toBeLessThan(20)
    expect(await frameBytes({ compress }, 'x'.repeat(5000), { compress: false })).toBe(5001)
    expect(await frameBytes({ compress }, new Uint8Array(5000))).toBeLessThan(100)
    expect(await frameBytes({ compress }, Array(2000).fill(0))).toBeLessThan(100)
  })

  it('leaves what does not get smaller', async () => {
    const noise = new Uint8Array(4096)
    backend.randomFill(noise)
    expect(await frameBytes({ compress }, noise)).toBe(4097)
    expect(await frameBytes({ compress }, noise, { pad: 'padme' })).toBe(4352)
  })

  it('is by the first algorithm; the reader takes any of its own', async () => {
    const of = (...algorithms: Compression[]) => createSealer({ keys, compress: { algorithms } })
    const sealed = await of(gzip).seal('x'.repeat(5000), { context })
    expect(await of(deflate, gzip).open(sealed, { context })).toHaveLength(5000)
    expect(await outcome(() => of(deflate).open(sealed, { context }))).toBe('unsupported_compression')
    expect(await outcome(() => createSealer({ keys }).open(sealed, { context }))).toBe('unsupported_compression')
  })

  it('hides the length it gave, by default', async () => {
    const lengths = new Set<number>()
    for (let i = 0; i < 40; i++)
      lengths.add(await frameBytes({ compress }, `${'x'.repeat(5000)}${'abcdefghijklmnopqrstuvwxyz'.slice(0, i % 26)}`))
    expect(lengths.size).toBeLessThan(10)
  })
})

describe('padding', () => {
  it.each<[string, number, 'none' | 'padme' | { block: number }, number]>([
    ['none', 10, 'none', 11],
    ['a block', 10, { block: 32 }, 32],
    ['a full block', 30, { block: 32 }, 32],
    ['one more', 31, { block: 32 }, 64],
    ['a block of 1', 10, { block: 1 }, 12],
    ['Padmé', 300, 'padme', 304],
    ['Padmé, little', 0, 'padme', 2],
  ])('%s', async (_, length, pad, expected) => {
    const sealer = createSealer({ keys })
    for (const value of ['x'.repeat(length), bytes(length)]) {
      const sealed = await sealer.seal(value, { context, pad })
      expect(sealer.inspect(sealed).frameBytes).toBe(expected)
      expect(await sealer.open(sealed, { context })).toEqual(value)
    }
  })

  it.each([0, -1, 1.5, 65537, Number.NaN])('takes no block of %d', async (block) => {
    expect(await outcome(() => createSealer({ keys }).seal('x', { context, pad: { block } }))).toBe('config')
  })

  it('ends where it ends, whatever the value ends with', async () => {
    const sealer = createSealer({ keys })
    for (const tail of [[0], [0x80], [0x80, 0, 0], [0, 0x80]]) {
      const value = Uint8Array.from([1, ...tail])
      expect(await sealer.open(await sealer.seal(value, { context, pad: { block: 64 } }), { context })).toEqual(value)
    }
  })
})

describe('events', () => {
  it('tell how each envelope went, and nothing of what or where', async () => {
    const events: SealerEvent[] = []
    const sealer = createSealer({ keys: tenantKeys, onEvent: (event) => void events.push(event) })
    const sealed = await sealer.seal('x'.repeat(100), { context, scope: 'a' })
    await sealer.open(sealed, { context, scope: 'a' })
    await outcome(() => sealer.open(sealed, { context: { app: 'other' }, scope: 'a' }))
    await outcome(() => sealer.open(sealed, { context, scope: 'b' }))
    await sealer.sealFields({ a: 1 }, { fields: ['/a'] }, { context })
    await sealer.sealFields({ a: 1 }, { fields: ['/a'], form: 'inline' }, { context })
    await outcome(() => sealer.open('plain', { context }))
    const known = { form: 'value', suite: 'aes-256-gcm', source: 'named', kid: 'tenant-a' }
    expect(events.map(({ durationMs, ...event }) => [durationMs! >= 0, JSON.parse(JSON.stringify(event))])).toEqual(
      [
        { operation: 'seal', outcome: 'ok', ...known, sizeBytes: 128 },
        { operation: 'open', outcome: 'ok', ...known, sizeBytes: 256 },
        { operation: 'open', outcome: 'open_failed', ...known, sizeBytes: 256 },
        { operation: 'open', outcome: 'key_not_found', form: 'value' },
        { operation: 'seal', outcome: 'ok', ...known, form: 'bundle', kid: 'k1', sizeBytes: 32 },
        { operation: 'seal', outcome: 'ok', ...known, form: 'inline', kid: 'k1', sizeBytes: 32 },
        { operation: 'open', outcome: 'plaintext_rejected', form: 'value' },
      ].map((event) => [true, event]),
    )
    expect(events.every(Object.isFrozen)).toBe(true)
  })

  it('name the source of a wrapped key, and errors of others as such', async () => {
    const events: SealerEvent[] = []
    const onEvent = (event: SealerEvent) => void events.push(event)
    await createSealer({ keys: rootKeyProvider({ id: 'p', keys }), onEvent }).seal('x', { context })
    const broken = createSealer({
      keys: {
        kind: 'source',
        current: () => {
          throw new TypeError('a bug')
        },
        resolve: () => null,
      },
      onEvent,
    })
    await expect(broken.seal('x', { context })).rejects.toThrow(TypeError)
    expect(events).toMatchObject([{ source: 'wrapped', kid: 'p' }, { outcome: 'error' }])
  })

  it('hooks that throw change nothing', async () => {
    const sealer = createSealer({
      keys,
      onEvent: () => {
        throw new Error('a bug')
      },
    })
    expect(await sealer.open(await sealer.seal('x', { context }), { context })).toBe('x')
    const window = { allowUntil: new Date(Date.now() + 1000) }
    expect(await sealer.open('plain', { context, plaintext: window })).toBe('plain')
  })
})

it('errors carry a code, whether a retry may help, and are known across copies', () => {
  const error = new WaxsealError('throttled', 'slow down', { cause: NOW })
  expect(error).toMatchObject({ name: 'WaxsealError', code: 'throttled', retryable: true, cause: NOW })
  expect(error).toBeInstanceOf(Error)
  for (const code of ['open_failed', 'config', 'key_not_found', 'aborted'] as const)
    expect(new WaxsealError(code, '').retryable).toBe(false)
  expect(WaxsealError.is(Object.assign(new Error('x'), { [Symbol.for('waxseal.error')]: true }))).toBe(true)
  for (const other of [new Error('x'), null, 'x', { code: 'config' }]) expect(WaxsealError.is(other)).toBe(false)
})

describe('what is easy to mistype', () => {
  const sealer = createSealer({ keys, suite: 'chacha20-poly1305' })
  const document = { a: 'secret' }

  it('seals no group under another scope, and opens no group that the policy has not', async () => {
    const grouped = { groups: { pii: ['/a'] } }
    expect(await outcome(() => sealer.sealFields(document, grouped, { context, scopes: { pi: 'tenant:a' } }))).toBe('config')
    expect(await outcome(() => sealer.sealFields(document, { fields: ['/a'] }, { context, scopes: { a: 'tenant:a' } }))).toBe(
      'config',
    )
    const sealed = await sealer.sealFields(document, grouped, { context })
    expect(await outcome(() => sealer.openFields(sealed, grouped, { context, groups: ['pi'] }))).toBe('config')
  })

  it.each([
    ['a preview in the inline form', { fields: ['/a'], form: 'inline', preview: { '/a': 'end' } }],
    ['element ids in a bundle', { fields: ['/a'], elementIds: { '/list': 'id' } }],
    ['a group for a detector that is not there', { groups: { pii: ['/a'] }, detectorGroup: 'pii' }],
    ['a window for a field that is not there', { fields: ['/a'], plaintext: { '/aa': { allowUntil: new Date() } } }],
    ['a preview of another name', { fields: ['/a'], preview: { '/a': 'last4' } }],
    ['a padding of another name', { fields: ['/a'], pad: 'much' }],
  ])('refuses %s', async (_, policy) => {
    expect(await outcome(() => sealer.sealFields(document, policy as never, { context }))).toBe('config')
  })

  it('keeps a stored context when a document is sealed anew', async () => {
    for (const policy of [{ fields: ['/a'] }, { fields: ['/a'], form: 'inline' as const }]) {
      const sealed = await sealer.sealFields(document, policy, { context, storeContext: true })
      const again = (await sealer.resealFields(sealed, policy, { context })) as { $wax?: string; a: string }
      expect(sealer.inspect(again.$wax ?? again.a).context).toEqual(context)
    }
  })
})

it('tells of streams as of everything else', async () => {
  const events: SealerEvent[] = []
  const sealer = createSealer({ keys, suite: 'chacha20-poly1305', onEvent: (event) => events.push(event) })
  const sealed = await collect(new Blob(['stream']).stream().pipeThrough(sealer.sealStream({ context })))
  await collect(new Blob([sealed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(sealer.openStream({ context })))
  const other = new Blob([sealed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(sealer.openStream({ context: { app: 'other' } }))
  await collect(other).catch(() => {})
  expect(events.map(({ operation, outcome, kid }) => [operation, outcome, kid])).toEqual([
    ['seal', 'ok', 'k1'],
    ['open', 'ok', 'k1'],
    ['open', 'open_failed', 'k1'],
  ])
  await sealer.close()
  expect(await outcome(() => sealer.sealStream({ context }))).toBe('closed')
  expect(await outcome(() => sealingCodec(sealer, { context }).encode([{ data: new Uint8Array(1) }]))).toBe('closed')
})

it('objects of another realm are plain', async () => {
  const plain = createSealer({ keys })
  const foreign = JSON.parse('{"a":1}')
  Object.setPrototypeOf(foreign, Object.create(null))
  expect(await plain.open(await plain.seal(foreign, { context }), { context })).toEqual({ a: 1 })
})
