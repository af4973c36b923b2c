import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClientSecretCredential } from '@azure/identity'
import type { FakeAzureKeyVault } from '@waxseal/conformance/fakes'
import { WaxsealError } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import { afterAll, describe, expect, it } from 'vitest'
import type { AzureCredential, AzureKeyVaultOptions } from '../src/index.ts'
import { codeOf, environment, hsmWithKey, onHsm } from './bench.ts'

const call = { now: () => Date.now() }
const bound = wrapContext('envelope', 'azure-kv', 0)
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
const made = hsmWithKey()

const directory = mkdtempSync(join(tmpdir(), 'waxseal-'))
afterAll(() => rmSync(directory, { recursive: true }))

const wrapping = async (options: (azure: FakeAzureKeyVault) => Partial<AzureKeyVaultOptions>, operation: string) => {
  const azure = await made
  const before = azure.requests.length
  const provider = onHsm(azure, { retry: false, ...options(azure) })
  expect(await provider.unwrapKey(await provider.wrapKey(key, bound, call), bound, call)).toEqual(key)
  // Two calls, one token.
  expect(azure.requests.slice(before).map((request) => request.operation)).toEqual([operation, 'getkey', 'wrapkey', 'unwrapkey'])
}

const thrownBy = async (run: () => unknown): Promise<WaxsealError> => {
  try {
    await run()
  } catch (error) {
    if (WaxsealError.is(error)) return error
  }
  throw new Error('no WaxsealError was thrown')
}

describe('tokens come', () => {
  it('from Entra ID, for a secret', () => wrapping((azure) => ({ env: environment(azure) }), 'token'))

  it('from Entra ID, for the assertion of a workload, read each time', async () => {
    const file = join(directory, 'assertion')
    const azure = await made
    const { AZURE_CLIENT_SECRET: _, ...rest } = environment(azure)
    const env = { ...rest, AZURE_FEDERATED_TOKEN_FILE: file }
    expect(await codeOf(() => onHsm(azure, { env }).wrapKey(key, bound, call))).toBe('config')
    for (const assertion of ['first.assertion', 'second.assertion']) {
      azure.setFederatedAssertion(assertion)
      expect(await codeOf(() => onHsm(azure, { env, retry: false }).wrapKey(key, bound, call))).not.toBe('ok')
      writeFileSync(file, `${assertion}\n`)
      await wrapping(() => ({ env }), 'token')
    }
  })

  it('from App Service, where its variables are there or it is asked for', async () => {
    const env = (azure: FakeAzureKeyVault) => ({
      IDENTITY_ENDPOINT: azure.identityEndpoint,
      IDENTITY_HEADER: azure.identityHeader,
    })
    await wrapping((azure) => ({ env: env(azure) }), 'app-service')
    await wrapping(
      (azure) => ({ credential: 'managed-identity', env: { ...env(azure), AZURE_CLIENT_ID: azure.managedClientId } }),
      'app-service',
    )
  })

  it('from the virtual machine, only where it is asked for', () =>
    wrapping((azure) => ({ credential: 'managed-identity', env: { AZURE_CLIENT_ID: azure.managedClientId } }), 'imds'))

  it('from a credential as @azure/identity has them, which is asked for the scope of the vault', async () => {
    const azure = await made
    const scopes: unknown[] = []
    const credential: AzureCredential = {
      async getToken(scope, options) {
        scopes.push(scope, options?.abortSignal instanceof AbortSignal)
        return { token: azure.issueToken({ audience: 'managed-hsm' }), expiresOnTimestamp: Date.now() + 3_600_000 }
      },
    }
    const provider = onHsm(azure, { credential, env: {} })
    await provider.wrapKey(key, bound, call)
    await provider.wrapKey(key, bound, call)
    expect(scopes).toEqual(['https://managedhsm.azure.net/.default', true])
  })

  it('from the ClientSecretCredential of @azure/identity', async () => {
    const azure = await made
    const { tenantId, clientId, clientSecret } = azure
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
      disableInstanceDiscovery: true,
      httpClient: {
        async sendRequest(request) {
          // What Microsoft's library says of itself, the fake does not know.
          const form = new URLSearchParams(request.body as string)
          for (const name of [...form.keys()]) if (/^x-|request-id$/.test(name)) form.delete(name)
          const init = { method: request.method, headers: request.headers.toJSON(), body: form.toString() }
          const answer = await azure.fetch(request.url, init)
          return { request, headers: request.headers, status: answer.status, bodyAsText: await answer.text() }
        },
      },
    })
    const provider = onHsm(azure, { credential, env: {} })
    expect(await provider.unwrapKey(await provider.wrapKey(key, bound, call), bound, call)).toEqual(key)
    const wrong = new ClientSecretCredential(tenantId, clientId, 'Quixotic-Secret-7Z', {
      disableInstanceDiscovery: true,
      httpClient: {
        async sendRequest(request) {
          const body = JSON.stringify({ error: 'invalid_client', error_description: 'Quixotic-Secret-7Z' })
          return { request, headers: request.headers, status: 401, bodyAsText: body }
        },
      },
    })
    const error = await thrownBy(() => onHsm(azure, { credential: wrong, retry: false }).wrapKey(key, bound, call))
    expect(error.code).toBe('access_denied')
    expect(JSON.stringify([error, error.message, error.stack, String(error.cause)])).not.toContain('Quixotic')
  })
})

describe('where no token is had', () => {
  it.each<[number, string, unknown]>([
    [400, 'access_denied', { error: 'invalid_request' }],
    [401, 'access_denied', { error: 'invalid_client' }],
    [404, 'provider_unavailable', ''],
    [410, 'provider_unavailable', ''],
    [429, 'throttled', ''],
    [500, 'provider_unavailable', ''],
    [200, 'provider_unavailable', {}],
    [200, 'provider_unavailable', { access_token: 'x' }],
    [200, 'provider_unavailable', { access_token: 'x', expires_in: 'soon', expires_on: 'late' }],
    [200, 'provider_unavailable', { access_token: 'a\r\nb', expires_in: 60, expires_on: 99999999999 }],
    [200, 'provider_unavailable', { access_token: 7, expires_in: 60, expires_on: 99999999999 }],
    [200, 'provider_unavailable', 'no JSON'],
    [302, 'provider_unavailable', ''],
  ])('status %i is %s: %j', async (status, code, body) => {
    const azure = await made
    for (const credential of [undefined, 'managed-identity'] as const) {
      const urls: string[] = []
      const fetch = (async (url: string) => {
        urls.push(url)
        return new Response(JSON.stringify(body), { status, headers: { 'retry-after': '7', location: 'https://evil.example/' } })
      }) as typeof globalThis.fetch
      const error = await thrownBy(() => onHsm(azure, { credential, fetch, retry: false }).wrapKey(key, bound, call))
      expect(error.code).toBe(code)
      if (status === 429) expect(error.retryAfterMs).toBe(7000)
      // Neither the vault nor anybody else was asked without one.
      expect(urls.length).toBe(1)
    }
  })

  it.each<[unknown, string]>([
    [Object.assign(new Error('Quixotic'), { statusCode: 400 }), 'access_denied'],
    [Object.assign(new Error('Quixotic'), { statusCode: 429 }), 'provider_unavailable'],
    [Object.assign(new Error('Quixotic'), { statusCode: 503 }), 'provider_unavailable'],
    [new Error('Quixotic'), 'provider_unavailable'],
    [new Error('Quixotic', { cause: { errorCode: 'temporarily_unavailable' } }), 'provider_unavailable'],
    [undefined, 'provider_unavailable'],
    [new WaxsealError('throttled', 'later'), 'throttled'],
  ])('a credential that throws %s is told without its words', async (thrown, code) => {
    const credential = { getToken: () => Promise.reject(thrown) }
    const error = await thrownBy(async () => onHsm(await made, { credential, retry: false }).wrapKey(key, bound, call))
    expect(error.code).toBe(code)
    expect(JSON.stringify([error, error.message, error.stack, String(error.cause)])).not.toContain('Quixotic')
  })

  it('a credential that has none is an outage', async () => {
    for (const got of [null, { token: '', expiresOnTimestamp: 1 }, { token: 'x' }] as never[]) {
      const credential = { getToken: async () => got }
      const provider = onHsm(await made, { credential, retry: false })
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
    }
  })
})

describe('a token that the vault does not take', () => {
  it('is had anew once; then it is denied, and its challenge is not followed', async () => {
    const azure = await made
    let given = 0
    const hosts: string[] = []
    const challenge = 'Bearer authorization="https://evil.example/tenant", resource="https://evil.example"'
    const fetch = (async (url: string) => {
      hosts.push(new URL(url).host)
      return new Response('{}', { status: 401, headers: { 'www-authenticate': challenge } })
    }) as typeof globalThis.fetch
    const credential = { getToken: async () => ({ token: `t${++given}`, expiresOnTimestamp: Date.now() + 3_600_000 }) }
    const provider = onHsm(azure, { fetch, credential, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('access_denied')
    expect(given).toBe(2)
    expect(new Set(hosts)).toEqual(new Set([new URL(azure.hsmUrl).host]))
    expect(hosts.length).toBe(2)
  })

  it('and that is given again is not sent again', async () => {
    let asked = 0
    const fetch = (async () => {
      asked++
      return new Response('{}', { status: 401 })
    }) as typeof globalThis.fetch
    const credential = { getToken: async () => ({ token: 'same', expiresOnTimestamp: Date.now() + 3_600_000 }) }
    const provider = onHsm(await made, { fetch, credential, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('access_denied')
    expect(asked).toBe(1)
  })
})
