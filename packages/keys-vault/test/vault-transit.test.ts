import { inspect } from 'node:util'
import { createFakeVault } from '@waxseal/conformance/fakes'
import { createSealer } from '@waxseal/core'
import { fromBase64, openKeys, wrapContext, wrapContextBytes } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import { type VaultTransitOptions, vaultTransit, vaultTransitUri } from '../src/index.ts'
import { newVault, noted, transitOn } from './bench.ts'
import { answering, codeOf } from './codes.ts'

let now = Date.now()
const call = { now: () => now }
const context = { app: 'billing', job: 'invoice' }
const bound = wrapContext('envelope', 'vault-transit', 0)
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytes = (given: string) => new TextEncoder().encode(given)
const auth = { method: 'token', token: 'hvs.Quixotic-Token-7Z' } as const
const address = 'https://vault.test:8200'

/** A provider whose server answers encrypt and decrypt this way, and reads of the key as it should. */
const onAnswers = (status: number, body: unknown, keyData: unknown = { type: 'aes256-gcm96', derived: false }) => {
  const fetch = (async (input: string) =>
    /\/(encrypt|decrypt)\//.test(input)
      ? answering(status, body)(input)
      : new Response(JSON.stringify({ data: input.includes('lookup-self') ? { ttl: 0 } : keyData }))) as typeof globalThis.fetch
  return vaultTransit({ key: 'orders', address, auth, fetch, retry: false })
}

describe('configuration', () => {
  it.each<[string, Partial<VaultTransitOptions>]>([
    ['no key', { key: undefined as never }],
    ['an empty key', { key: '' }],
    ['a key with a slash', { key: 'a/b' }],
    ['a key that leads elsewhere', { key: '..' }],
    ['a key with a query', { key: 'orders?x=1' }],
    ['a mount that leads elsewhere', { mount: 'transit/../sys' }],
    ['a mount with an empty part', { mount: 'a//b' }],
    ['an id that is none', { id: 'Transit' }],
    ['a version that is none', { version: -1 }],
  ])('refuses %s', async (_, options) => {
    expect(await codeOf(() => vaultTransit({ key: 'orders', address, auth, ...options }))).toBe('config')
  })

  it('asks nobody before the first use, and shows no secret', () => {
    const vault = newVault()
    const provider = transitOn(vault, { auth })
    createSealer({ keys: provider })
    expect(vault.requests).toEqual([])
    expect(inspect(provider, { depth: 10, showHidden: true }) + JSON.stringify(provider)).not.toContain('Quixotic')
  })
})

describe('a key of transit', () => {
  it('is asked to bind the wrap context, and what Vault answers is the wrapped key', async () => {
    const vault = newVault()
    const { fetch, seen } = noted(vault)
    const provider = transitOn(vault, { fetch })
    const wrapped = await provider.wrapKey(key, bound, call)
    expect(text(wrapped)).toMatch(/^vault:v1:[A-Za-z0-9+/]{80}$/)
    expect(await provider.unwrapKey(wrapped, bound, call)).toEqual(key)
    expect(vault.requests.map(({ operation }) => operation)).toEqual([
      'token/lookup-self',
      'transit/keys',
      'transit/encrypt',
      'transit/decrypt',
    ])
    const [, , encrypt, decrypt] = seen
    expect(encrypt?.url).toBe(`${vault.address}/v1/transit/encrypt/orders`)
    expect(Object.keys(encrypt?.body ?? {})).toEqual(['plaintext', 'associated_data'])
    expect(fromBase64(encrypt?.body?.associated_data)).toEqual(wrapContextBytes(bound))
    expect(decrypt?.body).toEqual({ ciphertext: text(wrapped), associated_data: encrypt?.body?.associated_data })
  })

  it('is derived of the wrap context as well, where it is a derived key', async () => {
    const vault = newVault()
    vault.setPolicy('transit', { 'transit/+/derived': ['update', 'read'] })
    vault.createKey('derived', { derived: true })
    const { fetch, seen } = noted(vault)
    const provider = transitOn(vault, { key: 'derived', fetch })
    const wrapped = await provider.wrapKey(key, bound, call)
    expect(seen.at(-1)?.body?.context).toBe(seen.at(-1)?.body?.associated_data)
    expect(await provider.unwrapKey(wrapped, bound, call)).toEqual(key)
    vault.setPolicy('transit', { 'transit/encrypt/derived': ['update'], 'transit/decrypt/derived': ['update'] })
    expect(await codeOf(() => transitOn(vault, { key: 'derived' }).wrapKey(key, bound, call))).toBe('config')
  })

  it('is read once in ten minutes, and need not be readable', async () => {
    const vault = newVault()
    const provider = transitOn(vault)
    const reads = () => vault.requests.filter(({ operation }) => operation === 'transit/keys').length
    for (let i = 0; i < 5; i++) await provider.wrapKey(key, bound, call)
    expect(reads()).toBe(1)
    now += 600_001
    await provider.wrapKey(key, bound, call)
    expect(reads()).toBe(2)
    vault.setPolicy('transit', { 'transit/encrypt/orders': ['update'], 'transit/decrypt/orders': ['update'] })
    const blind = transitOn(vault)
    expect(await blind.unwrapKey(await blind.wrapKey(key, bound, call), bound, call)).toEqual(key)
    await blind.wrapKey(key, bound, call)
    expect(reads()).toBe(3)
  })

  it('is read once for all who wait', async () => {
    const vault = newVault()
    const provider = transitOn(vault)
    await Promise.all(Array.from({ length: 20 }, () => provider.wrapKey(key, bound, call)))
    expect(vault.requests.filter(({ operation }) => operation === 'transit/keys')).toHaveLength(1)
  })

  it('is asked for again by the next attempt where the first had no answer', async () => {
    const vault = newVault()
    let asked = 0
    const fetch = ((input: string, init: RequestInit) =>
      input.includes('/keys/') && ++asked === 1
        ? new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
        : vault.fetch(input, init)) as typeof globalThis.fetch
    const provider = transitOn(vault, { fetch, attemptTimeoutMs: 50 })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
    expect(asked).toBe(2)
  })

  it('rotate-then-decrypt-v1, and no longer once the policy of the key says so', async () => {
    const vault = newVault()
    const provider = transitOn(vault)
    const first = await provider.wrapKey(key, bound, call)
    vault.rotateKey('orders')
    const second = await provider.wrapKey(key, bound, call)
    expect([text(first).slice(0, 9), text(second).slice(0, 9)]).toEqual(['vault:v1:', 'vault:v2:'])
    expect(await provider.unwrapKey(first, bound, call)).toEqual(key)
    vault.configureKey('orders', { minDecryptionVersion: 2 })
    expect(await codeOf(() => provider.unwrapKey(first, bound, call))).toBe('key_retired')
    expect(await provider.unwrapKey(second, bound, call)).toEqual(key)
  })

  it('has no re-wrapping of its own; the sealer unwraps and wraps', async () => {
    const vault = newVault()
    const provider = transitOn(vault)
    expect(provider.rewrapKey).toBeUndefined()
    const sealer = createSealer({ keys: provider })
    const sealed = await sealer.seal('x', { context })
    vault.rotateKey('orders')
    const again = await sealer.rewrap(sealed)
    vault.configureKey('orders', { minDecryptionVersion: 2 })
    expect(await createSealer({ keys: transitOn(vault) }).open(again, { context })).toBe('x')
    expect(vault.requests.some(({ operation }) => operation === 'transit/rewrap')).toBe(false)
  })

  it('is not made by a name that was mistyped', async () => {
    const vault = newVault()
    expect(await codeOf(() => transitOn(vault, { key: 'oders' }).wrapKey(key, bound, call))).toBe('access_denied')
    // Not even where the policy would allow it.
    vault.setPolicy('transit', { 'transit/*': ['create', 'update', 'read'] })
    expect(await codeOf(() => transitOn(vault, { key: 'oders' }).wrapKey(key, bound, call))).toBe('key_not_found')
    vault.setPolicy('transit', { 'transit/decrypt/oders': ['update'] })
    const wrapped = await transitOn(newVault()).wrapKey(key, bound, call)
    expect(await codeOf(() => transitOn(vault, { key: 'oders' }).unwrapKey(wrapped, bound, call))).toBe('key_not_found')
  })

  it('takes associated data, or is refused', async () => {
    const vault = newVault()
    vault.setPolicy('transit', { 'transit/+/rsa': ['update', 'read'] })
    vault.createKey('rsa', { type: 'rsa-2048' })
    expect(await codeOf(() => transitOn(vault, { key: 'rsa' }).wrapKey(key, bound, call))).toBe('config')
    expect(vault.requests.some(({ operation }) => operation === 'transit/encrypt')).toBe(false)
    vault.setPolicy('transit', { 'transit/encrypt/rsa': ['update'] })
    expect(await codeOf(() => transitOn(vault, { key: 'rsa' }).wrapKey(key, bound, call))).toBe('config')
    for (const type of ['aes128-gcm96', 'chacha20-poly1305', 'xchacha20-poly1305'])
      expect(
        await codeOf(() => onAnswers(200, { data: { ciphertext: 'vault:v1:AAAA' } }, { type }).wrapKey(key, bound, call)),
      ).toBe('ok')
    for (const type of ['ed25519', 'aes256-cmac', 'hmac', 'managed_key', 'aes256-gcm96x', undefined])
      expect(
        await codeOf(() => onAnswers(200, { data: { ciphertext: 'vault:v1:AAAA' } }, { type }).wrapKey(key, bound, call)),
      ).toBe('config')
  })

  it('is not used where the server takes no notice of the associated data', async () => {
    const warnings = ['Endpoint ignored these unrecognized parameters: [associated_data]']
    const old = onAnswers(200, { data: { ciphertext: 'vault:v1:AAAA', plaintext: 'AAAA' }, warnings })
    expect(await codeOf(() => old.wrapKey(key, bound, call))).toBe('config')
    expect(await codeOf(() => old.unwrapKey(bytes('vault:v1:AAAA'), bound, call))).toBe('config')
    const other = onAnswers(200, { data: { ciphertext: 'vault:v1:AAAA' }, warnings: ['the lease is short'] })
    expect(await codeOf(() => other.wrapKey(key, bound, call))).toBe('ok')
  })

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['a number', { ciphertext: 5 }],
    ['an empty text', { ciphertext: '' }],
    ['a text with a space', { ciphertext: 'vault:v1:AA AA' }],
    ['a version of 0', { ciphertext: 'vault:v0:AAAA' }],
    ['no base64', { ciphertext: 'vault:v1:A_A' }],
    ['more than fits', { ciphertext: `vault:v1:${'A'.repeat(6140)}` }],
    ['a batch', { batch_results: [] }],
  ])('has no ciphertext of %s', async (_, data) => {
    expect(await codeOf(() => onAnswers(200, { data }).wrapKey(key, bound, call))).toBe('provider_unavailable')
  })

  it('writes ciphertexts in another way where the server was told to', async () => {
    const provider = onAnswers(200, { data: { ciphertext: 'schlüssel-1-AAAA', plaintext: 'AAAA' } })
    expect(text(await provider.wrapKey(key, bound, call))).toBe('schlüssel-1-AAAA')
    expect(await codeOf(() => provider.unwrapKey(bytes('schlüssel-1-AAAA'), bound, call))).toBe('open_failed')
  })

  it.each<[string, Uint8Array]>([
    ['no UTF-8', Uint8Array.of(0xff, 0xfe)],
    ['nothing', new Uint8Array()],
    ['a line break', bytes('vault:v1:AA\nAA')],
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes('vault:v1:AAAA'))],
    ['the version 0, which the server reads as 1', bytes('vault:v0:AAAA')],
    ['a version with a sign', bytes('vault:v+1:AAAA')],
  ])('is not asked to unwrap %s', async (_, wrapped) => {
    const vault = newVault()
    expect(await codeOf(() => transitOn(vault).unwrapKey(wrapped, bound, call))).toBe('open_failed')
    expect(vault.requests).toEqual([])
  })

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['no base64', { plaintext: 'x' }],
    ['a number', { plaintext: 1 }],
  ])('has no plaintext of %s', async (_, data) => {
    expect(await codeOf(() => onAnswers(200, { data }).unwrapKey(bytes('vault:v1:AAAA'), bound, call))).toBe(
      'provider_unavailable',
    )
  })

  it('has a key of 32 bytes, or none', async () => {
    const short = onAnswers(200, { data: { plaintext: 'AQID' } })
    expect(await codeOf(() => short.unwrapKey(bytes('vault:v1:AAAA'), bound, call))).toBe('open_failed')
  })

  it.each<[number, unknown, string]>([
    [400, ['cipher: message authentication failed'], 'open_failed'],
    [400, ['chacha20poly1305: message authentication failed'], 'open_failed'],
    [400, ['invalid ciphertext: no prefix'], 'open_failed'],
    [400, ['invalid ciphertext: version is too new'], 'open_failed'],
    [400, ['encryption key not found'], 'key_not_found'],
    [400, ['ciphertext or signature version is disallowed by policy (too old)'], 'key_retired'],
    [400, ['refusing to use soft-deleted key'], 'key_suspended'],
    [400, ["missing 'context' for key derivation; the key was created using a derived key"], 'config'],
    [400, ["'[0].associated_data' provided for non-AEAD cipher suite rsa-2048"], 'config'],
    [400, ['something new'], 'config'],
    // Not Vault's own word.
    [400, 'no list', 'provider_unavailable'],
    [403, ['1 error occurred:\n\t* permission denied\n\n'], 'access_denied'],
    [404, ['no handler for route "transit/encrypt/orders". route entry not found.'], 'config'],
    [405, ['1 error occurred:\n\t* unsupported operation\n\n'], 'config'],
    [412, ['required index state not present'], 'provider_unavailable'],
    [413, ['request body too large'], 'too_large'],
    [418, [], 'config'],
    [429, ['rate limit quota exceeded'], 'throttled'],
    [472, [], 'provider_unavailable'],
    [473, [], 'provider_unavailable'],
    [500, ['internal error'], 'provider_unavailable'],
    [501, [], 'provider_unavailable'],
    [502, [], 'provider_unavailable'],
    [503, ['Vault is sealed'], 'provider_unavailable'],
    [204, undefined, 'provider_unavailable'],
    [200, undefined, 'provider_unavailable'],
  ])('maps %i %j to %s', async (status, errors, code) => {
    const fetch = (async (input: string) =>
      /\/decrypt\//.test(input)
        ? new Response(status === 204 ? null : JSON.stringify({ errors }), { status })
        : new Response(JSON.stringify({ data: { type: 'aes256-gcm96', ttl: 0 } }))) as typeof globalThis.fetch
    const provider = vaultTransit({ key: 'orders', address, auth, fetch, retry: false })
    expect(await codeOf(() => provider.unwrapKey(bytes('vault:v1:AAAA'), bound, call))).toBe(code)
  })

  it.each(['sealed', 'standby', 'uninitialized'] as const)('of a server that is %s is not available', async (state) => {
    const vault = newVault()
    const provider = transitOn(vault, { retry: false })
    const wrapped = await provider.wrapKey(key, bound, call)
    vault.setState(state)
    expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('provider_unavailable')
    expect(await provider.status(call)).toBe('unavailable')
    vault.setState('performance_standby', { behind: true })
    expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('provider_unavailable')
    vault.setState('performance_standby')
    expect(await provider.unwrapKey(wrapped, bound, call)).toEqual(key)
  })

  it('tells its status by reading the key, or, where that is not allowed, by looking up the token', async () => {
    const vault = newVault()
    const provider = transitOn(vault)
    expect(await provider.status(call)).toBe('available')
    expect(vault.requests.at(-1)?.operation).toBe('transit/keys')
    vault.setPolicy('transit', {})
    expect(await provider.status(call)).toBe('available')
    expect(vault.requests.at(-1)?.operation).toBe('token/lookup-self')
    expect(await transitOn(vault, { auth }).status(call)).toBe('unavailable')
    vault.setPolicy('transit', { 'transit/keys/orders': ['read'] })
    vault.deleteKey('orders')
    expect(await provider.status(call)).toBe('unavailable')
  })

  it('lies under any mount, and in any namespace', async () => {
    const vault = createFakeVault()
    vault.createNamespace('teams/orders')
    const place = { mount: 'keys/transit', namespace: 'teams/orders' }
    vault.mount(place.mount, 'transit', { namespace: place.namespace })
    vault.createKey('orders', place)
    const options = { key: 'orders', address: vault.address, fetch: vault.fetch as typeof fetch, mount: place.mount }
    const token = { method: 'token', token: vault.rootToken } as const
    const provider = vaultTransit({ ...options, auth: token, namespace: place.namespace })
    expect(await provider.unwrapKey(await provider.wrapKey(key, bound, call), bound, call)).toEqual(key)
    const byEnv = vaultTransit({ ...options, env: { VAULT_NAMESPACE: place.namespace, VAULT_TOKEN: vault.rootToken } })
    expect(await codeOf(() => byEnv.wrapKey(key, bound, call))).toBe('ok')
    expect(await codeOf(() => vaultTransit({ ...options, auth: token }).wrapKey(key, bound, call))).toBe('config')
  })
})

describe('key URIs', () => {
  it('open by address, mount, key, id and version', async () => {
    const vault = newVault()
    const global = globalThis.fetch
    globalThis.fetch = vault.fetch as typeof globalThis.fetch
    try {
      const env = { VAULT_TOKEN: vault.rootToken }
      const registry = { 'vault-transit': vaultTransitUri }
      const uri = `vault-transit://transit/orders?addr=${vault.address}&id=orders&version=3`
      const sealer = createSealer({ keys: openKeys(uri, registry, { env }) })
      const sealed = await sealer.seal('x', { context })
      expect(sealer.inspect(sealed)).toMatchObject({ kid: 'orders', keyVersion: 3 })
      expect(await sealer.open(sealed, { context })).toBe('x')
      vault.mount('a/b', 'transit')
      vault.createKey('orders', { mount: 'a/b' })
      const deep = openKeys('vault-transit://a/b/orders', registry, { env: { ...env, VAULT_ADDR: vault.address } })
      expect(await createSealer({ keys: deep }).seal('x', { context })).toContain('vault-transit~0')
    } finally {
      globalThis.fetch = global
    }
  })

  it.each([
    'vault-transit://orders?addr=https://vault.test',
    'vault-transit://transit/orders',
    'vault-transit://transit/orders?addr=https://vault.test&token=x',
    'vault-transit://transit/orders?addr=http://vault.test',
    'vault-transit://transit/../orders?addr=https://vault.test',
    'vault-transit://transit/orders?addr=https://vault.test&version=x',
    'vault-transit://transit/orders%3fx?addr=https://vault.test',
  ])('are refused: %s', async (uri) => {
    const registry = { 'vault-transit': vaultTransitUri }
    expect(await codeOf(() => openKeys(uri, registry, { env: { VAULT_TOKEN: 'x' } }))).toBe('config')
  })
})
