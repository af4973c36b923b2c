import { inspect } from 'node:util'
import { createFakeAzureKeyVault } from '@waxseal/conformance/fakes'
import { createSealer } from '@waxseal/core'
import { openKeys, wrapContext } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import { type AzureKeyVaultOptions, azureKeyVault, azureUri } from '../src/index.ts'
import { codeOf, environment, hsmWithKey, onHsm, onVault, publicKeyOf, vaultWithKeys } from './bench.ts'

const call = { now: () => Date.now() }
const context = { app: 'billing', job: 'invoice' }
const bound = wrapContext('envelope', 'azure-kv', 0)
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
const keyId = 'https://orders.vault.azure.net/keys/orders'
const hsmKeyId = 'https://orders.managedhsm.azure.net/keys/orders'
const env = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_CLIENT_SECRET: 'Quixotic-Secret-7Z' }
const jwk = { kty: 'RSA', n: 'x'.repeat(342), e: 'AQAB' }

describe('configuration', () => {
  const refused: [string, Partial<AzureKeyVaultOptions>][] = [
    ['no key', { keyId: '' }],
    ['a vault in clear', { keyId: keyId.replace('https', 'http') }],
    ['a vault elsewhere', { keyId: 'https://orders.vault.azure.net.evil.example/keys/orders' }],
    ['a host that only ends like one', { keyId: 'https://evilvault.azure.net/keys/orders' }],
    ['another service of Azure', { keyId: 'https://orders.blob.azure.net/keys/orders' }],
    ['a host below a vault', { keyId: 'https://evil.orders.vault.azure.net/keys/orders' }],
    ['a vault with a port', { keyId: 'https://orders.vault.azure.net:8443/keys/orders' }],
    ['a vault with a user', { keyId: 'https://user@orders.vault.azure.net/keys/orders' }],
    ['a vault with a query', { keyId: `${keyId}?api-version=1` }],
    ['a secret', { keyId: 'https://orders.vault.azure.net/secrets/orders' }],
    ['a version that is none', { keyId: `${keyId}/latest` }],
    ['a path beyond the version', { keyId: `${keyId}/${'0'.repeat(32)}/x` }],
    ['an endpoint in clear', { endpoint: 'http://vault.example' }],
    ['an endpoint that is not this machine', { endpoint: 'https://vault.example' }],
    ['an endpoint with a query', { endpoint: 'http://127.0.0.1:1?x' }],
    ['RSA without a signing key', { signingKey: undefined }],
    ['RSA without public keys', { signingPublicKeys: undefined }],
    ['an empty list of public keys', { signingPublicKeys: [] }],
    ['a list of too many', { signingPublicKeys: new Array(17).fill(jwk) }],
    ['public keys that are no list', { signingPublicKeys: 'value' as never }],
    ['a signing key that is no name', { signingKey: 'https://orders.vault.azure.net/keys/x' }],
    ['a signing key that wraps, too', { signingKey: 'ORDERS' }],
    ['an algorithm that is none', { algorithm: 'RSA-OAEP' as never, signingKey: undefined, signingPublicKeys: undefined }],
    ['a signing key for AES', { algorithm: 'A256KW', signingPublicKeys: undefined }],
    ['public keys for AES', { algorithm: 'A256GCM', signingKey: undefined }],
    ['an id that is none', { id: 'https://orders' }],
    ['no credential', { env: {} }],
    ['half of the credentials', { env: { AZURE_TENANT_ID: 'x', AZURE_CLIENT_ID: 'y' } }],
    ['a tenant that is a path', { env: { ...env, AZURE_TENANT_ID: '../common' } }],
    ['an authority in clear', { env: { ...env, AZURE_AUTHORITY_HOST: 'http://login.example' } }],
    ['an authority that is none', { env: { ...env, AZURE_AUTHORITY_HOST: 'login.example' } }],
    ['a managed identity elsewhere', { env: { IDENTITY_ENDPOINT: 'http://evil.example/x', IDENTITY_HEADER: 'x' } }],
    ['a credential that is none', { credential: 'cli' as never }],
    ['a credential without getToken', { credential: {} as never }],
  ]
  it.each(refused)('refuses %s', async (_, options) => {
    const all = { keyId, signingKey: 'orders-signing', signingPublicKeys: [jwk], env, ...options }
    expect(await codeOf(() => azureKeyVault(all))).toBe('config')
  })

  it.each<[string, unknown]>([
    ['a private key', { ...jwk, d: 'x' }],
    ['RSA of 1024 bits', { ...jwk, n: 'x'.repeat(171) }],
    ['RSA without exponent', { kty: 'RSA', n: jwk.n }],
    ['a symmetric key', { kty: 'oct', k: 'x' }],
    ['another curve', { kty: 'EC', crv: 'P-384', x: 'x'.repeat(64), y: 'x'.repeat(64) }],
    ['half a point', { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43) }],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ['a PEM of something else', '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----'],
    ['nothing', null],
  ])('refuses as a signing public key %s', async (_, given) => {
    const options = { keyId, signingKey: 'orders-signing', signingPublicKeys: [jwk, given as never], env }
    expect(await codeOf(() => azureKeyVault(options))).toBe('config')
  })

  it('asks the vault and the Entra ID of its cloud, each for its own tokens', async () => {
    for (const [host, login, resource] of [
      ['orders.vault.azure.net', 'login.microsoftonline.com', 'https://vault.azure.net'],
      ['orders.managedhsm.azure.net', 'login.microsoftonline.com', 'https://managedhsm.azure.net'],
      ['orders.vault.azure.cn', 'login.chinacloudapi.cn', 'https://vault.azure.cn'],
      ['orders.vault.usgovcloudapi.net', 'login.microsoftonline.us', 'https://vault.usgovcloudapi.net'],
    ] as const) {
      const asked: [string, string][] = []
      const fetch = (async (url: string, init: RequestInit) => {
        asked.push([url, String(init.body ?? '')])
        return new Response(JSON.stringify({ access_token: 'token', expires_in: 3599 }))
      }) as typeof globalThis.fetch
      const provider = azureKeyVault({ keyId: `https://${host}/keys/x`, algorithm: 'A256KW', env, fetch, retry: false })
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
      expect(asked.map(([url]) => url)).toEqual([
        `https://${login}/tenant/oauth2/v2.0/token`,
        `https://${host}/keys/x?api-version=7.4`,
      ])
      expect(new URLSearchParams(asked[0]![1]).get('scope')).toBe(`${resource}/.default`)
    }
  })

  it('reads no environment but the one it is given, and asks nobody before the first use', async () => {
    Object.assign(process.env, env)
    try {
      expect(await codeOf(() => azureKeyVault({ keyId: hsmKeyId, algorithm: 'A256KW' }))).toBe('config')
    } finally {
      for (const name of Object.keys(env)) delete process.env[name]
    }
    const azure = createFakeAzureKeyVault()
    createSealer({ keys: onVault(azure) })
    expect(azure.requests).toEqual([])
  })

  it('shows no secret', () => {
    const provider = azureKeyVault({ keyId: hsmKeyId, algorithm: 'A256KW', env })
    expect(inspect(provider, { depth: 10, showHidden: true })).not.toContain('Quixotic')
    expect(JSON.stringify(provider)).not.toContain('Quixotic')
  })

  it('says how it binds the context', async () => {
    expect(onVault(await vaultWithKeys()).capabilities.context).toBe('signed')
    expect(onHsm(createFakeAzureKeyVault()).capabilities.context).toBe('hashed')
    expect(onHsm(createFakeAzureKeyVault(), { algorithm: 'A256GCM' }).capabilities.context).toBe('bound')
  })
})

describe('the key that wraps', () => {
  it.each(['vault', 'A256KW', 'A256GCM'] as const)('is the newest version; earlier ones open (%s)', async (kind) => {
    let ms = Date.now()
    const now = { now: () => ms }
    const azure = await (kind === 'vault' ? vaultWithKeys() : hsmWithKey())
    const store = kind === 'vault' ? ('vault' as const) : ('managed-hsm' as const)
    const create = (options: Partial<AzureKeyVaultOptions> = {}) =>
      kind === 'vault' ? onVault(azure, options) : onHsm(azure, { algorithm: kind, ...options })
    const provider = create()
    const versionIn = (wrapped: Uint8Array) =>
      Buffer.from(kind === 'vault' ? wrapped.subarray(5, 21) : wrapped.subarray(1, 17)).toString('hex')
    const old = await provider.wrapKey(key, bound, now)
    expect(old.length).toBe({ vault: 361, A256KW: 89, A256GCM: 77 }[kind])
    const { kid, version } = await azure.rotateKey('orders', { store })
    ms += 599_000
    expect(versionIn(await provider.wrapKey(key, bound, now))).toBe(versionIn(old))
    ms += 2_000
    const later = await provider.wrapKey(key, bound, now)
    expect(versionIn(later)).toBe(version)
    for (const wrapped of [old, later]) expect(await provider.unwrapKey(wrapped, bound, now)).toEqual(key)
    // Pinned, nobody is asked which version is current.
    const pinned = create({ keyId: kid.replace(version, versionIn(old)) })
    const before = azure.requests.length
    expect(versionIn(await pinned.wrapKey(key, bound, call))).toBe(versionIn(old))
    const operations = azure.requests.slice(before).map(({ operation }) => operation)
    expect(operations).toEqual(
      { vault: ['token', 'wrapkey', 'getkey', 'sign'], A256KW: ['token', 'wrapkey'], A256GCM: ['token', 'encrypt'] }[kind],
    )
  })

  it('is asked for again where its version was disabled or deleted, although a newer one is there', async () => {
    const azure = await hsmWithKey()
    const provider = onHsm(azure)
    const old = await provider.wrapKey(key, bound, call)
    await azure.rotateKey('orders', { store: 'managed-hsm' })
    azure.disableKey('orders', { store: 'managed-hsm', version: Buffer.from(old.subarray(1, 17)).toString('hex') })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('key_suspended')
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
    expect(await codeOf(() => provider.unwrapKey(old, bound, call))).toBe('key_suspended')
  })

  it('is asked for once for all who wait', async () => {
    const azure = await vaultWithKeys()
    const provider = onVault(azure)
    await Promise.all(Array.from({ length: 20 }, () => provider.wrapKey(key, bound, call)))
    // The key that wraps and the one that signs.
    expect(azure.requests.filter(({ operation }) => operation === 'getkey')).toHaveLength(2)
  })

  it('is asked for by every check of its status', async () => {
    const azure = await hsmWithKey()
    const provider = onHsm(azure)
    expect(await provider.status(call)).toBe('available')
    azure.disableKey('orders', { store: 'managed-hsm' })
    expect(await provider.status(call)).toBe('unavailable')
  })

  it('does not wrap where it is disabled, although the vault would: what it wraps could not be opened', async () => {
    const azure = await hsmWithKey()
    const fetch = (async (input: string, init: RequestInit) => {
      const response = await azure.fetch(input, init)
      if (init.method !== 'GET') return response
      const shown = (await response.json()) as { attributes: object }
      return new Response(JSON.stringify({ ...shown, attributes: { ...shown.attributes, enabled: false } }))
    }) as typeof globalThis.fetch
    const provider = onHsm(azure, { fetch })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('key_suspended')
    expect(await provider.status(call)).toBe('unavailable')
    expect(azure.requests.some(({ operation }) => operation === 'wrapkey')).toBe(false)
  })

  it('sends what was agreed: algorithm, hash or associated data, never the context in clear', async () => {
    const azure = await hsmWithKey()
    const bodies: Record<string, string>[] = []
    const fetch = (async (input: string, init: RequestInit) => {
      if (new URL(input).pathname.startsWith('/keys/') && init.body) bodies.push(JSON.parse(String(init.body)))
      return azure.fetch(input, init)
    }) as typeof globalThis.fetch
    for (const algorithm of ['A256KW', 'A256GCM'] as const) {
      const provider = onHsm(azure, { fetch, algorithm })
      await provider.unwrapKey(await provider.wrapKey(key, bound, call), bound, call)
    }
    expect(bodies.map(({ alg }) => alg)).toEqual(['A256KW', 'A256KW', 'A256GCM', 'A256GCM'])
    const lengths = bodies.map(({ value }) => Buffer.from(value!, 'base64url').length)
    expect(lengths).toEqual([64, 72, 32, 32])
    expect(bodies[3]).toMatchObject({ aad: bodies[2]!.aad })
    expect(Buffer.from(bodies[2]!.aad!, 'base64url').includes('azure-kv')).toBe(true)
  })

  it('opens with the hash of the context compared, whatever the vault says', async () => {
    const azure = await hsmWithKey()
    const provider = onHsm(azure)
    const other = wrapContext('envelope', 'azure-kv', 0, 'tenant:other')
    expect(await codeOf(async () => provider.unwrapKey(await provider.wrapKey(key, bound, call), other, call))).toBe(
      'open_failed',
    )
  })

  it.each(['A256KW', 'A256GCM', 'vault'] as const)('asks nobody about what is no wrapped key (%s)', async (kind) => {
    const azure = createFakeAzureKeyVault()
    const provider = kind === 'vault' ? onVault(azure) : onHsm(azure, { algorithm: kind })
    const wrong = [
      [],
      [1],
      [2],
      [0, 0, 0, 0],
      [255, 255, 255, 255],
      [0, 0, 0, 1, 1],
      new Array(17).fill(1),
      new Array(77).fill(1),
    ]
    const parts = [0, 0, 0, 33, 1, ...new Array(32).fill(7), 0, 0, 0, 1, 5]
    for (const bytes of [...wrong, parts, [...parts, 0], new Array(78).fill(2), new Array(76).fill(2)])
      expect(await codeOf(() => provider.unwrapKey(Uint8Array.from(bytes), bound, call))).toBe('open_failed')
    expect(azure.requests).toEqual([])
  })
})

describe('key URIs', () => {
  it('open, and take the signing public keys from the vault', async () => {
    const azure = await vaultWithKeys()
    const host = new URL(azure.vaultUrl).host
    const global = globalThis.fetch
    globalThis.fetch = azure.fetch as typeof globalThis.fetch
    try {
      const uri = `azure://${host}/keys/orders?signing-key=orders-signing&id=orders&version=3`
      const sealer = createSealer({ keys: openKeys(uri, { azure: azureUri }, { env: environment(azure) }) })
      const sealed = await sealer.seal('x', { context })
      expect(sealer.inspect(sealed)).toMatchObject({ kid: 'orders', keyVersion: 3 })
      expect(await sealer.open(sealed, { context })).toBe('x')
      const configured = onVault(azure, {
        id: 'orders',
        version: 3,
        signingPublicKeys: [await publicKeyOf(azure, 'orders-signing')],
      })
      expect(await createSealer({ keys: configured }).open(sealed, { context })).toBe('x')
    } finally {
      globalThis.fetch = global
    }
  })

  it.each([
    'azure://orders.vault.azure.net/keys/orders',
    'azure://evil.example/keys/orders?signing-key=s',
    'azure://orders.vault.azure.net/keys/orders?signing-key=s&secret=x',
    'azure://orders.vault.azure.net/keys/orders?signing-key=s&version=x',
    'azure://orders.vault.azure.net/keys/orders?algorithm=RSA1_5',
    'azure://orders.vault.azure.net/keys/orders?signing-key=s&endpoint=http://elsewhere.example',
    'azure://orders.vault.azure.net/keys/orders?signing-key=s&credential=secret',
  ])('are refused: %s', async (uri) => {
    expect(await codeOf(() => openKeys(uri, { azure: azureUri }, { env }))).toBe('config')
  })
})
