import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { localKmsMissing, motoMissing, type Service, startLocalKms, startMoto } from '../index.ts'
import { awsCall } from './aws.ts'

for (const [name, missing, start] of [
  ['moto', motoMissing(), startMoto],
  ['local-kms', localKmsMissing(), startLocalKms],
] as const)
  describeIf(!missing, missing ?? '')(`AWS KMS of ${name}`, () => {
    let kms: Service
    beforeAll(async () => {
      kms = await start()
    })
    afterAll(() => kms?.stop())

    it('gives a data key that it decrypts in the same encryption context and in no other', async () => {
      const { KeyMetadata } = await awsCall(kms.url, 'CreateKey', { KeyUsage: 'ENCRYPT_DECRYPT' })
      const { Arn } = KeyMetadata as { Arn: string }
      const wrapped = await awsCall(kms.url, 'GenerateDataKey', {
        KeyId: Arn,
        KeySpec: 'AES_256',
        EncryptionContext: { purpose: 'jobs' },
      })
      expect(wrapped.KeyId).toBe(Arn)
      const open = (purpose: string): Promise<Record<string, unknown>> =>
        awsCall(kms.url, 'Decrypt', { KeyId: Arn, CiphertextBlob: wrapped.CiphertextBlob, EncryptionContext: { purpose } })
      expect((await open('jobs')).Plaintext).toBe(wrapped.Plaintext)
      await expect(open('mail')).rejects.toThrow('InvalidCiphertextException')
    })

    it('listens on loopback alone and is gone after stop', async () => {
      const other = await start()
      expect(other.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(other.url).not.toBe(kms.url)
      await other.stop()
      await expect(fetch(other.url)).rejects.toThrow('fetch failed')
    })
  })
