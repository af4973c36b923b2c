import { createSealer } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import { googleMissing, type Service, startGoogle } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gcpKms } from '../src/index.ts'

const missing = googleMissing()
const ring = 'projects/acme-billing/locations/global/keyRings/jobs'

// drongo asks for no token, has one version of each key, and takes the checksums it is sent on trust (tooling/services/README.md).
describeIf(!missing, missing ?? '')('gcpKms against drongo', () => {
  let service: Service
  const create = (name: string) =>
    gcpKms({ keyName: `${ring}/cryptoKeys/${name}`, endpoint: service.url, credentials: async () => 'token' })

  beforeAll(async () => {
    service = await startGoogle()
    const post = async (path: string, body: object) => {
      const response = await fetch(`${service.url}/v1/${path}`, { method: 'POST', body: JSON.stringify(body) })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    }
    await post('projects/acme-billing/locations/global/keyRings?keyRingId=jobs', {})
    for (const name of ['orders', 'other']) await post(`${ring}/cryptoKeys?cryptoKeyId=${name}`, { purpose: 'ENCRYPT_DECRYPT' })
  })
  afterAll(() => service?.stop())

  // It answers as Cloud KMS writes it down, but only encodes: what a changed ciphertext comes to is left to the contract over the fake.
  it('gives back what it wrapped, under the same context and key alone', async () => {
    const bound = (scope: string) => wrapContext('envelope', 'gcp-kms', 0, scope)
    const call = { now: () => Date.now() }
    const key = crypto.getRandomValues(new Uint8Array(32))
    const wrapped = await create('orders').wrapKey(key, bound('tenant:acme'), call)
    expect(await create('orders').unwrapKey(wrapped, bound('tenant:acme'), call)).toEqual(key)
    for (const [provider, scope] of [
      [create('orders'), 'tenant:other'],
      [create('other'), 'tenant:acme'],
    ] as const)
      expect(await Promise.resolve(provider.unwrapKey(wrapped, bound(scope), call)).catch((error) => error.code)).toBe(
        'open_failed',
      )
    const nobody = create('nobody')
    expect(await Promise.resolve(nobody.wrapKey(key, bound('a'), call)).catch((error) => error.code)).toBe('key_not_found')
    expect(await nobody.status(call)).toBe('unavailable')
  })

  it('seals, and another process opens', async () => {
    const place = { context: { app: 'billing', job: 'invoice' }, scope: 'tenant:acme' }
    const sealed = await createSealer({ keys: create('orders') }).seal({ card: '4111' }, place)
    expect(await createSealer({ keys: create('orders') }).open(sealed, place)).toEqual({ card: '4111' })
    expect(await create('orders').status({ now: Date.now })).toBe('available')
  })
})
