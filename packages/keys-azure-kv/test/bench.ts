import type { KeyServiceBench } from '@waxseal/conformance/contracts'
import { createFakeAzureKeyVault, type FakeAzureKeyVault } from '@waxseal/conformance/fakes'
import { type KeyProvider, WaxsealError } from '@waxseal/core'
import { type AzureKeyVaultOptions, azureKeyVault, type SigningPublicKey } from '../src/index.ts'

export type Store = 'vault' | 'managed-hsm'

/** The public key of a key's newest version, as an operator would copy it. */
export async function publicKeyOf(azure: FakeAzureKeyVault, name: string): Promise<SigningPublicKey> {
  const headers = { authorization: `Bearer ${azure.issueToken()}` }
  const response = await azure.fetch(`${azure.vaultUrl}/keys/${name}?api-version=7.4`, { headers })
  return ((await response.json()) as { key: SigningPublicKey }).key
}

export const environment = (azure: FakeAzureKeyVault): Record<string, string> => ({
  AZURE_TENANT_ID: azure.tenantId,
  AZURE_CLIENT_ID: azure.clientId,
  AZURE_CLIENT_SECRET: azure.clientSecret,
})

/** A vault with an RSA key, and one that signs for it; called `orders` and `orders-signing` unless told otherwise. */
export async function vaultWithKeys(kty: 'RSA' | 'EC' = 'EC', now: () => number = Date.now): Promise<FakeAzureKeyVault> {
  const azure = createFakeAzureKeyVault({ now })
  await Promise.all([azure.createKey('orders'), azure.createKey('orders-signing', { kty })])
  return azure
}

export async function hsmWithKey(now: () => number = Date.now): Promise<FakeAzureKeyVault> {
  const azure = createFakeAzureKeyVault({ now })
  await azure.createKey('orders', { kty: 'oct-HSM' })
  return azure
}

/** A provider on the key `orders` of the vault, as a user would configure it. */
export const onVault = (azure: FakeAzureKeyVault, options: Partial<AzureKeyVaultOptions> = {}): KeyProvider =>
  azureKeyVault({
    keyId: `${azure.vaultUrl}/keys/orders`,
    signingKey: 'orders-signing',
    signingPublicKeys: 'vault',
    env: environment(azure),
    fetch: azure.fetch as typeof fetch,
    ...options,
  })

/** The same on the managed HSM. */
export const onHsm = (azure: FakeAzureKeyVault, options: Partial<AzureKeyVaultOptions> = {}): KeyProvider =>
  azureKeyVault({
    keyId: `${azure.hsmUrl}/keys/orders`,
    algorithm: 'A256KW',
    env: environment(azure),
    fetch: azure.fetch as typeof fetch,
    ...options,
  })

/** A fake whose clock can be set ahead, so that tokens end early, and what its operator can do. */
export async function bench(
  store: Store,
  make: (now: () => number) => Promise<FakeAzureKeyVault>,
  create: (azure: FakeAzureKeyVault, options: Partial<AzureKeyVaultOptions>) => Promise<KeyServiceBench['create']>,
): Promise<KeyServiceBench> {
  let ahead = 0
  const fake = await make(() => Date.now() + ahead)
  const secrets = [fake.clientSecret]
  const fetch = (async (input: string, init: RequestInit) => {
    const token = new Headers(init.headers).get('authorization')?.slice('Bearer '.length)
    if (token) secrets.push(token)
    return fake.fetch(input, init)
  }) as typeof globalThis.fetch
  return {
    fake,
    create: await create(fake, { fetch }),
    deny: () => fake.setAccess(fake.clientId, ['get']),
    allow: () => fake.setAccess(fake.clientId, ['get', 'wrapKey', 'unwrapKey', 'encrypt', 'decrypt', 'sign']),
    disable: () => fake.disableKey('orders', { store }),
    enable: () => fake.enableKey('orders', { store }),
    destroy: () => fake.deleteKey('orders', { store }),
    expireCredentials: () => {
      ahead += 7_200_000
    },
    secrets,
  }
}

export const codeOf = async (run: () => unknown): Promise<string> => {
  try {
    await run()
    return 'ok'
  } catch (error) {
    if (!WaxsealError.is(error)) throw error
    return error.code
  }
}
