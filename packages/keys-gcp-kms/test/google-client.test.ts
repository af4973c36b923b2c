import type { KeyManagementServiceClient } from '@google-cloud/kms'
import { keyProviderContract } from '@waxseal/conformance/contracts'
import { type Served, serve } from '@waxseal/conformance/fakes'
import { wrapContext } from '@waxseal/core/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crc32c } from '../src/crc32c.ts'
import { type GcpKmsClient, gcpKms } from '../src/index.ts'
import { codeOf, fakeKms } from './bench.ts'
import { googleClient, serveGrpc } from './grpc-server.ts'

const kms = await fakeKms()
const { keyName } = kms
const version = `${keyName}/cryptoKeyVersions/1`
const call = { now: () => Date.now() }
const bound = wrapContext('envelope', 'gcp-kms', 0)
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)

let rest: Served
let grpc: Awaited<ReturnType<typeof serveGrpc>>
const clients: KeyManagementServiceClient[] = []
beforeAll(async () => {
  // Over REST the client asks for enumerations as numbers, in the query.
  const fetch: typeof kms.fetch = (input, init) => kms.fetch(String(input).replace(/\?.*$/, ''), init)
  rest = await serve({ ...kms, fetch })
  grpc = await serveGrpc(kms)
})
afterAll(async () => {
  for (const client of clients) await client.close()
  await rest.close()
  grpc.close()
})

function restClient(): KeyManagementServiceClient {
  const { hostname, port } = new URL(rest.url)
  const place = { protocol: 'http', apiEndpoint: hostname, port: Number(port) }
  return googleClient(kms.createAccessToken(), { fallback: true, ...place })
}

for (const transport of ['gRPC', 'REST']) {
  const client = (): KeyManagementServiceClient => {
    const made = transport === 'gRPC' ? grpc.client() : restClient()
    clients.push(made)
    return made
  }

  keyProviderContract({
    describe,
    it,
    harness: {
      name: `gcpKms over Google's client and ${transport}`,
      create: () => gcpKms({ keyName, client: client() }),
      createOther: () => gcpKms({ keyName: kms.createKey(), client: client() }),
      remote: true,
    },
  })

  describe(`Google's client over ${transport}`, () => {
    it.each<[string, string, () => void]>([
      ['key_suspended', 'a disabled version', () => kms.disableVersion(version)],
      ['access_denied', 'a denial', () => kms.deny()],
      ['throttled', 'too many requests', () => kms.faults.inject({ kind: 'throttled' })],
      ['provider_unavailable', 'an outage', () => kms.faults.inject({ kind: 'unavailable' })],
      ['provider_unavailable', 'a failure inside', () => kms.faults.inject({ kind: 'server_error' })],
      ['provider_unavailable', 'a ciphertext that was changed on its way', () => kms.faults.inject({ kind: 'corrupt' })],
      ['timeout', 'silence', () => kms.faults.inject({ kind: 'latency', ms: 1_000 })],
    ])('says %s for %s', async (code, _, happens) => {
      const provider = gcpKms({ keyName, client: client(), retry: false, attemptTimeoutMs: 300 })
      await provider.wrapKey(key, bound, call)
      happens()
      try {
        expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe(code)
      } finally {
        kms.faults.clear()
        kms.allow()
        kms.enableVersion(version)
      }
    })

    it('says what became of the key: gone, unknown, disabled', async () => {
      const mine = kms.createKey()
      const provider = gcpKms({ keyName: mine, client: client() })
      const wrapped = await provider.wrapKey(key, bound, call)
      expect(await provider.status(call)).toBe('available')
      kms.disableVersion(`${mine}/cryptoKeyVersions/1`)
      expect(await provider.status(call)).toBe('unavailable')
      kms.destroyVersion(`${mine}/cryptoKeyVersions/1`, { afterDays: 0 })
      expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('key_destroyed')
      const unknown = gcpKms({ keyName: `${mine}x`, client: client() })
      expect(await codeOf(() => unknown.unwrapKey(wrapped, bound, call))).toBe('key_not_found')
    })

    it('makes no attempts of its own', async () => {
      const provider = gcpKms({ keyName, client: client(), retry: { attempts: 2, baseMs: 1 } })
      await provider.wrapKey(key, bound, call)
      const before = kms.requests.length
      kms.faults.inject({ kind: 'unavailable' }, { times: 5 })
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
      kms.faults.clear()
      expect(kms.requests.length - before).toBe(2)
    })
  })
}

describe('a client that was passed in', () => {
  /** A client of which one call is answered, or fails. */
  const stubbed = (member: 'encrypt' | 'decrypt' | 'getCryptoKey', answer: () => unknown): GcpKmsClient =>
    ({ [member]: async () => [answer()] }) as unknown as GcpKmsClient

  const long = (value: number) => ({ low: value | 0, high: 0, unsigned: false, toString: () => String(value) })

  it.each<[string, unknown, unknown]>([
    ['bytes and a number', Buffer.from(key), { value: crc32c(key) }],
    ['bytes and a text', key, { value: String(crc32c(key)) }],
    ['base64 and a Long', Buffer.from(key).toString('base64'), { value: long(crc32c(key)) }],
    ['base64 and a bare text', Buffer.from(key).toString('base64'), String(crc32c(key))],
  ])('may answer with %s', async (_, plaintext, plaintextCrc32c) => {
    const client = stubbed('decrypt', () => ({ plaintext, plaintextCrc32c }))
    expect(await gcpKms({ keyName, client }).unwrapKey(key, bound, call)).toEqual(key)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', { plaintext: null, plaintextCrc32c: null }],
    ['no checksum', { plaintext: key }],
    ['an empty checksum', { plaintext: key, plaintextCrc32c: { value: null } }],
    ['a checksum that is none', { plaintext: key, plaintextCrc32c: { value: {} } }],
    ['another checksum', { plaintext: key, plaintextCrc32c: { value: crc32c(key) ^ 1 } }],
    ['base64 that is none', { plaintext: '!', plaintextCrc32c: { value: 0 } }],
    ['no bytes', { plaintext: new Uint8Array(), plaintextCrc32c: { value: 1 } }],
  ])('may not answer with %s', async (_, answer) => {
    const client = stubbed('decrypt', () => answer)
    const provider = gcpKms({ keyName, client, retry: false })
    expect(await codeOf(() => provider.unwrapKey(key, bound, call))).toBe('provider_unavailable')
  })

  it('is given the time of one attempt, in an object of its own that it may write to, and is told not to try again', async () => {
    const given: object[] = []
    const encrypt = (_: unknown, options: object) => {
      given.push(options)
      return Promise.reject(new Error())
    }
    const client = { encrypt } as unknown as GcpKmsClient
    const provider = gcpKms({ keyName, client, attemptTimeoutMs: 300, retry: { attempts: 2, baseMs: 1 } })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
    expect(given).toEqual(Array(2).fill({ timeout: 300, retry: null, signal: expect.any(AbortSignal) }))
    expect(given[0]).not.toBe(given[1])
    expect(given.some(Object.isFrozen)).toBe(false)
  })

  it.each<[unknown, string]>([
    [{ code: 1 }, 'provider_unavailable'],
    [{ code: 3, message: '3 INVALID_ARGUMENT: Decryption failed: the ciphertext is invalid.' }, 'open_failed'],
    [{ code: 3, message: '3 INVALID_ARGUMENT: The checksum in field plaintext_crc32c did not match.' }, 'provider_unavailable'],
    [{ code: 3, message: '3 INVALID_ARGUMENT: too long' }, 'config'],
    [{ code: 4 }, 'timeout'],
    [{ code: 5 }, 'key_not_found'],
    [{ code: 7 }, 'access_denied'],
    [{ code: 8 }, 'throttled'],
    [{ code: 9, message: `9 FAILED_PRECONDITION: ${version} is not enabled, current state is: DISABLED.` }, 'key_suspended'],
    [{ code: 9, message: `9 FAILED_PRECONDITION: ${version} is not enabled, current state is: DESTROYED.` }, 'key_destroyed'],
    [{ code: 9, message: '… is not enabled, current state is: DESTROY_SCHEDULED.' }, 'key_suspended'],
    [{ code: 9, message: 'cryptoKeys/DESTROYED/cryptoKeyVersions/1 is not enabled: DISABLED' }, 'key_suspended'],
    [{ code: 10 }, 'provider_unavailable'],
    [{ code: 12 }, 'config'],
    [{ code: 13 }, 'provider_unavailable'],
    [{ code: 14 }, 'provider_unavailable'],
    [{ code: 16 }, 'access_denied'],
    [{ code: 'PERMISSION_DENIED' }, 'access_denied'],
    [{ code: 'constructor' }, 'provider_unavailable'],
    [{ code: '403' }, 'access_denied'],
    [{ code: 429 }, 'throttled'],
    [{ code: 400, message: '{"error":{"status":"INVALID_ARGUMENT","message":"Decryption failed: x"}}' }, 'open_failed'],
    [{ code: 400, message: '{"error":{"status":"FAILED_PRECONDITION","message":"state is: DESTROYED."}}' }, 'key_destroyed'],
    [{ code: 400, message: '{"error":"invalid_grant"}' }, 'config'],
    [{ code: 403, message: 'null' }, 'access_denied'],
    [{ code: 0 }, 'provider_unavailable'],
    [new Error('socket'), 'provider_unavailable'],
    [undefined, 'provider_unavailable'],
  ])('fails with what is mapped: %j to %s', async (thrown, code) => {
    const client = stubbed('encrypt', () => {
      throw thrown
    })
    const provider = gcpKms({ keyName, client, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe(code)
  })
})
