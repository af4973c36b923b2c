import { createHttpHeaders } from '@azure/core-rest-pipeline'
import { KeyClient } from '@azure/keyvault-keys'
import { keyProviderContract } from '@waxseal/conformance/contracts'
import type { FakeAzureKeyVault } from '@waxseal/conformance/fakes'
import { createSealer, type KeyProvider } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import { type AzureKeyVaultOptions, azureKeyVault } from '../src/index.ts'
import { fromKeyClient } from '../src/sdk.ts'
import { codeOf, hsmWithKey, publicKeyOf, vaultWithKeys } from './bench.ts'

const call = { now: () => Date.now() }
const bound = wrapContext('envelope', 'azure-kv', 0)
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)

/** The SDK's own client, whose requests go to the fake. */
const clientOf = (azure: FakeAzureKeyVault, store: 'vault' | 'managed-hsm', url: string): KeyClient =>
  new KeyClient(
    url,
    {
      getToken: async () => ({ token: azure.issueToken({ audience: store }), expiresOnTimestamp: Date.now() + 3_600_000 }),
    },
    {
      serviceVersion: '7.4',
      retryOptions: { maxRetries: 0 },
      httpClient: {
        async sendRequest(request) {
          const { method, body } = request
          const headers = request.headers.toJSON()
          const answer = await azure.fetch(request.url, {
            method,
            headers,
            redirect: 'manual',
            ...(typeof body === 'string' ? { body } : {}),
            ...(request.abortSignal ? { signal: request.abortSignal as AbortSignal } : {}),
          })
          const got = Object.fromEntries(answer.headers)
          return { request, headers: createHttpHeaders(got), status: answer.status, bodyAsText: await answer.text() }
        },
      },
    },
  )

const vault = await vaultWithKeys()
const hsm = await hsmWithKey()
const signingPublicKeys = [await publicKeyOf(vault, 'orders-signing')]
const onVault = (azure = vault, options: Partial<AzureKeyVaultOptions> = {}): KeyProvider =>
  azureKeyVault({
    keyId: `${azure.vaultUrl}/keys/orders`,
    signingKey: 'orders-signing',
    signingPublicKeys,
    client: fromKeyClient(clientOf(azure, 'vault', azure.vaultUrl)),
    ...options,
  })
const onHsm = (algorithm: 'A256KW' | 'A256GCM'): KeyProvider =>
  azureKeyVault({
    keyId: `${hsm.hsmUrl}/keys/orders`,
    algorithm,
    client: fromKeyClient(clientOf(hsm, 'managed-hsm', hsm.hsmUrl)),
  })

keyProviderContract({
  describe,
  it,
  harness: { name: 'azureKeyVault over the Azure SDK (RSA)', create: () => onVault(), remote: true },
})
keyProviderContract({
  describe,
  it,
  harness: {
    name: 'azureKeyVault over the Azure SDK (A256KW)',
    create: () => onHsm('A256KW'),
    remote: true,
    deterministic: true,
  },
})
keyProviderContract({
  describe,
  it,
  harness: { name: 'azureKeyVault over the Azure SDK (A256GCM)', create: () => onHsm('A256GCM'), remote: true },
})

describe('a client that was passed in', () => {
  it('makes what the provider over fetch opens, and the other way round', async () => {
    const { tenantId, clientId, clientSecret } = vault
    const env = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret }
    const overFetch = azureKeyVault({
      keyId: `${vault.vaultUrl}/keys/orders`,
      signingKey: 'orders-signing',
      signingPublicKeys,
      env,
      fetch: vault.fetch as typeof fetch,
    })
    const context = { app: 'billing', job: 'invoice' }
    const sealed = await createSealer({ keys: onVault() }).seal('x', { context })
    expect(await createSealer({ keys: overFetch }).open(sealed, { context })).toBe('x')
    const other = await createSealer({ keys: overFetch }).seal('y', { context })
    expect(await createSealer({ keys: onVault() }).open(other, { context })).toBe('y')
  })

  it('has its errors mapped', async () => {
    const azure = await vaultWithKeys()
    const keys = [await publicKeyOf(azure, 'orders-signing')]
    const provider = onVault(azure, { signingPublicKeys: keys, retry: false })
    const wrapped = await provider.wrapKey(key, bound, call)
    for (const [fault, code] of [
      [{ kind: 'throttled', retryAfterSeconds: 7 }, 'throttled'],
      [{ kind: 'unavailable' }, 'provider_unavailable'],
      [{ kind: 'dropped' }, 'provider_unavailable'],
    ] as const) {
      azure.faults.inject(fault, { operation: 'unwrapkey' })
      const error = await Promise.resolve(provider.unwrapKey(wrapped, bound, call)).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code, ...(code === 'throttled' ? { retryAfterMs: 7_000 } : {}) })
    }
    azure.disableKey('orders')
    expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('key_suspended')
    expect(await provider.status(call)).toBe('unavailable')
    azure.deleteKey('orders')
    expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('key_not_found')
  })

  it('takes no key of another vault for its own', async () => {
    const client = clientOf(vault, 'vault', vault.vaultUrl)
    const foreign = {
      getKey: async (...args: Parameters<KeyClient['getKey']>) => {
        const answer = await client.getKey(...args)
        return { ...answer, id: answer.id?.replace(vault.vaultUrl, 'https://evil.vault.azure.net') }
      },
      getCryptographyClient: (...args: Parameters<KeyClient['getCryptographyClient']>) => client.getCryptographyClient(...args),
    }
    expect(await codeOf(() => onVault(vault, { client: fromKeyClient(foreign), retry: false }).wrapKey(key, bound, call))).toBe(
      'provider_unavailable',
    )
  })

  it('comes with its own credential and endpoint', async () => {
    expect(await codeOf(() => onVault(vault, { credential: 'managed-identity' }))).toBe('config')
    expect(await codeOf(() => onVault(vault, { endpoint: 'http://127.0.0.1:1' }))).toBe('config')
  })
})
