import { keyProviderContract, keySourceContract } from '@waxseal/conformance/contracts'
import { createSealer, generateKey } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import { startVault, type VaultService, vaultMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import nodeVault from 'node-vault'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type VaultAuth, type VaultTransitOptions, vaultKv, vaultTransit } from '../src/index.ts'
import { POLICIES } from './bench.ts'
import { codeOf } from './codes.ts'

const missing = vaultMissing()
const call = { now: () => Date.now() }
const bound = wrapContext('envelope', 'vault-transit', 0)
const key = new Uint8Array(32).fill(7)
const utf8 = (text: string) => new TextEncoder().encode(text)
const policyOf = (rules: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(rules)
    .map(([path, capabilities]) => `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`)
    .join('\n')

describeIf(!missing, missing ?? '')('Vault itself', () => {
  let vault: VaultService
  const roles: Record<string, VaultAuth> = {}

  async function admin(method: string, path: string, input?: object): Promise<Record<string, never>> {
    const response = await fetch(`${vault.url}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': vault.token },
      ...(input ? { body: JSON.stringify(input) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text ? JSON.parse(text) : {}
  }

  async function makeRole(name: string, policies: string, ttl = '1h'): Promise<VaultAuth> {
    await admin('POST', `auth/approle/role/${name}`, { token_policies: policies, token_ttl: ttl })
    const { role_id } = (await admin('GET', `auth/approle/role/${name}/role-id`)).data as unknown as { role_id: string }
    const { secret_id } = (await admin('POST', `auth/approle/role/${name}/secret-id`)).data as unknown as { secret_id: string }
    return { method: 'approle', roleId: role_id, secretId: secret_id }
  }

  beforeAll(async () => {
    vault = await startVault()
    await admin('POST', 'sys/mounts/transit', { type: 'transit' })
    await admin('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } })
    await admin('POST', 'sys/auth/approle', { type: 'approle' })
    for (const name of ['orders', 'other', 'rotated']) await admin('POST', `transit/keys/${name}`, {})
    await admin('POST', 'transit/keys/derived', { derived: true })
    await admin('POST', 'transit/keys/chacha', { type: 'chacha20-poly1305' })
    await admin('POST', 'transit/keys/rsa', { type: 'rsa-2048' })
    // The engine upgrades itself for a moment after it was mounted.
    const write = () => admin('POST', 'secret/data/orders/root', { data: { key: generateKey() } })
    const written = () =>
      write().then(
        () => true,
        () => false,
      )
    while (!(await written())) await new Promise((resolve) => setTimeout(resolve, 200))
    for (const name of ['transit', 'kv'] as const)
      await admin('PUT', `sys/policies/acl/${name}`, { policy: policyOf(POLICIES[name]) })
    await admin('PUT', 'sys/policies/acl/every-key', { policy: policyOf({ 'transit/+/*': ['update', 'read'] }) })
    roles.orders = await makeRole('orders', 'transit')
    roles.all = await makeRole('all', 'every-key')
    roles.kv = await makeRole('kv', 'kv')
  })
  afterAll(() => vault?.stop())

  const transit = (options: Partial<VaultTransitOptions> = {}) =>
    vaultTransit({ key: 'orders', address: vault.url, auth: roles.orders, retry: false, ...options })

  for (const name of ['orders', 'derived', 'chacha'])
    keyProviderContract({
      describe,
      it,
      harness: {
        name: `vaultTransit on the key ${name}`,
        create: () => transit({ key: name, auth: name === 'orders' ? roles.orders : roles.all }),
        createOther: () => transit({ key: 'other', auth: roles.all }),
        remote: true,
      },
    })

  keyProviderContract({
    describe,
    it,
    harness: {
      name: 'vaultTransit over node-vault',
      create: () => vaultTransit({ key: 'orders', client: nodeVault({ endpoint: vault.url, token: vault.token }) }),
      remote: true,
    },
  })

  keySourceContract({
    describe,
    it,
    harness: { name: 'vaultKv', create: () => vaultKv({ path: 'orders/root', address: vault.url, auth: roles.kv }) },
  })

  it('refuses keys of other kinds, that are not there, or that the policy does not give', async () => {
    const wrap = (options: Partial<VaultTransitOptions>) => codeOf(() => transit(options).wrapKey(key, bound, call))
    expect(await wrap({ key: 'rsa', auth: roles.all })).toBe('config')
    expect(await wrap({ key: 'nope', auth: roles.all })).toBe('key_not_found')
    expect(await wrap({ key: 'other' })).toBe('access_denied')
    expect(await wrap({ mount: 'nowhere', auth: { method: 'token', token: vault.token } })).toBe('config')
    expect(await wrap({ auth: { method: 'token', token: 'hvs.nobody' } })).toBe('access_denied')
    expect(await wrap({ auth: { ...roles.orders, secretId: 'x' } as VaultAuth })).toBe('access_denied')
    expect(await transit().status(call)).toBe('available')
    expect(await transit({ key: 'nope', auth: roles.all }).status(call)).toBe('unavailable')
  })

  it('rotate-then-decrypt-v1, and a version that was retired is told as such', async () => {
    const provider = transit({ key: 'rotated', auth: roles.all })
    const wrapped = await provider.wrapKey(key, bound, call)
    await admin('POST', 'transit/keys/rotated/rotate')
    expect(await provider.unwrapKey(wrapped, bound, call)).toEqual(key)
    expect(new TextDecoder().decode(await provider.wrapKey(key, bound, call))).toMatch(/^vault:v2:/)
    await admin('POST', 'transit/keys/rotated/config', { min_decryption_version: 2 })
    expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('key_retired')
    for (const forged of ['vault:v9:AAAA', 'vault:v2:AAAA', 'other:v2:AAAA'])
      expect(await codeOf(() => provider.unwrapKey(utf8(forged), bound, call))).toBe('open_failed')
  })

  it('gets another token when its own is revoked, and renews it in time', async () => {
    const tokens = new Set<string>()
    const paths: string[] = []
    const watching = ((url: string, init: RequestInit) => {
      const token = new Headers(init.headers).get('x-vault-token')
      if (token) tokens.add(token)
      paths.push(url.slice(vault.url.length + 4))
      return fetch(url, init)
    }) as typeof fetch
    let now = Date.now()
    const provider = transit({ fetch: watching, auth: await makeRole('short', 'transit', '60s') })
    const wrap = () => codeOf(() => provider.wrapKey(key, bound, { now: () => now }))
    expect(await wrap()).toBe('ok')
    now += 41_000
    expect(await wrap()).toBe('ok')
    expect(paths.filter((path) => path === 'auth/token/renew-self')).toHaveLength(1)
    await admin('POST', 'auth/token/revoke', { token: [...tokens][0] })
    expect(await wrap()).toBe('ok')
    expect(tokens.size).toBe(2)
  })

  it('every kept version of a secret opens, deleted and destroyed ones are told, and the oldest falls out', async () => {
    const kv = () => vaultKv({ path: 'orders/root', address: vault.url, auth: roles.kv, retry: false })
    const write = () => admin('POST', 'secret/data/orders/root', { data: { key: generateKey() } })
    const context = { app: 'billing' }
    const first = (await kv().current(undefined, call)).version
    const sealed = await createSealer({ keys: kv() }).seal('x', { context })
    for (let i = 0; i < 3; i++) await write()
    expect((await kv().current(undefined, call)).version).toBe(first + 3)
    await admin('POST', 'secret/delete/orders/root', { versions: [first + 3] })
    await admin('POST', 'secret/destroy/orders/root', { versions: [first + 2] })
    expect((await kv().current(undefined, call)).version).toBe(first + 1)
    expect((await kv().resolve({ kid: 'vault', version: first + 2 }, undefined, call))?.state).toBe('destroyed')
    expect(await codeOf(() => kv().resolve({ kid: 'vault', version: first + 3 }, undefined, call))).toBe('key_suspended')
    expect(await kv().resolve({ kid: 'vault', version: first + 4 }, undefined, call)).toBeNull()
    expect(await createSealer({ keys: kv() }).open(sealed, { context })).toBe('x')
    for (let i = 0; i < 9; i++) await write()
    expect(await codeOf(() => createSealer({ keys: kv() }).open(sealed, { context }))).toBe('key_not_found')
    expect(await kv().versions()).toMatchObject({ kept: 10, maxVersions: 10, writesLeft: 0 })
  })

  it('a sealed Vault is an outage', async () => {
    const provider = transit({ breaker: false })
    const wrapped = await provider.wrapKey(key, bound, call)
    await admin('PUT', 'sys/seal')
    try {
      expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('provider_unavailable')
      expect(await provider.status(call)).toBe('unavailable')
    } finally {
      await fetch(`${vault.url}/v1/sys/unseal`, { method: 'PUT', body: JSON.stringify({ key: vault.unsealKey }) })
    }
    expect(await provider.unwrapKey(wrapped, bound, call)).toEqual(key)
  })
})
