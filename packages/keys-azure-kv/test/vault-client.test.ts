import { WaxsealError } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import { type AzureKeyVaultOptions, azureKeyVault } from '../src/index.ts'
import { codeOf, hsmWithKey, onHsm } from './bench.ts'

const call = { now: () => Date.now() }
const bound = wrapContext('envelope', 'azure-kv', 0)
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
const VERSION = '0123456789abcdef0123456789abcdef'
const url = 'https://orders.managedhsm.azure.net'
const kid = `${url}/keys/orders/${VERSION}`
const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) }
const shown = { key: { kid, kty: 'oct-HSM' }, attributes: { enabled: true } }
const wrapped = { kid, value: 'A'.repeat(96) }

/** A provider whose vault answers this. */
function answering(answer: (method: string) => { body: unknown; status?: number }, options: Partial<AzureKeyVaultOptions> = {}) {
  const fetch = (async (_: string, init: RequestInit) => {
    const { body, status = 200 } = answer(init.method!)
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
  }) as typeof globalThis.fetch
  return azureKeyVault({ keyId: `${url}/keys/orders`, algorithm: 'A256KW', credential, fetch, retry: false, ...options })
}

const blob = Uint8Array.of(1, ...Buffer.from(VERSION, 'hex'), ...new Uint8Array(72))

describe('an answer', () => {
  it('is taken where it is whole, and of the key and version that were asked', async () => {
    const provider = answering((method) => ({ body: method === 'GET' ? shown : wrapped }))
    expect(await provider.wrapKey(key, bound, call)).toEqual(blob)
    // Ids are the same in whatever case.
    const upper = { ...wrapped, kid: kid.toUpperCase().replace('HTTPS', 'https') }
    expect(
      await codeOf(() => answering((method) => ({ body: method === 'GET' ? shown : upper })).wrapKey(key, bound, call)),
    ).toBe('ok')
  })

  it.each([
    'https://orders.managedhsm.azure.net.evil.example/keys/orders',
    'https://other.managedhsm.azure.net/keys/orders',
    `${url}/keys/other`,
    `${url}/secrets/orders`,
  ])('about another key is none: %s', async (other) => {
    for (const [get, post] of [
      [{ ...shown, key: { ...shown.key, kid: `${other}/${VERSION}` } }, wrapped],
      [shown, { ...wrapped, kid: `${other}/${VERSION}` }],
    ]) {
      const provider = answering((method) => ({ body: method === 'GET' ? get : post }))
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
    }
    const provider = answering(() => ({ body: { kid: `${other}/${VERSION}`, value: 'A'.repeat(86) } }))
    expect(await codeOf(() => provider.unwrapKey(blob, bound, call))).toBe('provider_unavailable')
  })

  it('about another version is none', async () => {
    const other = `${url}/keys/orders/${VERSION.replace('0', '1')}`
    const provider = answering((method) => ({ body: method === 'GET' ? shown : { ...wrapped, kid: other } }))
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
    const pinned = { keyId: kid, algorithm: 'A256GCM' as const }
    const answer = { kid: other, value: 'A'.repeat(43), iv: 'A'.repeat(16), tag: 'A'.repeat(22) }
    expect(await codeOf(() => answering(() => ({ body: answer }), pinned).wrapKey(key, bound, call))).toBe('provider_unavailable')
    expect(await codeOf(() => answering(() => ({ body: { ...answer, kid } }), pinned).wrapKey(key, bound, call))).toBe('ok')
  })

  it.each([
    {},
    [],
    null,
    'text',
    { ...shown, key: {} },
    { ...shown, key: { kid: `${url}/keys/orders/` } },
    { ...shown, key: { kid: `${url}/keys/orders/${VERSION}0` } },
  ])('that does not say which version is current is none: %j', async (body) => {
    expect(await codeOf(() => answering(() => ({ body })).wrapKey(key, bound, call))).toBe('provider_unavailable')
  })

  it.each([
    { kid },
    { kid, value: 7 },
    { kid, value: '' },
    { kid, value: 'A'.repeat(86) },
    { kid, value: `${'A'.repeat(95)}=` },
    wrapped.value,
    [],
  ])('without a wrapped key of the right size is none: %j', async (body) => {
    const provider = answering((method) => ({ body: method === 'GET' ? shown : body }))
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
  })

  it.each([{ iv: 'AA' }, { tag: 'AA' }, { iv: undefined }, { tag: 'A'.repeat(23) }, { value: 'A'.repeat(42) }])(
    'without the parts of AES-GCM is none: %j',
    async (wrong) => {
      const body = { kid, value: 'A'.repeat(43), iv: 'A'.repeat(16), tag: 'A'.repeat(22), ...wrong }
      const provider = answering(() => ({ body }), { keyId: kid, algorithm: 'A256GCM' })
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
    },
  )

  it('with something else than was wrapped does not open', async () => {
    for (const value of ['', 'A'.repeat(43), 'A'.repeat(86)])
      expect(await codeOf(() => answering(() => ({ body: { kid, value } })).unwrapKey(blob, bound, call))).toBe('open_failed')
  })
})

describe('an error', () => {
  const inner = (code: string) => ({ error: { code: 'Forbidden', message: 'Quixotic', innererror: { code } } })
  it.each<[number, unknown, string, string]>([
    [400, { error: { code: 'BadParameter' } }, 'config', 'open_failed'],
    // Not the vault's own word.
    [400, 'Bad Request', 'provider_unavailable', 'provider_unavailable'],
    [401, {}, 'access_denied', 'access_denied'],
    [403, inner('AccessDenied'), 'access_denied', 'access_denied'],
    [403, inner('ForbiddenByRbac'), 'access_denied', 'access_denied'],
    [403, inner('ForbiddenByFirewall'), 'access_denied', 'access_denied'],
    [403, inner('KeyDisabled'), 'key_suspended', 'key_suspended'],
    [403, inner('KeyExpired'), 'key_suspended', 'key_suspended'],
    [403, inner('KeyNotYetValid'), 'key_suspended', 'key_suspended'],
    [403, { error: { code: 'Forbidden', innerError: { code: 'KeyDisabled' } } }, 'key_suspended', 'key_suspended'],
    [403, inner('constructor'), 'access_denied', 'access_denied'],
    [403, 'Forbidden', 'provider_unavailable', 'provider_unavailable'],
    [404, { error: { code: 'KeyNotFound' } }, 'key_not_found', 'key_not_found'],
    [405, {}, 'provider_unavailable', 'provider_unavailable'],
    [409, { error: { code: 'Conflict' } }, 'key_suspended', 'key_suspended'],
    [418, {}, 'provider_unavailable', 'provider_unavailable'],
    [429, { error: { code: 'Throttled' } }, 'throttled', 'throttled'],
    [500, { error: { code: 'BadParameter' } }, 'provider_unavailable', 'provider_unavailable'],
    [503, '', 'provider_unavailable', 'provider_unavailable'],
    [201, wrapped, 'provider_unavailable', 'provider_unavailable'],
  ])('of status %i, %j, is %s where it wraps and %s where it opens', async (status, body, wraps, opens) => {
    const provider = answering((method) => (method === 'GET' ? { body: shown } : { body, status }))
    const errors: unknown[] = []
    for (const [run, code] of [
      [() => provider.wrapKey(key, bound, call), wraps],
      [() => provider.unwrapKey(blob, bound, call), opens],
    ] as const) {
      const error = await Promise.resolve(run()).catch((thrown: unknown) => thrown)
      expect(WaxsealError.is(error) && error.code).toBe(code)
      errors.push(error, (error as Error).message)
    }
    expect(JSON.stringify(errors)).not.toContain('Quixotic')
  })
})

it('asks with version 7.4 of the interface, by POST with JSON, and GET to learn of a key', async () => {
  const azure = await hsmWithKey()
  const asked: string[] = []
  const fetch = (async (input: string, init: RequestInit) => {
    const headers = new Headers(init.headers)
    if (input.startsWith(azure.hsmUrl))
      asked.push(
        `${init.method} ${input.slice(azure.hsmUrl.length).replace(/[0-9a-f]{32}/, 'VERSION')} ${headers.get('content-type')}`,
      )
    expect(init.redirect).toBe('manual')
    return azure.fetch(input, init)
  }) as typeof globalThis.fetch
  const provider = onHsm(azure, { fetch })
  await provider.unwrapKey(await provider.wrapKey(key, bound, call), bound, call)
  expect(asked).toEqual([
    'GET /keys/orders?api-version=7.4 null',
    'POST /keys/orders/VERSION/wrapkey?api-version=7.4 application/json',
    'POST /keys/orders/VERSION/unwrapkey?api-version=7.4 application/json',
  ])
})
