import { inspect } from 'node:util'
import { createSealer } from '@waxseal/core'
import { openKeys, wrapContext, wrapContextBytes } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../src/crc32c.ts'
import { type GcpKmsOptions, gcpKms, gcpUri } from '../src/index.ts'
import { codeOf, fakeKms, onFake } from './bench.ts'

const call = { now: () => Date.now() }
const context = { app: 'billing', job: 'invoice' }
const bound = wrapContext('envelope', 'gcp-kms', 0)
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
const keyName = 'projects/acme-billing/locations/europe/keyRings/jobs/cryptoKeys/orders'
const credentials = () => 'Quixotic-Token-7Z'
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

interface Asked {
  readonly url: string
  readonly method: string
  readonly body: Record<string, unknown>
  readonly redirect: string | undefined
}

/** A provider whose requests are answered so, and what they were. */
function answered(answer: unknown, { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {}) {
  const asked: Asked[] = []
  const fetch = (async (url: unknown, { method = '', body, redirect }: RequestInit = {}) => {
    asked.push({ url: String(url), method, body: body ? JSON.parse(String(body)) : {}, redirect })
    return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), { status, headers })
  }) as typeof globalThis.fetch
  const provider = (options: Partial<GcpKmsOptions> = {}) => gcpKms({ keyName, credentials, fetch, retry: false, ...options })
  return { asked, provider }
}

const ciphertext = Uint8Array.from({ length: 80 }, (_, i) => i * 3)
const encrypted = {
  name: `${keyName}/cryptoKeyVersions/3`,
  ciphertext: base64(ciphertext),
  ciphertextCrc32c: String(crc32c(ciphertext)),
  verifiedPlaintextCrc32c: true,
  verifiedAdditionalAuthenticatedDataCrc32c: true,
  protectionLevel: 'SOFTWARE',
}

describe('configuration', () => {
  it('asks the service, or the endpoint it is told', async () => {
    for (const [options, origin] of [
      [{}, 'https://cloudkms.googleapis.com'],
      [{ endpoint: 'https://cloudkms.europe-west1.rep.googleapis.com' }, 'https://cloudkms.europe-west1.rep.googleapis.com'],
      [{ endpoint: 'http://127.0.0.1:9011/' }, 'http://127.0.0.1:9011'],
      [{ keyName: keyName.replace('acme', 'example.com:acme') }, 'https://cloudkms.googleapis.com'],
    ] as [Partial<GcpKmsOptions>, string][]) {
      const { asked, provider } = answered(encrypted)
      await codeOf(() => provider(options).wrapKey(key, bound, call))
      expect(asked[0]!.url).toBe(`${origin}/v1/${options.keyName ?? keyName}:encrypt`)
    }
  })

  it.each<[string, Partial<GcpKmsOptions>]>([
    ['no credentials', { credentials: undefined }],
    ['credentials that are no key', { credentials: 'ya29.token' }],
    ['credentials that are no service account', { credentials: { type: 'authorized_user' } as never }],
    ['no key', { keyName: '' }],
    ['a key that is not named in full', { keyName: 'orders' }],
    ['a project by its number', { keyName: keyName.replace('acme-billing', '123456789012') }],
    ['a name that goes up', { keyName: keyName.replace('jobs', '..') }],
    ['a name with a query', { keyName: `${keyName}?x` }],
    ['a name with a line break', { keyName: `${keyName}\n` }],
    ['an endpoint in clear', { endpoint: 'http://kms.example' }],
    ['an endpoint that begins like loopback', { endpoint: 'http://127.0.0.1.evil.example' }],
    ['an endpoint with a path', { endpoint: 'https://kms.example/path' }],
    ['an endpoint with a user', { endpoint: 'https://user@kms.example' }],
    ['an endpoint that is none', { endpoint: '' }],
    ['an id that is none', { id: 'projects/x' }],
    ['a way of authentication that is none', { tokens: 'oauth' as never }],
    ['a client and credentials', { client: {} as never }],
    ['a client and an endpoint', { client: {} as never, credentials: undefined, endpoint: 'https://x' }],
    ['a client and fetch', { client: {} as never, credentials: undefined, fetch: globalThis.fetch }],
    ['a client and tokens', { client: {} as never, credentials: undefined, tokens: 'exchange' }],
  ])('refuses %s', async (_, options) => {
    expect(await codeOf(() => gcpKms({ keyName, credentials, ...options }))).toBe('config')
  })

  it('refuses a version of a key, and says why', () => {
    expect(() => gcpKms({ keyName: `${keyName}/cryptoKeyVersions/1`, credentials })).toThrow('not of one of its versions')
  })

  it('reads no environment but the one it is given, and asks nobody before the first use', async () => {
    process.env.GOOGLE_APPLICATION_CREDENTIALS = '/nowhere'
    try {
      expect(await codeOf(() => gcpKms({ keyName }))).toBe('config')
    } finally {
      delete process.env.GOOGLE_APPLICATION_CREDENTIALS
    }
    const kms = await fakeKms()
    for (const credentials of [kms.serviceAccount, 'metadata'])
      createSealer({ keys: onFake(kms, { credentials, tokens: 'exchange' }) })
    gcpKms({ keyName, env: { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere' } })
    expect(kms.requests).toEqual([])
  })

  it('shows no secret', async () => {
    const kms = await fakeKms()
    const provider = onFake(kms)
    await provider.wrapKey(key, bound, call)
    const shown = inspect(provider, { depth: 10, showHidden: true }) + JSON.stringify(provider)
    for (const secret of [kms.serviceAccount.private_key.split('\n')[4]!, 'eyJ']) expect(shown).not.toContain(secret)
  })
})

describe('Encrypt and Decrypt', () => {
  it('go by the name of the key, with the wrap context as associated data and checksums of everything', async () => {
    const aad = wrapContextBytes(bound)
    const associated = {
      additionalAuthenticatedData: base64(aad),
      additionalAuthenticatedDataCrc32c: String(crc32c(aad)),
    }
    const wrapping = answered(encrypted)
    expect(await wrapping.provider().wrapKey(key, bound, call)).toEqual(ciphertext)
    expect(wrapping.asked).toEqual([
      {
        url: `https://cloudkms.googleapis.com/v1/${keyName}:encrypt`,
        method: 'POST',
        body: { plaintext: base64(key), plaintextCrc32c: String(crc32c(key)), ...associated },
        redirect: 'manual',
      },
    ])
    const opening = answered({ plaintext: base64(key), plaintextCrc32c: String(crc32c(key)), usedPrimary: false })
    expect(await opening.provider().unwrapKey(ciphertext, bound, call)).toEqual(key)
    expect(opening.asked).toMatchObject([
      {
        url: `https://cloudkms.googleapis.com/v1/${keyName}:decrypt`,
        body: { ciphertext: base64(ciphertext), ciphertextCrc32c: String(crc32c(ciphertext)), ...associated },
      },
    ])
  })

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['null', 'null'],
    ['text', '"x"'],
    ['no name', { ...encrypted, name: undefined }],
    ['the name of another key', { ...encrypted, name: `${keyName}x/cryptoKeyVersions/3` }],
    ['the name of another project', { ...encrypted, name: encrypted.name.replace('acme', 'evil') }],
    ['the name of the key alone', { ...encrypted, name: keyName }],
    ['a version that is none', { ...encrypted, name: `${keyName}/cryptoKeyVersions/1/x` }],
    ['a plaintext that was not checked', { ...encrypted, verifiedPlaintextCrc32c: undefined }],
    ['a plaintext that was found wrong', { ...encrypted, verifiedPlaintextCrc32c: false }],
    ['associated data that was not checked', { ...encrypted, verifiedAdditionalAuthenticatedDataCrc32c: undefined }],
    ['a flag that is none', { ...encrypted, verifiedAdditionalAuthenticatedDataCrc32c: 'true' }],
    ['no checksum', { ...encrypted, ciphertextCrc32c: undefined }],
    ['a checksum of something else', { ...encrypted, ciphertextCrc32c: String(crc32c(key)) }],
    ['a checksum that is too long', { ...encrypted, ciphertextCrc32c: `${encrypted.ciphertextCrc32c}0` }],
    ['no ciphertext', { ...encrypted, ciphertext: '', ciphertextCrc32c: '0' }],
    ['base64 of another alphabet', { ...encrypted, ciphertext: '-_8=' }],
  ])('wrap no key where the answer has %s', async (_, answer) => {
    expect(await codeOf(() => answered(answer).provider().wrapKey(key, bound, call))).toBe('provider_unavailable')
  })

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['no checksum', { plaintext: base64(key) }],
    ['a wrong checksum', { plaintext: base64(key), plaintextCrc32c: String(crc32c(ciphertext)) }],
    ['no plaintext', { plaintextCrc32c: '1' }],
  ])('open no key where the answer has %s', async (_, answer) => {
    expect(await codeOf(() => answered(answer).provider().unwrapKey(ciphertext, bound, call))).toBe('provider_unavailable')
  })

  it('say that nothing was wrapped there, which is no outage', async () => {
    for (const answer of [{ plaintextCrc32c: '0' }, { plaintext: '', plaintextCrc32c: '0' }])
      expect(await codeOf(() => answered(answer).provider().unwrapKey(ciphertext, bound, call))).toBe('open_failed')
  })

  it('ask nobody about a wrapped key without bytes', async () => {
    const { asked, provider } = answered({})
    expect(await codeOf(() => provider().unwrapKey(new Uint8Array(), bound, call))).toBe('open_failed')
    expect(asked).toEqual([])
  })

  it('end with the caller, down to the request', async () => {
    const signals: (AbortSignal | null | undefined)[] = []
    const fetch = ((_: unknown, { signal }: RequestInit) => {
      signals.push(signal)
      queueMicrotask(() => abort.abort())
      return new Promise(() => {})
    }) as typeof globalThis.fetch
    const abort = new AbortController()
    const wrapping = gcpKms({ keyName, credentials, fetch }).wrapKey(key, bound, { ...call, signal: abort.signal })
    expect(await codeOf(() => wrapping)).toBe('aborted')
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
  })

  it('try again when something was changed on its way', async () => {
    const kms = await fakeKms()
    kms.faults.inject({ kind: 'corrupt' }, { times: 2 })
    const provider = onFake(kms, { retry: { baseMs: 1 } })
    const wrapped = await provider.wrapKey(key, bound, call)
    expect(kms.requests.length).toBe(3)
    expect(await provider.unwrapKey(wrapped, bound, call)).toEqual(key)
  })

  it('open what every enabled version of the key wrapped, and tell a version that is gone from one that is disabled', async () => {
    const kms = await fakeKms()
    const provider = onFake(kms)
    const first = await provider.wrapKey(key, bound, call)
    kms.rotateKey(kms.keyName)
    const second = await provider.wrapKey(key, bound, call)
    const version = `${kms.keyName}/cryptoKeyVersions/1`
    for (const wrapped of [first, second]) expect(await provider.unwrapKey(wrapped, bound, call)).toEqual(key)
    kms.disableVersion(version)
    expect(await codeOf(() => provider.unwrapKey(first, bound, call))).toBe('key_suspended')
    expect(await provider.unwrapKey(second, bound, call)).toEqual(key)
    expect(await provider.status(call)).toBe('available')
    kms.destroyVersion(version, { afterDays: 0 })
    expect(await codeOf(() => provider.unwrapKey(first, bound, call))).toBe('key_destroyed')
  })

  it('re-wrap by opening and wrapping, so that a retired version can go', async () => {
    const kms = await fakeKms()
    const sealer = createSealer({ keys: onFake(kms) })
    const sealed = await sealer.seal('x', { context })
    kms.rotateKey(kms.keyName)
    const moved = await createSealer({ keys: onFake(kms) }).rewrap(sealed)
    kms.destroyVersion(`${kms.keyName}/cryptoKeyVersions/1`, { afterDays: 0 })
    expect(await createSealer({ keys: onFake(kms) }).open(moved, { context })).toBe('x')
    expect(await codeOf(() => createSealer({ keys: onFake(kms) }).open(sealed, { context }))).toBe('key_destroyed')
  })
})

describe('refusals', () => {
  const named = (status: string, message = 'Quixotic') => ({ error: { code: 400, message, status } })

  it.each<[string, unknown, number]>([
    ['open_failed', named('INVALID_ARGUMENT', 'Decryption failed: the ciphertext is invalid.'), 400],
    ['open_failed', named('INVALID_ARGUMENT', "Decryption failed: verify that 'name' refers to the correct CryptoKey."), 400],
    ['provider_unavailable', named('INVALID_ARGUMENT', 'The checksum in field ciphertext_crc32c did not match.'), 400],
    ['config', named('INVALID_ARGUMENT'), 400],
    ['key_suspended', named('FAILED_PRECONDITION'), 400],
    ['key_suspended', named('FAILED_PRECONDITION', 'x/cryptoKeys/DESTROYED/cryptoKeyVersions/1 is not enabled'), 400],
    ['key_suspended', named('FAILED_PRECONDITION', 'x/cryptoKeys/DESTROYED is not enabled'), 400],
    ['key_suspended', named('FAILED_PRECONDITION', 'x/cryptoKeys/not-DESTROYED is not enabled'), 400],
    ['key_destroyed', named('FAILED_PRECONDITION', 'x is not enabled, current state is: DESTROYED.'), 400],
    // It can be restored until then.
    ['key_suspended', named('FAILED_PRECONDITION', 'x is not enabled, current state is: DESTROY_SCHEDULED.'), 400],
    ['config', named('INVALID_ARGUMENT', 'current state is: DESTROYED.'), 400],
    ['key_not_found', named('NOT_FOUND'), 404],
    ['access_denied', named('PERMISSION_DENIED'), 403],
    ['access_denied', named('UNAUTHENTICATED'), 401],
    ['throttled', named('RESOURCE_EXHAUSTED'), 429],
    ['timeout', named('DEADLINE_EXCEEDED'), 504],
    ['provider_unavailable', named('UNAVAILABLE'), 503],
    ['provider_unavailable', named('INTERNAL'), 500],
    ['provider_unavailable', named('ABORTED'), 409],
    ['config', named('UNIMPLEMENTED'), 501],
    ['config', named('SOMETHING_NEW'), 400],
    ['throttled', named('SOMETHING_NEW'), 429],
    ['provider_unavailable', named('SOMETHING_NEW'), 500],
    ['config', named('constructor'), 400],
    // Not Google's own word.
    ['provider_unavailable', '<html>', 401],
    ['provider_unavailable', '<html>', 403],
    ['provider_unavailable', '<html>', 404],
    ['throttled', '<html>', 429],
    ['provider_unavailable', '<html>', 502],
    ['provider_unavailable', { error: 'x' }, 500],
    ['provider_unavailable', 'null', 418],
    ['provider_unavailable', encrypted, 201],
  ])('are %s for %j of status %i', async (code, answer, status) => {
    const { provider } = answered(answer, { status })
    const error = await Promise.resolve(provider().unwrapKey(ciphertext, bound, call)).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code })
    expect(String((error as Error).stack) + JSON.stringify(error)).not.toMatch(/Quixotic|<html>/)
  })

  it.each<[unknown, Record<string, string>, number | undefined]>([
    [[{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }], {}, 1_500],
    [[{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo' }, null, { retryDelay: '30s' }], {}, 30_000],
    [[{ retryDelay: '30s' }], { 'retry-after': '2' }, 2_000],
    [[{ retryDelay: 'soon' }], {}, undefined],
    [{ retryDelay: '30s' }, {}, undefined],
    [undefined, {}, undefined],
  ])('say when to come again: %j %j', async (details, headers, retryAfterMs) => {
    const { provider } = answered({ error: { status: 'RESOURCE_EXHAUSTED', message: 'x', details } }, { status: 429, headers })
    const error = await Promise.resolve(provider().wrapKey(key, bound, call)).catch((caught: unknown) => caught)
    expect((error as { retryAfterMs?: number }).retryAfterMs).toBe(retryAfterMs)
  })
})

describe('the status', () => {
  it.each<[string, unknown]>([
    [
      'available',
      { name: keyName, primary: { name: `${keyName}/cryptoKeyVersions/1`, state: 'ENABLED' }, purpose: 'ENCRYPT_DECRYPT' },
    ],
    ['unavailable', { name: keyName, primary: { state: 'DISABLED' } }],
    ['unavailable', { name: keyName, purpose: 'MAC' }],
    ['unavailable', { name: `${keyName}x`, primary: { state: 'ENABLED' } }],
    ['unavailable', {}],
  ])('is %s for %j', async (status, answer) => {
    const { asked, provider } = answered(answer)
    expect(await provider().status(call)).toBe(status)
    expect(asked).toEqual([{ url: `https://cloudkms.googleapis.com/v1/${keyName}`, method: 'GET', body: {}, redirect: 'manual' }])
  })
})

describe('key URIs', () => {
  it('open by the name of a key', async () => {
    const kms = await fakeKms()
    const global = globalThis.fetch
    globalThis.fetch = kms.fetch as typeof globalThis.fetch
    try {
      for (const [uri, expected] of [
        [`gcp://${kms.keyName}?credentials=metadata`, { kid: 'gcp-kms', keyVersion: 0 }],
        [`gcp:///${kms.keyName}?id=orders&version=3&credentials=metadata`, { kid: 'orders', keyVersion: 3 }],
      ] as const) {
        const sealer = createSealer({ keys: openKeys(uri, { gcp: gcpUri }, { env: {} }) })
        const sealed = await sealer.seal('x', { context })
        expect(sealer.inspect(sealed)).toMatchObject(expected)
        expect(await sealer.open(sealed, { context })).toBe('x')
      }
    } finally {
      globalThis.fetch = global
    }
  })

  it.each([
    `gcp://${keyName}`,
    `gcp://${keyName}?credentials=ya29.token`,
    `gcp://${keyName}?credentials=metadata&key=secret`,
    `gcp://${keyName}?credentials=metadata&version=x`,
    `gcp://${keyName}?credentials=metadata&tokens=x`,
    `gcp://${keyName}?credentials=metadata&endpoint=http://evil.example`,
    `gcp://${keyName}/cryptoKeyVersions/1?credentials=metadata`,
    'gcp://orders?credentials=metadata',
  ])('are refused: %s', async (uri) => {
    expect(await codeOf(() => openKeys(uri, { gcp: gcpUri }, { env: {} }))).toBe('config')
  })
})
