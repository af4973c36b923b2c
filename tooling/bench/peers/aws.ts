import {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  getLocalCryptographicMaterialsCache,
  NodeCachingMaterialsManager,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node'
import type { Contender } from '../contender.ts'

const context = { app: 'billing', job: 'invoice', surface: 'data' }

/** What `buildClient` gives, and the materials manager that both directions use. */
export function awsClient(secret: Uint8Array) {
  const unencryptedMasterKey = new Uint8Array(new ArrayBuffer(32))
  unencryptedMasterKey.set(secret)
  const backingMaterials = new RawAesKeyringNode({
    keyName: 'k1',
    keyNamespace: 'bench',
    unencryptedMasterKey,
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  })
  const manager = new NodeCachingMaterialsManager({
    backingMaterials,
    cache: getLocalCryptographicMaterialsCache(100),
    maxAge: 3_600_000,
    maxMessagesEncrypted: 2 ** 20,
  })
  return { ...buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT), manager }
}

/** The AWS Encryption SDK with cached data keys over a raw AES keyring, which asks no service; `signed` as it is by default. */
export const aws =
  (signed: boolean) =>
  async (secret: Uint8Array): Promise<Contender> => {
    const { encrypt, decrypt, manager } = awsClient(secret)
    const suite = { suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY }
    return {
      by: signed ? 'AWS Encryption SDK' : 'AWS Encryption SDK, unsigned',
      async seal(value) {
        const plaintext = JSON.stringify(value)
        const plaintextLength = Buffer.byteLength(plaintext)
        const { result } = await encrypt(manager, plaintext, {
          encryptionContext: context,
          plaintextLength,
          ...(signed ? {} : suite),
        })
        return result.toString('base64url')
      },
      async open(sealed: string) {
        const { plaintext } = await decrypt(manager, Buffer.from(sealed, 'base64url'))
        return JSON.parse(plaintext.toString())
      },
    }
  }
