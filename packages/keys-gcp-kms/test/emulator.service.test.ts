import { keyProviderContract } from '@waxseal/conformance/contracts'
import { createSealer } from '@waxseal/core'
import { googleMissing, type Service, startGoogle } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

  keyProviderContract({
    describe,
    it,
    harness: { name: 'over fetch', create: () => create('orders'), createOther: () => create('other'), remote: true },
  })

  it('seals, and another process opens', async () => {
    const place = { context: { app: 'billing', job: 'invoice' }, scope: 'tenant:acme' }
    const sealed = await createSealer({ keys: create('orders') }).seal({ card: '4111' }, place)
    expect(await createSealer({ keys: create('orders') }).open(sealed, place)).toEqual({ card: '4111' })
    expect(await create('orders').status({ now: Date.now })).toBe('available')
  })
})
