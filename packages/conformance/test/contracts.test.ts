import {
  chain,
  compressionCodec,
  createSealer,
  generateKey,
  type KeyProvider,
  type KeyProviderDriver,
  type KeySource,
  type Payload,
  type PayloadCodec,
  sealingCodec,
  staticKeys,
  WaxsealError,
} from '@waxseal/core'
import { keyProvider, rootKeyProvider } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import {
  type KeyProviderHarness,
  type KeyServiceBench,
  type KeyServiceHarness,
  keyProviderContract,
  keyServiceContract,
  keySourceContract,
  payloadCodecContract,
} from '../src/contracts.ts'
import { createFakeAwsKms } from '../src/fakes.ts'

const key = generateKey()
const keys = () => staticKeys([{ kid: 'k1', key }])
const context = { app: 'billing', job: 'invoice' }

/** Runs a contract without a test runner and returns the names of the tests that failed. */
async function broken(
  run: (runner: {
    describe: (name: string, body: () => void) => void
    it: (name: string, test: () => Promise<void>) => void
  }) => void,
): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = []
  run({ describe: (_, body) => body(), it: (name, test) => tests.push([name, test]) })
  const failed: string[] = []
  for (const [name, test] of tests)
    await test().catch((error: Error) => {
      expect(error.message).not.toContain(key)
      failed.push(name)
    })
  expect(tests.length).toBeGreaterThan(4)
  return failed
}

payloadCodecContract({
  describe,
  it,
  harness: {
    name: 'sealingCodec',
    create: () => sealingCodec(createSealer({ keys: keys() }), { context }),
    confidential: true,
    authenticated: true,
    foreign: 'refused',
  },
})

payloadCodecContract({
  describe,
  it,
  harness: {
    name: 'compressionCodec',
    create: () => compressionCodec({ minBytes: 0 }),
    confidential: false,
    authenticated: false,
    foreign: 'passed',
  },
})

payloadCodecContract({
  describe,
  it,
  harness: {
    name: 'a chain of both',
    create: () => chain(compressionCodec({ minBytes: 0 }), sealingCodec(createSealer({ keys: keys() }), { context })),
    confidential: true,
    authenticated: true,
    foreign: 'refused',
  },
})

keySourceContract({ describe, it, harness: { name: 'staticKeys', create: keys } })

keySourceContract({
  describe,
  it,
  harness: {
    name: 'staticKeys with scopes',
    create: () =>
      staticKeys([
        { kid: 'acme', key, scope: 'tenant:acme' },
        { kid: 'other', key: generateKey(), scope: 'tenant:other' },
      ]),
    scope: 'tenant:acme',
    unknownScope: 'tenant:third',
  },
})

keyProviderContract({
  describe,
  it,
  harness: {
    name: 'rootKeyProvider',
    create: () => rootKeyProvider({ id: 'root', keys: keys() }),
    createOther: () => rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }),
  },
})

describe('the contract of payload codecs finds', () => {
  const identity: PayloadCodec = { encode: async (payloads) => payloads, decode: async (payloads) => payloads }
  const check = (codec: PayloadCodec, confidential = false, authenticated = false, foreign: 'passed' | 'refused' = 'passed') =>
    broken((runner) =>
      payloadCodecContract({ ...runner, harness: { name: 'x', create: () => codec, confidential, authenticated, foreign } }),
    )

  it('nothing wrong with a codec that does nothing and promises nothing', async () => {
    expect(await check(identity)).toEqual([])
  })

  it('a codec that does nothing where it promises something', async () => {
    expect(await check(identity, true, true, 'refused')).toEqual([
      'refuses what it did not encode',
      'lets nothing of a payload through',
      'encodes the same payload to different bytes',
      'refuses any change to what it encoded',
    ])
  })

  const each = (
    change: (payload: Payload) => Payload,
    back: (payload: Payload) => Payload = (payload) => payload,
  ): PayloadCodec => ({
    encode: async (payloads) => payloads.map(change),
    decode: async (payloads) => payloads.map(back),
  })

  it.each<[string, PayloadCodec, string]>([
    [
      'a lost payload',
      { ...identity, encode: async (payloads) => payloads.slice(0, 1) },
      'gives back every payload it encoded, in order',
    ],
    [
      'another order',
      { ...identity, decode: async (payloads) => payloads.toReversed() },
      'gives back every payload it encoded, in order',
    ],
    ['lost metadata', each(({ data }) => ({ data: data ?? null })), 'gives back every payload it encoded, in order'],
    [
      'data that is text',
      each((payload) => ({ ...payload, data: 'x' as never })),
      'encodes to byte arrays that survive their way as copies',
    ],
    [
      'an argument that was changed',
      each((payload) => {
        payload.data?.fill(0)
        return payload
      }),
      'leaves its arguments as they are',
    ],
  ])('%s', async (_, codec, name) => {
    expect(await check(codec)).toContain(name)
  })

  it('base64 that was taken for encryption', async () => {
    const base64 = each(({ metadata, data }) => ({
      metadata,
      data: new TextEncoder().encode(btoa(String.fromCharCode(...(data ?? []).slice(0, 1000)))),
    }))
    expect(await check(base64, true)).toContain('lets nothing of a payload through')
  })
})

describe('the contract of key sources finds', () => {
  const good = keys()
  const check = (source: KeySource) =>
    broken((runner) => keySourceContract({ ...runner, harness: { name: 'x', create: () => source } }))

  it('nothing wrong with a good one', async () => {
    expect(await check(good)).toEqual([])
  })

  it.each<[string, KeySource, string]>([
    [
      'a key for any locator',
      { ...good, resolve: (_, scope) => good.current(scope, { now: () => 0 }) },
      'has null for what is not its own',
    ],
    ['an outage told as null', { ...good, resolve: () => null }, 'finds that key again by its locator'],
    [
      'an unscoped key for a scope',
      { ...good, current: () => good.current(undefined, { now: () => 0 }) },
      'gives no key of another scope',
    ],
    ['a key on a property', { ...good, secret: new Uint8Array(32) } as never, 'shows no key'],
    ['a key as text on a property', { ...good, secret: key } as never, 'shows no key'],
    ['a list that waits', { ...good, keys: async () => [] } as never, 'lists its keys without waiting, if at all'],
    [
      'an abort told as something else',
      {
        ...good,
        current: (scope, call) =>
          call.signal?.aborted ? Promise.reject(new WaxsealError('key_not_found', 'x')) : good.current(scope, call),
      },
      'ends a call that was aborted',
    ],
  ])('%s', async (_, source, name) => {
    expect(await check(source)).toContain(name)
  })
})

describe('the contract of key providers finds', () => {
  const root = rootKeyProvider({ id: 'root', keys: keys() })
  const good: KeyProviderDriver = {
    id: 'root',
    local: true,
    capabilities: { context: 'bound' },
    wrapKey: root.wrapKey,
    unwrapKey: root.unwrapKey,
  }
  const check = (
    driver: KeyProviderDriver,
    {
      make = keyProvider as (driver: KeyProviderDriver) => KeyProvider,
      ...declared
    }: Partial<KeyProviderHarness> & { make?: (driver: KeyProviderDriver) => KeyProvider } = {},
  ) => broken((runner) => keyProviderContract({ ...runner, harness: { name: 'x', create: () => make(driver), ...declared } }))

  it('nothing wrong with a good one', async () => {
    expect(await check(good)).toEqual([])
  })

  const plain: KeyProviderDriver = {
    ...good,
    wrapKey: (bytes) => Uint8Array.of(1, ...bytes),
    unwrapKey: (wrapped) => wrapped.slice(1),
  }
  const anyContext: KeyProviderDriver = {
    ...good,
    wrapKey: (bytes, _, call) => good.wrapKey(bytes, {}, call),
    unwrapKey: (wrapped, _, call) => good.unwrapKey(wrapped, {}, call),
  }
  const unwrap = async (run: () => unknown, error: unknown) => {
    try {
      return (await run()) as Uint8Array
    } catch {
      return error as Uint8Array
    }
  }

  it.each<[string, KeyProviderDriver, string[], Partial<KeyProviderHarness>?]>([
    [
      'a key that is not wrapped at all',
      plain,
      [
        'hides the key, and wraps it differently each time',
        'unwraps only under the wrap context that it wrapped under',
        'refuses wrapped bytes that were changed',
      ],
    ],
    [
      'a context that is not bound',
      anyContext,
      ['unwraps only under the wrap context that it wrapped under', 'opens what was sealed with it, and not under another scope'],
    ],
    [
      'a made-up key where there is none',
      {
        ...good,
        unwrapKey: (wrapped, context, call) => unwrap(() => good.unwrapKey(wrapped, context, call), new Uint8Array(32)),
      },
      ['unwraps only under the wrap context that it wrapped under', 'refuses wrapped bytes that were changed'],
    ],
    [
      'a key that it keeps in the memory it was given',
      { ...plain, wrapKey: (bytes) => bytes, unwrapKey: (wrapped) => wrapped },
      ['gives back the 32 bytes that it wrapped'],
    ],
    [
      'a re-wrap that loses the key',
      { ...good, rewrapKey: (_, context, call) => good.wrapKey(new Uint8Array(32), context, call) },
      ['re-wraps without changing key or context'],
      { rewraps: true },
    ],
    [
      'the same data key twice',
      { ...good, generateDataKey: () => ({ key: new Uint8Array(32), wrapped: new Uint8Array(1) }) },
      ['makes data keys that differ and unwrap'],
      { generates: true },
    ],
    ['a re-wrap that was not declared', { ...good, rewrapKey: good.wrapKey }, ['says what it is']],
    ['data keys that were not declared', { ...good, generateDataKey: () => expect.unreachable() }, ['says what it is']],
    [
      'what was declared and is not there',
      good,
      ['says what it is', 'makes data keys that differ and unwrap'],
      { generates: true },
    ],
  ])('%s', async (_, provider, names, declared) => {
    expect(await check(provider, declared)).toEqual(expect.arrayContaining(names))
  })

  it('a remote one that does not look at the signal', async () => {
    expect(await check(good, { remote: true })).toEqual(['rejects calls that were aborted'])
  })

  it('one that checks no lengths', async () => {
    const make = (): KeyProvider => ({
      ...keyProvider(good),
      wrapKey: (bytes) => bytes.slice(),
      unwrapKey: (wrapped) => wrapped.slice(),
    })
    expect(await check(good, { make })).toContain('wraps nothing but 32 bytes')
  })
})

describe('the contract of key services finds', () => {
  const provider = rootKeyProvider({ id: 'root', keys: keys() })
  const bench: KeyServiceBench = {
    fake: createFakeAwsKms(),
    create: () => provider,
    deny: () => {},
    allow: () => {},
    rotate: () => {},
    secrets: [],
  }
  /** The names of the tests, and what comes of the first, which holds the bench against what was declared. */
  async function declared(harness: Partial<KeyServiceHarness>, more: Partial<KeyServiceBench> = {}) {
    const tests: [string, () => Promise<void>][] = []
    keyServiceContract({
      describe: (_, body) => body(),
      it: (name, test) => tests.push([name, test]),
      harness: { name: 'x', create: () => ({ ...bench, ...more }), can: ['rotate'], ...harness },
    })
    const failed = await tests[0]![1]().then(
      () => false,
      () => true,
    )
    return { failed, names: tests.map(([name]) => name) }
  }

  it('nothing wrong with a bench that can do what was declared, and has no test of anything else', async () => {
    const { failed, names } = await declared({})
    expect(failed).toBe(false)
    expect(names).toContain('what an older generation of the key wrapped still opens')
    expect(names).not.toContain('a key that is gone is told as gone')
  })

  it.each<[string, Partial<KeyServiceHarness>, Partial<KeyServiceBench>?]>([
    ['a declared act that the bench lacks', { can: ['rotate', 'destroy'] }],
    ['an act that was not declared', { can: [] }],
    ['a key that stays disabled', { can: ['rotate', 'disable'] }, { disable: () => {} }],
    ['a declared re-wrap that the provider lacks', { rewraps: true }],
  ])('%s', async (_, harness, more) => {
    expect((await declared(harness, more)).failed).toBe(true)
  })
})
