import { inspect } from 'node:util'
import { createFakeVault, type FakeVault, type Fault } from '@waxseal/conformance/fakes'
import { createSealer, generateKey, WaxsealError } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { describe, expect, it, vi } from 'vitest'
import { type VaultKvOptions, vaultKv, vaultUri } from '../src/index.ts'
import { kvOn, newVault, noted } from './bench.ts'
import { answering, codeOf } from './codes.ts'

let now = Date.now()
const call = { now: () => now }
const context = { app: 'billing', job: 'invoice' }
const path = 'orders/root'
const auth = { method: 'token', token: 'hvs.Quixotic-Token-7Z' } as const
const address = 'https://vault.test:8200'

const resolve = async (source: ReturnType<typeof vaultKv>, version: number) => {
  const found = await source.resolve({ kid: 'vault', version }, undefined, call)
  return found === null ? null : found.state
}
const current = async (source: ReturnType<typeof vaultKv>) => (await source.current(undefined, call)).version
const reads = (vault: FakeVault) => vault.requests.filter(({ operation }) => operation === 'kv/read').length
const rotate = (vault: FakeVault) => vault.writeSecret(path, { key: generateKey() })

/** A source whose server answers reads of the secret this way. */
const onAnswer = (status: number, body: unknown) => {
  const fetch = (async (input: string) =>
    input.includes('lookup-self')
      ? new Response(JSON.stringify({ data: { ttl: 0 } }))
      : answering(status, body)(input)) as typeof globalThis.fetch
  return vaultKv({ path, address, auth, fetch, retry: false })
}

const metadata = { version: 1, deletion_time: '', destroyed: false }

describe('a secret whose versions are keys', () => {
  it('rotate-then-decrypt-v1: the newest version seals, all open', async () => {
    const vault = newVault()
    const first = await createSealer({ keys: kvOn(vault) }).seal('x', { context })
    expect(rotate(vault)).toBe(2)
    const sealer = createSealer({ keys: kvOn(vault) })
    expect(sealer.inspect(await sealer.seal('y', { context }))).toMatchObject({ kid: 'vault', keyVersion: 2 })
    expect(await sealer.open(first, { context })).toBe('x')
    expect(reads(vault)).toBe(3)
  })

  it('is the same secret after a restart', async () => {
    const vault = newVault()
    const sealed = await createSealer({ keys: kvOn(vault) }).seal('x', { context })
    expect(await createSealer({ keys: kvOn(vault) }).open(sealed, { context })).toBe('x')
  })

  it('is read at its path, by version when it opens', async () => {
    const vault = newVault()
    const { fetch, seen } = noted(vault)
    const source = kvOn(vault, { fetch })
    await current(source)
    rotate(vault)
    await resolve(source, 2)
    expect(seen.map(({ url }) => url.slice(vault.address.length))).toEqual([
      '/v1/auth/token/lookup-self',
      '/v1/secret/data/orders/root',
      '/v1/secret/data/orders/root?version=2',
    ])
    expect(seen.every(({ body }) => body === undefined)).toBe(true)
  })

  it('tells deleted and destroyed versions from those that never were', async () => {
    const vault = newVault()
    for (let i = 0; i < 3; i++) rotate(vault)
    vault.deleteSecret(path, [2])
    vault.destroySecret(path, [3])
    const source = kvOn(vault)
    expect([await resolve(source, 1), await resolve(source, 3)]).toEqual(['active', 'destroyed'])
    // It can be undeleted: that is no tombstone, and nothing is taken as erased.
    expect(await codeOf(() => resolve(source, 2))).toBe('key_suspended')
    expect(await resolve(source, 5)).toBeNull()
    const before = reads(vault)
    // Vault would answer 0 with the newest version.
    expect(await resolve(source, 0)).toBeNull()
    expect(reads(vault)).toBe(before)
    vault.undeleteSecret(path, [2])
    now += 60_001
    expect(await resolve(source, 2)).toBe('active')
  })

  it('opens nothing that a destroyed version sealed, and says why', async () => {
    const vault = newVault()
    const sealed = await createSealer({ keys: kvOn(vault) }).seal('x', { context })
    rotate(vault)
    vault.destroySecret(path, [1])
    expect(await codeOf(() => createSealer({ keys: kvOn(vault) }).open(sealed, { context }))).toBe('key_destroyed')
    for (let i = 0; i < 10; i++) rotate(vault)
    expect(await codeOf(() => createSealer({ keys: kvOn(vault) }).open(sealed, { context }))).toBe('key_not_found')
  })

  it('seals with the newest that is not deleted', async () => {
    const vault = newVault()
    for (let i = 0; i < 3; i++) rotate(vault)
    vault.deleteSecret(path, [4])
    vault.destroySecret(path, [3])
    expect(await current(kvOn(vault))).toBe(2)
    vault.deleteSecret(path, [1, 2])
    expect(await codeOf(() => current(kvOn(vault)))).toBe('key_suspended')
    vault.destroySecret(path, [1, 2, 4])
    expect(await codeOf(() => current(kvOn(vault)))).toBe('key_destroyed')
    expect(await codeOf(() => current(kvOn(vault, { path: 'orders/rood' })))).toBe('access_denied')
    vault.setPolicy('kv', { 'secret/data/*': ['read'] })
    expect(await codeOf(() => current(kvOn(vault, { path: 'orders/rood' })))).toBe('key_not_found')
    for (let i = 0; i < 40; i++) vault.writeSecret('long', { key: generateKey() })
    vault.deleteSecret(
      'long',
      Array.from({ length: 40 }, (_, i) => i + 1),
    )
    const before = reads(vault)
    expect(await codeOf(() => current(kvOn(vault, { path: 'long' })))).toBe('key_suspended')
    expect(reads(vault) - before).toBe(11)
  })

  it('gives up after so many deleted versions', async () => {
    let requests = 0
    const fetch = (async (input: string) => {
      requests++
      const version = Number(new URL(input).searchParams.get('version') ?? 1000)
      const data = input.includes('lookup-self') ? { ttl: 0 } : { data: null, metadata: { ...metadata, version } }
      return new Response(JSON.stringify({ data }), { status: input.includes('lookup-self') ? 200 : 404 })
    }) as typeof globalThis.fetch
    expect(await codeOf(() => current(vaultKv({ path, address, auth, fetch })))).toBe('key_suspended')
    // The token, the newest, and 32 before it.
    expect(requests).toBe(34)
  })

  it('missing `key` field throws', async () => {
    const vault = newVault()
    vault.writeSecret(path, { value: generateKey() })
    const error = await createSealer({ keys: kvOn(vault) })
      .seal('x', { context })
      .catch((thrown: unknown) => thrown)
    expect(WaxsealError.is(error) && [error.code, error.message]).toEqual([
      'config',
      'Vault: version 2 of the secret has no field key with a key',
    ])
    expect(await current(kvOn(vault, { field: 'value' }))).toBe(2)
    // Those before are keys as they were.
    expect(await resolve(kvOn(vault), 1)).toBe('active')
  })

  it.each<[string, unknown]>([
    ['a passphrase', 'correct horse battery staple'],
    ['16 bytes', 'AAECAwQFBgcICQoLDA0ODw=='],
    ['33 bytes', `${'A'.repeat(43)}B`],
    ['48 bytes', 'Quixotic'.repeat(8)],
    ['zeros', `${'A'.repeat(43)}=`],
    ['nothing', ''],
    ['a number', 5],
    ['an object', { key: generateKey() }],
  ])('never stretches %s into a key', async (_, key) => {
    const vault = newVault()
    vault.writeSecret(path, { key })
    const error = await createSealer({ keys: kvOn(vault) })
      .seal('x', { context })
      .catch((thrown: unknown) => thrown)
    expect(WaxsealError.is(error) && error.code).toBe('config')
    expect(WaxsealError.is(error) && error.message).toMatch(/version 2 of the secret/)
    expect(inspect(error)).not.toContain('Quixotic')
    expect(inspect(error)).not.toContain('horse')
  })

  it('takes no field of the prototype', async () => {
    expect(await codeOf(() => current(kvOn(newVault(), { field: 'constructor' })))).toBe('config')
  })

  it.each<[string, number, unknown, string]>([
    [
      'another version',
      200,
      { data: { data: { key: generateKey() }, metadata: { ...metadata, version: 2 } } },
      'provider_unavailable',
    ],
    ['no version', 200, { data: { data: { key: generateKey() }, metadata: {} } }, 'provider_unavailable'],
    ['no data', 200, { data: { metadata } }, 'provider_unavailable'],
    ['nothing', 200, '', 'provider_unavailable'],
    ['a text', 200, { data: { data: 'x', metadata } }, 'provider_unavailable'],
    // Not Vault's own word.
    ['404 without errors', 404, {}, 'provider_unavailable'],
    ['403 of a proxy', 403, '<html>', 'provider_unavailable'],
    [
      '404 of a mount that is not there',
      404,
      { errors: ['no handler for route "secret/data/x". route entry not found.'] },
      'config',
    ],
    [
      '404 of another engine',
      404,
      { errors: [], warnings: ['Invalid path for a versioned K/V secrets engine. See …'] },
      'config',
    ],
    ['403', 403, { errors: ['permission denied'] }, 'access_denied'],
    ['503', 503, { errors: ['Vault is sealed'] }, 'provider_unavailable'],
    ['429', 429, { errors: [] }, 'throttled'],
  ])('is not to be had of %s', async (_, status, body, code) => {
    expect(await codeOf(() => resolve(onAnswer(status, body), 1))).toBe(code)
    expect(await codeOf(() => onAnswer(status, body).versions(call))).toBe(code)
  })

  it('has no versions in version 1 of the engine', async () => {
    expect(await codeOf(() => current(onAnswer(200, { data: { key: generateKey() } })))).toBe('config')
  })

  const outages: Fault[] = [
    { kind: 'server_error' },
    { kind: 'unavailable' },
    { kind: 'dropped' },
    { kind: 'garbage' },
    { kind: 'truncated' },
    { kind: 'redirect', location: 'https://elsewhere.invalid/' },
  ]
  it.each(outages)('KMS-down-at-boot-throws: $kind is an outage and never another key', async (fault) => {
    const vault = newVault()
    const sealed = await createSealer({ keys: kvOn(vault) }).seal('x', { context })
    vault.faults.inject(fault)
    const retry = { baseMs: 1, maxMs: 2 }
    expect(await createSealer({ keys: kvOn(vault, { retry }) }).open(sealed, { context })).toBe('x')
    vault.faults.inject(fault, { times: Number.POSITIVE_INFINITY })
    const sealer = createSealer({ keys: kvOn(vault, { retry }) })
    expect(await codeOf(() => sealer.seal('x', { context }))).toBe('provider_unavailable')
    expect(await codeOf(() => sealer.open(sealed, { context }))).toBe('provider_unavailable')
  })

  it('is read again in the background, serves through an outage, and is dropped when it is denied', async () => {
    const vault = newVault()
    const source = kvOn(vault, { retry: false, breaker: false, reloadMs: 1_000, maxAgeMs: 600_000, staleMs: 60_000 })
    expect(await current(source)).toBe(1)
    rotate(vault)
    now += 1_000
    expect(await current(source)).toBe(1)
    await vi.waitFor(async () => expect(await current(source)).toBe(2), { timeout: 10_000, interval: 1 })
    vault.faults.inject({ kind: 'dropped' }, { times: Number.POSITIVE_INFINITY })
    now += 659_000
    expect(await current(source)).toBe(2)
    now += 1_001
    expect(await codeOf(() => current(source))).toBe('provider_unavailable')
    vault.faults.clear()
    expect(await current(source)).toBe(2)
    vault.setPolicy('kv', {})
    now += 600_001
    expect(await codeOf(() => current(source))).toBe('access_denied')
    expect(source.resident?.({ kid: 'vault', version: 2 }, undefined, call)).toBeUndefined()
  })

  it('is asked once, whoever asks at once', async () => {
    const vault = newVault()
    const sealer = createSealer({ keys: kvOn(vault) })
    const sealed = await Promise.all(Array.from({ length: 100 }, (_, i) => sealer.seal(i, { context })))
    expect(await Promise.all(sealed.map((text) => sealer.open(text, { context })))).toHaveLength(100)
    expect(reads(vault)).toBe(1)
    sealer.openSync(sealer.sealSync('x', { context }), { context })
  })

  it('tells when a version is about to fall out', async () => {
    const vault = newVault()
    const source = kvOn(vault)
    expect(await source.versions()).toEqual({ newest: 1, kept: 1, maxVersions: 10, writesLeft: 9 })
    for (let i = 0; i < 11; i++) rotate(vault)
    expect(await source.versions(call)).toEqual({ newest: 12, kept: 10, maxVersions: 10, writesLeft: 0 })
    const body = JSON.stringify({ max_versions: 200 })
    const headers = { 'x-vault-token': vault.rootToken }
    await vault.fetch(`${vault.address}/v1/secret/metadata/orders/root`, { method: 'POST', headers, body })
    expect(await source.versions()).toMatchObject({ maxVersions: 200, writesLeft: 190 })
    expect(await codeOf(() => kvOn(vault, { path: 'orders/rood' }).versions())).toBe('access_denied')
    vault.setPolicy('kv', { 'secret/metadata/*': ['read'] })
    expect(await codeOf(() => kvOn(vault, { path: 'orders/rood' }).versions())).toBe('key_not_found')
    expect(await codeOf(() => source.versions({ signal: AbortSignal.abort() }))).toBe('aborted')
  })

  it('tells it in time, or that there was no answer', async () => {
    const stuck = new Promise<never>(() => {})
    const fetch = () => stuck
    expect(await codeOf(() => vaultKv({ path, address, auth, fetch, attemptTimeoutMs: 5 }).versions())).toBe('timeout')
    const client = { read: () => stuck, write: () => stuck }
    expect(await codeOf(() => vaultKv({ path, client, attemptTimeoutMs: 5 }).versions())).toBe('timeout')
  })

  it('shows no key and no token', async () => {
    const vault = newVault()
    vault.writeSecret(path, { key: `${'Quixotic'.repeat(5)}QuA` })
    const source = kvOn(vault)
    const key = await source.current(undefined, call)
    expect(inspect([source, key], { depth: 10, showHidden: true }) + JSON.stringify([source, key])).not.toContain('Quixotic')
  })
})

describe('configuration', () => {
  it.each<[string, Partial<VaultKvOptions>]>([
    ['no path', { path: undefined as never }],
    ['an empty path', { path: '' }],
    ['a path that begins with a slash', { path: '/orders' }],
    ['a path that leads elsewhere', { path: 'orders/../../sys' }],
    ['a path with a control character', { path: 'orders\n' }],
    ['a mount that leads elsewhere', { mount: '..' }],
    ['no field', { field: '' }],
    ['an id that is none', { id: 'Vault' }],
    ['a reload that is none', { reloadMs: -1 }],
    ['stale use of a day', { staleMs: 86_400_000 }],
  ])('refuses %s', async (_, options) => {
    expect(await codeOf(() => vaultKv({ path, address, auth, ...options }))).toBe('config')
  })

  it('takes paths with any other characters, and mounts with slashes', async () => {
    const vault = createFakeVault()
    vault.mount('kv/team', 'kv')
    const odd = 'a b/ü?x=1#y%2e'
    vault.writeSecret(odd, { key: generateKey() }, { mount: 'kv/team' })
    const token = { method: 'token', token: vault.rootToken } as const
    const place = { path: odd, mount: 'kv/team', address: vault.address, auth: token, fetch: vault.fetch as typeof fetch }
    expect(await current(vaultKv(place))).toBe(1)
    expect(await resolve(vaultKv(place), 1)).toBe('active')
  })
})

describe('key URIs', () => {
  it('open by mount, path, field and id', async () => {
    const vault = newVault()
    vault.mount('kv/team', 'kv')
    vault.writeSecret('orders', { root: generateKey() }, { mount: 'kv/team' })
    const global = globalThis.fetch
    globalThis.fetch = vault.fetch as typeof globalThis.fetch
    try {
      const env = { VAULT_TOKEN: vault.rootToken, VAULT_ADDR: vault.address }
      for (const [uri, kid] of [
        ['vault://secret/orders/root', 'vault'],
        [`vault://secret/orders/root?addr=${vault.address}&id=orders`, 'orders'],
        ['vault://orders?mount=kv/team&field=root', 'vault'],
      ] as const) {
        const sealer = createSealer({ keys: openKeys(uri, { vault: vaultUri }, { env }) })
        const sealed = await sealer.seal('x', { context })
        expect(sealer.inspect(sealed)).toMatchObject({ kid, keyVersion: 1 })
        expect(await sealer.open(sealed, { context })).toBe('x')
      }
    } finally {
      globalThis.fetch = global
    }
  })

  it.each([
    'vault://secret',
    'vault://',
    'vault://secret/a/../b',
    'vault://secret/a?token=x',
    'vault://secret/a?addr=ftp://vault',
  ])('are refused: %s', async (uri) => {
    const env = { VAULT_TOKEN: 'x', VAULT_ADDR: address }
    expect(await codeOf(() => openKeys(uri, { vault: vaultUri }, { env }))).toBe('config')
  })
})
