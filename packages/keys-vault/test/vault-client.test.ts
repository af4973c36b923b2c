import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { FakeVault } from '@waxseal/conformance/fakes'
import { createSealer, WaxsealError } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import { afterEach, describe, expect, it } from 'vitest'
import { type VaultAuth, type VaultConnectionOptions, vaultKv, vaultTransit } from '../src/index.ts'
import { newVault, noted } from './bench.ts'
import { answering, codeOf } from './codes.ts'

const MINUTE_MS = 60_000
let now = Date.now()
const call = { now: () => now }
const bound = wrapContext('envelope', 'vault-transit', 0)
const key = new Uint8Array(32).fill(7)
const auth = { method: 'token', token: 'hvs.Quixotic-Token-7Z' } as const
const address = 'https://vault.test:8200'

/** What a provider asks first, and with what. */
async function asked(options: Partial<VaultConnectionOptions>) {
  const seen: { url: string; headers: Record<string, string> }[] = []
  const fetch = (async (url: string, init: RequestInit) => {
    seen.push({ url, headers: init.headers as Record<string, string> })
    return new Response(JSON.stringify({ data: { ttl: 0 } }))
  }) as typeof globalThis.fetch
  await codeOf(() => vaultTransit({ key: 'orders', fetch, retry: false, auth, address, ...options }).wrapKey(key, bound, call))
  return seen.at(-1)
}

describe('where it asks', () => {
  it('VAULT_ADDR-unset-throws and no request leaves', async () => {
    const global = globalThis.fetch
    let requests = 0
    globalThis.fetch = (async () => {
      requests++
      return new Response('{}')
    }) as typeof globalThis.fetch
    process.env.VAULT_ADDR = address
    try {
      for (const env of [undefined, {}, { VAULT_ADDR: '' }, { VAULT_ADDR: undefined, VAULT_TOKEN: 'x' }]) {
        expect(await codeOf(() => vaultTransit({ key: 'orders', auth, env }))).toBe('config')
        expect(await codeOf(() => vaultKv({ path: 'orders', auth, env }))).toBe('config')
      }
    } finally {
      globalThis.fetch = global
      delete process.env.VAULT_ADDR
    }
    expect(requests).toBe(0)
  })

  it('is the address, or VAULT_ADDR, or BAO_ADDR', async () => {
    const at = async (options: Partial<VaultConnectionOptions>) => (await asked(options))?.url
    expect(await at({})).toBe('https://vault.test:8200/v1/transit/keys/orders')
    expect(await at({ address: 'https://proxy.test/vault/' })).toBe('https://proxy.test/vault/v1/transit/keys/orders')
    expect(await at({ address: 'http://127.0.0.1:8200' })).toBe('http://127.0.0.1:8200/v1/transit/keys/orders')
    expect(await at({ address: 'http://vault', allowHttp: true })).toBe('http://vault/v1/transit/keys/orders')
    const env = { VAULT_ADDR: 'https://a.test', BAO_ADDR: 'https://b.test' }
    expect(await at({ env })).toBe('https://vault.test:8200/v1/transit/keys/orders')
    expect(await at({ address: undefined, env })).toBe('https://a.test/v1/transit/keys/orders')
    expect(await at({ address: undefined, env: { BAO_ADDR: env.BAO_ADDR } })).toBe('https://b.test/v1/transit/keys/orders')
  })

  it.each<[string, Partial<VaultConnectionOptions>]>([
    ['an address in clear', { address: 'http://vault.test' }],
    ['an address in clear that looks like loopback', { address: 'http://127.0.0.1.evil.example' }],
    ['an address with a user', { address: 'https://x:y@vault.test' }],
    ['an address with a query', { address: 'https://vault.test?x' }],
    ['another scheme', { address: 'file:///x', allowHttp: true }],
    ['an address that is none', { address: 'vault.test:8200' }],
    ['a namespace with a line break', { namespace: 'a\nb' }],
    ['an empty namespace', { namespace: '' }],
    ['no token', { auth: undefined }],
    ['an empty token', { auth: { method: 'token', token: '' } }],
    ['a token with a line break', { auth: { method: 'token', token: 'a\nb' } }],
    ['a token with a space', { env: { VAULT_TOKEN: 'a b' }, auth: undefined }],
    ['no role id', { auth: { method: 'approle', roleId: '', secretId: 'x' } }],
    ['no secret id', { auth: { method: 'approle', roleId: 'x' } as never }],
    ['a mount that leads elsewhere', { auth: { method: 'approle', roleId: 'x', secretId: 'y', mount: '../sys' } }],
    ['no role', { auth: { method: 'kubernetes', role: '' } }],
    ['another method', { auth: { method: 'ldap' } as never }],
    ['a client and an address', { client: { read: async () => {}, write: async () => {} } }],
  ])('refuses %s', async (_, options) => {
    const error = await codeOf(() => vaultTransit({ key: 'orders', address, auth, ...options }))
    expect(error).toBe('config')
  })

  it('sends token and namespace and says that it is no browser that was tricked', async () => {
    expect((await asked({ namespace: 'teams/a' }))?.headers).toEqual({
      'x-vault-request': 'true',
      'x-vault-token': auth.token,
      'x-vault-namespace': 'teams/a',
    })
    const env = { VAULT_TOKEN: 'vault', BAO_TOKEN: 'bao', BAO_NAMESPACE: 'b' }
    // The settings of one product alone: its token goes to no address of the other.
    expect((await asked({ auth: undefined, env }))?.headers).toEqual({ 'x-vault-request': 'true', 'x-vault-token': 'vault' })
    const bao = { ...env, BAO_ADDR: address, VAULT_NAMESPACE: 'v' }
    expect((await asked({ address: undefined, auth: undefined, env: bao }))?.headers).toMatchObject({
      'x-vault-token': 'bao',
      'x-vault-namespace': 'b',
    })
    expect((await asked({ auth: undefined, env: { BAO_TOKEN: 'bao' } }))?.headers['x-vault-token']).toBe('bao')
  })

  it('follows no redirect: the active node would get the token from us, or somebody else', async () => {
    const vault = newVault()
    vault.setState('standby')
    const provider = vaultTransit({
      key: 'orders',
      address: vault.address,
      auth: { method: 'token', token: vault.rootToken },
      fetch: vault.fetch as typeof fetch,
      retry: false,
    })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
    expect(vault.requests.map(({ status }) => status)).toEqual([307])
  })
})

/** A provider, and what came of it. */
function on(vault: FakeVault, given: VaultAuth) {
  const { fetch, seen, tokens } = noted(vault)
  const provider = vaultTransit({ key: 'orders', address: vault.address, auth: given, fetch, retry: false, breaker: false })
  return {
    seen,
    tokens,
    provider,
    wrap: () => codeOf(() => provider.wrapKey(key, bound, call)),
    count: (operation: string) => vault.requests.filter((request) => request.operation === operation).length,
  }
}

const clocked = (flavor: 'vault' | 'openbao' = 'vault') => newVault({ now: () => now, flavor })

describe('tokens', () => {
  it('of AppRole are had once for all who wait, renewed at two thirds of their lease, and had again when that ends', async () => {
    const vault = clocked()
    const role = vault.createAppRole({ policies: ['transit'], ttlSeconds: 3600, maxTtlSeconds: 7200 })
    const { wrap, count, tokens } = on(vault, { method: 'approle', ...role })
    expect(await Promise.all(Array.from({ length: 20 }, wrap))).toEqual(Array(20).fill('ok'))
    expect([count('auth/login'), count('token/renew-self')]).toEqual([1, 0])
    now += 39 * MINUTE_MS
    await wrap()
    expect(count('token/renew-self')).toBe(0)
    now += MINUTE_MS
    expect(await Promise.all(Array.from({ length: 20 }, wrap))).toEqual(Array(20).fill('ok'))
    expect([count('auth/login'), count('token/renew-self'), tokens.length]).toEqual([1, 1, 1])
    // At 1:20 there are 40 minutes until the end of all renewals; at 1:55 renewing gains nothing.
    now += 40 * MINUTE_MS
    await wrap()
    expect([count('auth/login'), count('token/renew-self')]).toEqual([1, 2])
    now += 35 * MINUTE_MS
    expect(await wrap()).toBe('ok')
    expect([count('auth/login'), count('token/renew-self'), tokens.length]).toEqual([2, 3, 2])
  })

  it('that cannot be renewed are had again before they end', async () => {
    const vault = clocked()
    const role = vault.createAppRole({ policies: ['transit'], ttlSeconds: 600, renewable: false })
    const { wrap, count } = on(vault, { method: 'approle', ...role })
    await wrap()
    now += 400_000
    expect(await wrap()).toBe('ok')
    expect([count('auth/login'), count('token/renew-self')]).toEqual([2, 0])
  })

  it('serve on to their end while Vault cannot renew them, which is tried again after half a minute', async () => {
    const vault = clocked()
    const role = vault.createAppRole({ policies: ['transit'], ttlSeconds: 600 })
    const { wrap, count } = on(vault, { method: 'approle', ...role })
    await wrap()
    vault.faults.inject({ kind: 'server_error' }, { times: Number.POSITIVE_INFINITY, operation: 'token/renew-self' })
    now += 400_000
    expect([await wrap(), await wrap()]).toEqual(['ok', 'ok'])
    expect(count('token/renew-self')).toBe(1)
    now += 30_000
    await wrap()
    expect([count('token/renew-self'), count('auth/login')]).toEqual([2, 1])
    vault.faults.clear()
    now += 30_000
    await wrap()
    now += 300_000
    expect(await wrap()).toBe('ok')
    expect([count('token/renew-self'), count('auth/login')]).toEqual([3, 1])
  })

  it('serve on to their end where no other is to be had, and no longer', async () => {
    const vault = clocked()
    const role = vault.createAppRole({ policies: ['transit'], ttlSeconds: 600, renewable: false, secretIdUses: 1 })
    const { wrap, count } = on(vault, { method: 'approle', ...role })
    await wrap()
    now += 599_000
    expect(await wrap()).toBe('ok')
    now += 1_001
    expect(await wrap()).toBe('access_denied')
    expect(count('token/renew-self')).toBe(0)
  })

  it('that have ended are not renewed', async () => {
    const vault = clocked()
    const { wrap, count } = on(vault, { method: 'approle', ...vault.createAppRole({ policies: ['transit'], ttlSeconds: 600 }) })
    await wrap()
    now += 600_001
    expect(await wrap()).toBe('ok')
    expect([count('auth/login'), count('token/renew-self')]).toEqual([2, 0])
  })

  it('whose renewal is refused are had anew', async () => {
    const vault = clocked()
    const role = vault.createAppRole({ policies: ['transit'], ttlSeconds: 600 })
    const { wrap, count, tokens } = on(vault, { method: 'approle', ...role })
    await wrap()
    vault.revokeToken(tokens[0]!)
    now += 400_000
    expect(await wrap()).toBe('ok')
    expect([count('token/renew-self'), count('auth/login')]).toEqual([1, 2])
  })

  it.each(['vault', 'openbao'] as const)('that %s refuses are had anew, once; a denial is no reason to', async (flavor) => {
    const vault = clocked(flavor)
    const role = vault.createAppRole({ policies: ['transit'] })
    const { wrap, count, tokens } = on(vault, { method: 'approle', ...role })
    await wrap()
    vault.revokeToken(tokens[0]!)
    expect(await Promise.all(Array.from({ length: 10 }, wrap))).toEqual(Array(10).fill('ok'))
    expect([count('auth/login'), tokens.length]).toEqual([2, 2])
    expect(count('token/renew-self')).toBe(0)
    vault.setPolicy('transit', {})
    expect([await wrap(), await wrap()]).toEqual(['access_denied', 'access_denied'])
    expect(count('auth/login')).toBe(2)
    vault.faults.inject({ kind: 'server_error' }, { operation: 'token/lookup-self' })
    expect(await wrap()).toBe('provider_unavailable')
  })

  it('that are refused again and again are not asked for again and again', async () => {
    let logins = 0
    const fetch = (async (url: string) => {
      if (!url.endsWith('/login')) return new Response(JSON.stringify({ errors: ['bad token'] }), { status: 403 })
      return new Response(JSON.stringify({ auth: { client_token: `t${++logins}`, lease_duration: 60, renewable: true } }))
    }) as typeof globalThis.fetch
    const approle = { method: 'approle', roleId: 'x', secretId: 'y' } as const
    const provider = vaultTransit({ key: 'orders', address, auth: approle, fetch, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('access_denied')
    // One for the read of the key, one for the wrap.
    expect(logins).toBe(3)
  })

  it('that were handed over are renewed as long as they may be, and then refused', async () => {
    const vault = clocked()
    const token = vault.createToken({ policies: ['transit'], ttlSeconds: 600, maxTtlSeconds: 1200 })
    const { wrap, count } = on(vault, { method: 'token', token })
    await wrap()
    now += 400_000
    await wrap()
    expect([count('token/lookup-self'), count('token/renew-self')]).toEqual([1, 1])
    for (let i = 0; i < 15; i++) {
      now += 50_000
      expect(await wrap()).toBe('ok')
    }
    now += 51_000
    const before = vault.requests.length
    expect(await wrap()).toBe('access_denied')
    expect(count('auth/login')).toBe(0)
    // It is looked up once more, and not after each refusal.
    expect(vault.requests.slice(before).map(({ operation }) => operation)).toEqual([
      'token/lookup-self',
      'transit/keys',
      'transit/encrypt',
    ])
  })

  it('that may not look themselves up are used as they are', async () => {
    const vault = clocked()
    vault.setPolicy('default', {})
    const fetch = (async (url: string, init: RequestInit) =>
      url.includes('auth/token')
        ? new Response(JSON.stringify({ errors: ['permission denied'] }), { status: 403 })
        : vault.fetch(url, init)) as typeof globalThis.fetch
    const token = vault.createToken({ policies: ['transit'], ttlSeconds: 0 })
    const provider = vaultTransit({ key: 'orders', address: vault.address, auth: { method: 'token', token }, fetch })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
    now += 24 * 60 * MINUTE_MS
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
  })

  it('come from a function for any other way, asked again before they end and when they are refused', async () => {
    const vault = clocked()
    const made: string[] = []
    const { wrap, count } = on(vault, async () => {
      made.push(vault.createToken({ policies: ['transit'], ttlSeconds: 600 }))
      return { token: made.at(-1)!, expiresInMs: 600_000 }
    })
    await wrap()
    now += 400_000
    await wrap()
    expect([made.length, count('token/renew-self')]).toEqual([2, 0])
    vault.revokeToken(made[1]!)
    expect(await wrap()).toBe('ok')
    expect(made).toHaveLength(3)
    const stuck = on(vault, () => ({ token: made[0]!, expiresInMs: 600_000 }))
    vault.revokeToken(made[0]!)
    expect(await stuck.wrap()).toBe('access_denied')
    // The same token again is not sent again.
    expect(stuck.seen).toHaveLength(2)
  })

  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'config'],
    ['no time', () => ({ token: 'x' }), 'config'],
    ['a time gone by', () => ({ token: 'x', expiresInMs: 0 }), 'config'],
    ['a token with a line break', () => ({ token: 'x\ny', expiresInMs: 1 }), 'config'],
    ['an error with a secret', () => Promise.reject(new Error('Quixotic')), 'provider_unavailable'],
  ])('are not had of a function that gives %s', async (_, given, code) => {
    const provider = vaultTransit({ key: 'orders', address, auth: given as never, fetch: answering(200, {}), retry: false })
    const error = await Promise.resolve(provider.wrapKey(key, bound, call)).catch((thrown: unknown) => thrown)
    expect(WaxsealError.is(error) && error.code).toBe(code)
    expect(inspect(error)).not.toContain('Quixotic')
  })

  it.each<[number, unknown, string]>([
    [400, { errors: ['invalid role or secret ID'] }, 'access_denied'],
    [403, { errors: ['permission denied'] }, 'access_denied'],
    [404, { errors: ['no handler for route "auth/approle/login". route entry not found.'] }, 'config'],
    [429, { errors: [] }, 'throttled'],
    [503, { errors: ['Vault is sealed'] }, 'provider_unavailable'],
    [200, {}, 'provider_unavailable'],
    [200, { auth: { client_token: 'a b', lease_duration: 1 } }, 'provider_unavailable'],
    [200, { auth: { client_token: 'ab' } }, 'provider_unavailable'],
    [200, { auth: { client_token: 'ab', lease_duration: -1 } }, 'provider_unavailable'],
    [200, { warnings: ['Endpoint ignored these unrecognized parameters: [secret_id]'] }, 'config'],
  ])('are not had by a log-in that is answered with %i %j', async (status, body, code) => {
    const approle = { method: 'approle', roleId: 'x', secretId: 'y' } as const
    const provider = vaultTransit({ key: 'orders', address, auth: approle, fetch: answering(status, body), retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe(code)
  })

  it('without an end are not renewed', async () => {
    const vault = clocked()
    const { wrap, count } = on(vault, { method: 'token', token: vault.rootToken })
    await wrap()
    now += 365 * 24 * 60 * MINUTE_MS
    expect(await wrap()).toBe('ok')
    expect([count('token/lookup-self'), count('token/renew-self')]).toEqual([1, 0])
  })
})

describe('service accounts of Kubernetes', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  it('log in with the token of the file as it is then', async () => {
    const vault = clocked()
    const folder = mkdtempSync(join(tmpdir(), 'waxseal-'))
    folders.push(folder)
    const jwtPath = join(folder, 'token')
    writeFileSync(jwtPath, 'first.jwt.token\n')
    const role = { policies: ['transit'], ttlSeconds: 600, renewable: false }
    vault.createKubernetesRole('worker', { ...role, jwts: ['first.jwt.token'] })
    const { wrap, count, seen } = on(vault, { method: 'kubernetes', role: 'worker', jwtPath })
    expect(await wrap()).toBe('ok')
    expect(seen[0]?.url).toBe(`${vault.address}/v1/auth/kubernetes/login`)
    expect(seen[0]?.body).toEqual({ role: 'worker', jwt: 'first.jwt.token' })
    expect(seen[0]?.headers['x-vault-token']).toBeUndefined()
    writeFileSync(jwtPath, 'second.jwt.token\n')
    vault.createKubernetesRole('worker', { ...role, jwts: ['second.jwt.token'] })
    now += 400_000
    expect(await wrap()).toBe('ok')
    expect(count('auth/login')).toBe(2)
    rmSync(jwtPath)
    now += 600_000
    expect(await wrap()).toBe('config')
  })

  it('log in with what is handed over or read by a function', async () => {
    const vault = clocked()
    vault.createKubernetesRole('worker', { policies: ['transit'], jwts: ['a.b.c'] })
    for (const jwt of ['a.b.c', () => 'a.b.c', async () => 'a.b.c\n'])
      expect(await on(vault, { method: 'kubernetes', role: 'worker', jwt }).wrap()).toBe('ok')
    expect(await on(vault, { method: 'kubernetes', role: 'worker', jwt: 'x.y.z' }).wrap()).toBe('access_denied')
    expect(await on(vault, { method: 'kubernetes', role: 'other', jwt: 'a.b.c' }).wrap()).toBe('access_denied')
    expect(await on(vault, { method: 'kubernetes', role: 'worker', jwt: 'a b' }).wrap()).toBe('config')
    expect(await on(vault, { method: 'kubernetes', role: 'worker', jwt: 'a.b.c', mount: 'k8s' }).wrap()).not.toBe('ok')
  })

  it('say so where there are no files', async () => {
    const { getBuiltinModule } = process
    process.getBuiltinModule = undefined as never
    try {
      expect(await on(clocked(), { method: 'kubernetes', role: 'worker' }).wrap()).toBe('config')
    } finally {
      process.getBuiltinModule = getBuiltinModule
    }
    expect(await on(clocked(), { method: 'kubernetes', role: 'worker' }).wrap()).toBe('config')
  })
})

it('holds no secret in errors, events and what is shown', async () => {
  const vault = clocked()
  const { roleId, secretId } = vault.createAppRole({ policies: ['transit'] })
  const { fetch, tokens } = noted(vault)
  const events: unknown[] = []
  const provider = vaultTransit({
    key: 'orders',
    address: vault.address,
    auth: { method: 'approle', roleId, secretId },
    fetch,
    retry: false,
    onEvent: (event) => events.push(event),
  })
  const sealer = createSealer({ keys: provider })
  await sealer.seal('x', { context: { app: 'a' } })
  const shown: unknown[] = [provider, sealer, events]
  for (const kind of ['server_error', 'dropped', 'garbage'] as const) {
    vault.faults.inject({ kind })
    shown.push(await Promise.resolve(provider.wrapKey(key, bound, call)).catch((error: unknown) => error))
  }
  const text = inspect(shown, { depth: 20, showHidden: true })
  for (const secret of [roleId, secretId, ...tokens]) expect(text).not.toContain(secret)
})
