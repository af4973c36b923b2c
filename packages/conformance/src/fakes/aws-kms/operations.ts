import { toBase64 } from '../base64.js'
import { type Bytes, randomBytes } from '../bytes.js'
import { type EncryptionContext, openBlob, readBlob, sealBlob } from './ciphertext-blob.js'
import type { KmsInput } from './input.js'
import type { KeyStore, KmsKey, Material } from './key-store.js'
import { refuse } from './refusal.js'

/** What an operation works with: the keys of the account, as the caller in one region sees them. */
export interface Surroundings {
  readonly keys: KeyStore
  readonly accountId: string
  readonly region: string
  readonly now: number
  /** Refuses where the caller may not do this with that key. */
  readonly authorize: (key: KmsKey) => void
}

type Operation = (input: KmsInput, at: Surroundings) => Promise<object> | object

const ALGORITHM = 'SYMMETRIC_DEFAULT'
const newest = (key: KmsKey): Material => key.materials.at(-1)!
const dryRunOk = (): never =>
  refuse('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.')

/** The key that a request names, ready for use. */
function usable(keyId: string, at: Surroundings): KmsKey {
  const key = at.keys.resolve(keyId, at.region, at.now)
  at.authorize(key)
  return ready(key)
}

function ready(key: KmsKey): KmsKey {
  if (key.state === 'Disabled') refuse('DisabledException', `${key.arn} is disabled.`)
  if (key.state === 'PendingDeletion') refuse('KMSInvalidStateException', `${key.arn} is pending deletion.`)
  if (key.usage !== 'ENCRYPT_DECRYPT') refuse('InvalidKeyUsageException', `${key.arn} key usage is ${key.usage}`)
  return key
}

function symmetric(...algorithms: readonly (string | undefined)[]): void {
  const other = algorithms.find((algorithm) => algorithm !== undefined && algorithm !== ALGORITHM)
  if (other) refuse('InvalidKeyUsageException', `Algorithm ${other} is incompatible with key spec ${ALGORITHM}.`)
}

interface Opened {
  readonly key: KmsKey
  readonly material: Material
  readonly plaintext: Bytes
}

async function open(
  bytes: Uint8Array,
  { keyId, context, at }: { keyId: string | undefined; context: EncryptionContext; at: Surroundings },
): Promise<Opened> {
  const named = keyId === undefined ? undefined : usable(keyId, at)
  // The service says nothing more of a blob that does not fit.
  const blob = (await readBlob(bytes)) ?? refuse('InvalidCiphertextException', '')
  if (named && named.id !== blob.keyId)
    refuse('IncorrectKeyException', 'The key ID in the request does not identify a key that can perform this operation.')
  const key = named ?? at.keys.byId(blob.keyId, at.region, at.now) ?? refuse('AccessDeniedException', UNKNOWN_KEY)
  at.authorize(key)
  ready(key)
  const material = key.materials.find(({ id }) => id === blob.materialId)
  const plaintext = material && (await openBlob(blob, material, context))
  return material && plaintext ? { key, material, plaintext } : refuse('InvalidCiphertextException', '')
}

const UNKNOWN_KEY =
  'The ciphertext refers to a key that does not exist, does not exist in this region, or that you may not access.'

const encrypt: Operation = async (input, at) => {
  const key = usable(input.KeyId!, at)
  symmetric(input.EncryptionAlgorithm)
  if (input.DryRun) dryRunOk()
  const blob = await sealBlob(key, input.Plaintext!, input.EncryptionContext ?? [])
  return { CiphertextBlob: toBase64(blob), EncryptionAlgorithm: ALGORITHM, KeyId: key.arn }
}

const decrypt: Operation = async (input, at) => {
  const { KeyId: keyId, CiphertextBlob: bytes, DryRun = false, EncryptionContext: context = [] } = input
  symmetric(input.EncryptionAlgorithm)
  if (input.DryRunModifiers && !DryRun) refuse('ValidationException', 'DryRunModifiers need DryRun')
  if (input.DryRunModifiers?.includes('IGNORE_CIPHERTEXT')) {
    usable(keyId ?? refuse('ValidationException', 'KeyId must not be null where the ciphertext is ignored'), at)
    return dryRunOk()
  }
  if (!bytes) return refuse('ValidationException', "1 validation error detected: Value at 'CiphertextBlob' must not be null")
  const { key, material, plaintext } = await open(bytes, { keyId, context, at })
  if (DryRun) dryRunOk()
  return { EncryptionAlgorithm: ALGORITHM, KeyId: key.arn, KeyMaterialId: material.id, Plaintext: toBase64(plaintext) }
}

const generateDataKey: Operation = async (input, at) => {
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined))
    refuse('ValidationException', 'Please specify either number of bytes or key spec.')
  const key = usable(input.KeyId!, at)
  if (input.DryRun) dryRunOk()
  const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32))
  const blob = await sealBlob(key, plaintext, input.EncryptionContext ?? [])
  const material = { KeyId: key.arn, KeyMaterialId: newest(key).id }
  return { CiphertextBlob: toBase64(blob), ...material, Plaintext: toBase64(plaintext) }
}

const reEncrypt: Operation = async (input, at) => {
  symmetric(input.SourceEncryptionAlgorithm, input.DestinationEncryptionAlgorithm)
  const source = { keyId: input.SourceKeyId, context: input.SourceEncryptionContext ?? [], at }
  const { key: from, material, plaintext } = await open(input.CiphertextBlob!, source)
  const to = usable(input.DestinationKeyId!, at)
  if (input.DryRun) dryRunOk()
  const blob = await sealBlob(to, plaintext, input.DestinationEncryptionContext ?? [])
  return {
    CiphertextBlob: toBase64(blob),
    SourceKeyId: from.arn,
    KeyId: to.arn,
    SourceEncryptionAlgorithm: ALGORITHM,
    DestinationEncryptionAlgorithm: ALGORITHM,
    SourceKeyMaterialId: material.id,
    DestinationKeyMaterialId: newest(to).id,
  }
}

const describeKey: Operation = (input, at) => {
  const key = at.keys.resolve(input.KeyId!, at.region, at.now)
  at.authorize(key)
  return { KeyMetadata: metadata(key, at) }
}

function metadata(key: KmsKey, { accountId, keys, now }: Surroundings): object {
  const encrypts = key.usage === 'ENCRYPT_DECRYPT'
  const spec = encrypts ? ALGORITHM : 'ECC_NIST_P256'
  const { primaryRegion } = key
  const replicas = keys.all(now).filter(({ id, region }) => id === key.id && region !== primaryRegion)
  const primary = primaryRegion && keys.byId(key.id, primaryRegion, now)
  return {
    AWSAccountId: accountId,
    Arn: key.arn,
    CreationDate: key.createdAt / 1000,
    ...(encrypts ? { CurrentKeyMaterialId: newest(key).id, EncryptionAlgorithms: [ALGORITHM] } : {}),
    CustomerMasterKeySpec: spec,
    ...(key.deletionAt === undefined ? {} : { DeletionDate: key.deletionAt / 1000 }),
    Description: key.description,
    Enabled: key.state === 'Enabled',
    KeyId: key.id,
    KeyManager: 'CUSTOMER',
    KeySpec: spec,
    KeyState: key.state,
    KeyUsage: key.usage,
    MultiRegion: primaryRegion !== undefined,
    ...(primary
      ? {
          MultiRegionConfiguration: {
            MultiRegionKeyType: key.region === primaryRegion ? 'PRIMARY' : 'REPLICA',
            PrimaryKey: { Arn: primary.arn, Region: primary.region },
            ReplicaKeys: replicas.map(({ arn, region }) => ({ Arn: arn, Region: region })),
          },
        }
      : {}),
    Origin: 'AWS_KMS',
  }
}

export const operations: Readonly<Record<string, Operation>> = {
  Encrypt: encrypt,
  Decrypt: decrypt,
  GenerateDataKey: generateDataKey,
  ReEncrypt: reEncrypt,
  DescribeKey: describeKey,
}
