import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { googleMissing, type Service, startGoogle } from '../index.ts'

const missing = googleMissing()

describeIf(!missing, missing ?? '')('Google Cloud KMS of drongo', () => {
  const location = 'projects/p/locations/global'
  const key = `${location}/keyRings/r/cryptoKeys/k`
  let google: Service
  beforeAll(async () => {
    google = await startGoogle()
  })
  afterAll(() => google?.stop())

  const call = async (path: string, input: object): Promise<{ status: number; output: Record<string, unknown> }> => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${google.url}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(input) })
    return { status: response.status, output: (await response.json()) as Record<string, unknown> }
  }

  it('decrypts what it encrypted under the same associated data and under no other', async () => {
    await call(`${location}/keyRings?keyRingId=r`, {})
    await call(`${location}/keyRings/r/cryptoKeys?cryptoKeyId=k`, { purpose: 'ENCRYPT_DECRYPT' })
    const plaintext = btoa('thirty-two bytes of a data key..')
    const wrapped = await call(`${key}:encrypt`, { plaintext, additionalAuthenticatedData: btoa('jobs') })
    expect(wrapped.output).toMatchObject({ name: `${key}/cryptoKeyVersions/1`, verifiedPlaintextCrc32c: true })
    const open = (aad: string): ReturnType<typeof call> =>
      call(`${key}:decrypt`, { ciphertext: wrapped.output.ciphertext, additionalAuthenticatedData: btoa(aad) })
    expect((await open('jobs')).output.plaintext).toBe(plaintext)
    expect(await open('mail')).toMatchObject({ status: 400, output: { error: { status: 'INVALID_ARGUMENT' } } })
  })
})
