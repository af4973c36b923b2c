import type { KeyServiceBench } from '@waxseal/conformance/contracts'
import { createFakeDevVault, type FakeVault } from '@waxseal/conformance/fakes'
import { generateKey, type KeyProvider } from '@waxseal/core'
import type { KeyServiceOptions } from '@waxseal/core/keys'
import { type VaultKvOptions, type VaultTransitOptions, vaultKv, vaultTransit } from '../src/index.ts'

/** The policies of the README. */
export const POLICIES = {
  transit: {
    'transit/encrypt/orders': ['update'],
    'transit/decrypt/orders': ['update'],
    'transit/keys/orders': ['read'],
  },
  kv: { 'secret/data/orders/root': ['read'], 'secret/metadata/orders/root': ['read'] },
} as const

type Policy = keyof typeof POLICIES

/** A server with the key `orders` and the secret `orders/root`, under the policies of the README. */
export function newVault(options?: Parameters<typeof createFakeDevVault>[0]): FakeVault {
  const vault = createFakeDevVault(options)
  vault.createKey('orders')
  vault.writeSecret('orders/root', { key: generateKey() })
  for (const name of Object.keys(POLICIES) as Policy[]) vault.setPolicy(name, POLICIES[name])
  return vault
}

/** What a user would configure, with a token that has just the one policy. */
const connection = (vault: FakeVault, policy: Policy) => ({
  address: vault.address,
  auth: { method: 'token', token: vault.createToken({ policies: [policy] }) } as const,
  fetch: vault.fetch as typeof fetch,
})

export const transitOn = (vault: FakeVault, options: Partial<VaultTransitOptions> = {}): KeyProvider =>
  vaultTransit({ key: 'orders', ...connection(vault, 'transit'), ...options })

export const kvOn = (vault: FakeVault, options: Partial<VaultKvOptions> = {}) =>
  vaultKv({ path: 'orders/root', ...connection(vault, 'kv'), ...options })

/** A fetch that notes what goes through it, and the tokens into `tokens`. */
export function noted(vault: FakeVault, tokens: string[] = []) {
  const seen: { url: string; headers: Record<string, string>; body: Record<string, unknown> | undefined }[] = []
  const fetch = (async (input: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>
    const token = headers['x-vault-token']
    if (token !== undefined && !tokens.includes(token)) tokens.push(token)
    seen.push({ url: String(input), headers, body: init.body ? JSON.parse(String(init.body)) : undefined })
    return vault.fetch(input, init)
  }) as typeof globalThis.fetch
  return { fetch, seen, tokens }
}

/** Transit behind AppRole, and what its operator can do. */
export function bench(flavor: 'vault' | 'openbao'): KeyServiceBench {
  const fake = newVault({ flavor })
  const { roleId, secretId } = fake.createAppRole({ policies: ['transit'] })
  const secrets = [secretId]
  const { fetch } = noted(fake, secrets)
  return {
    fake,
    create: (service: KeyServiceOptions) => transitOn(fake, { auth: { method: 'approle', roleId, secretId }, fetch, ...service }),
    deny: () => fake.setPolicy('transit', { 'transit/keys/orders': ['read'] }),
    allow: () => fake.setPolicy('transit', POLICIES.transit),
    ...(flavor === 'openbao' ? { disable: () => fake.softDeleteKey('orders'), enable: () => fake.restoreKey('orders') } : {}),
    destroy: () => fake.deleteKey('orders'),
    rotate: () => fake.rotateKey('orders'),
    expireCredentials: () => {
      for (const token of secrets.slice(1)) fake.revokeToken(token)
    },
    secrets,
  }
}
