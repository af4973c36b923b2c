import { toBase64 } from '../base64.js'
import { crc32c } from '../crc32c.js'
import { openCiphertext, readCiphertext, sealCiphertext } from './ciphertext.js'
import { readInput } from './input.js'
import type { CryptoKey, CryptoKeyVersion, KeyStore } from './key-store.js'
import { refuse } from './refusal.js'

export interface Surroundings {
  readonly keys: KeyStore
  readonly now: number
  /** Refuses where the principal has not this permission on that key. */
  readonly authorize: (permission: string, keyName: string) => void
}

/** One call on a key or, to encrypt, a version of it. */
export interface KeyRequest {
  readonly keyName: string
  readonly version: number | undefined
  readonly body: Uint8Array
}

const MAX_BYTES = 64 * 1024
const MAX_HSM_BYTES = 8 * 1024
const ALGORITHM = 'GOOGLE_SYMMETRIC_ENCRYPTION'

const invalid = (message: string): never => refuse('INVALID_ARGUMENT', message)

/** As Google's JSON: what is false is left out. */
const whereTrue = (members: Record<string, boolean>): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value))

function keyFor(permission: string, { keyName }: KeyRequest, at: Surroundings): CryptoKey {
  at.authorize(permission, keyName)
  return at.keys.find(keyName) ?? refuse('NOT_FOUND', `CryptoKey ${keyName} not found.`)
}

function encrypting(key: CryptoKey): void {
  if (key.purpose !== 'ENCRYPT_DECRYPT') refuse('FAILED_PRECONDITION', `${key.name} has purpose ${key.purpose}.`)
}

function enabled(version: CryptoKeyVersion, { keys, now }: Surroundings): CryptoKeyVersion {
  const state = keys.stateOf(version, now)
  if (state !== 'ENABLED') refuse('FAILED_PRECONDITION', `${version.name} is not enabled, current state is: ${state}.`)
  return version
}

function limit(name: string, length: number, max = MAX_BYTES): void {
  if (length > max) invalid(`${name} has ${length} bytes, the limit is ${max}.`)
}

export async function encrypt(request: KeyRequest, at: Surroundings): Promise<object> {
  const key = keyFor('cloudkms.cryptoKeyVersions.useToEncrypt', request, at)
  const { plaintext, additionalAuthenticatedData: aad } = readInput(request.body, 'plaintext', 'additionalAuthenticatedData')
  if (plaintext!.bytes.length === 0) invalid('plaintext is required.')
  limit('plaintext', plaintext!.bytes.length)
  limit('additional_authenticated_data', aad!.bytes.length)
  if (key.protectionLevel === 'HSM')
    limit('plaintext with additional_authenticated_data', plaintext!.bytes.length + aad!.bytes.length, MAX_HSM_BYTES)
  encrypting(key)
  const number = request.version ?? key.primary
  const version = key.versions[number - 1] ?? refuse('NOT_FOUND', `${key.name}/cryptoKeyVersions/${number} not found.`)
  enabled(version, at)
  const ciphertext = await sealCiphertext(key, version, { plaintext: plaintext!.bytes, aad: aad!.bytes })
  return {
    name: version.name,
    ciphertext: toBase64(ciphertext),
    ciphertextCrc32c: String(crc32c(ciphertext)),
    ...whereTrue({ verifiedPlaintextCrc32c: plaintext!.verified, verifiedAdditionalAuthenticatedDataCrc32c: aad!.verified }),
    protectionLevel: key.protectionLevel,
  }
}

export async function decrypt(request: KeyRequest, at: Surroundings): Promise<object> {
  const key = keyFor('cloudkms.cryptoKeyVersions.useToDecrypt', request, at)
  const { ciphertext, additionalAuthenticatedData: aad } = readInput(request.body, 'ciphertext', 'additionalAuthenticatedData')
  if (ciphertext!.bytes.length === 0) invalid('ciphertext is required.')
  limit('additional_authenticated_data', aad!.bytes.length)
  encrypting(key)
  const failed = (why: string): never => invalid(`Decryption failed: ${why}.`)
  const named = (await readCiphertext(ciphertext!.bytes)) ?? failed('the ciphertext is invalid')
  const version = (await named.isOf(key)) ? key.versions[named.version - 1] : undefined
  if (!version) return failed("verify that 'name' refers to the correct CryptoKey")
  enabled(version, at)
  const plaintext = (await openCiphertext(named, version, aad!.bytes)) ?? failed('the ciphertext is invalid')
  return {
    plaintext: toBase64(plaintext),
    plaintextCrc32c: String(crc32c(plaintext)),
    ...whereTrue({ usedPrimary: version.number === key.primary }),
    protectionLevel: key.protectionLevel,
  }
}

export function getCryptoKey(request: KeyRequest, at: Surroundings): object {
  const key = keyFor('cloudkms.cryptoKeys.get', request, at)
  const { protectionLevel, purpose } = key
  const time = (ms: number): string => new Date(ms).toISOString()
  const algorithm = purpose === 'MAC' ? 'HMAC_SHA256' : ALGORITHM
  const primary = key.versions[key.primary - 1]!
  const described = {
    name: primary.name,
    state: at.keys.stateOf(primary, at.now),
    createTime: time(primary.createdAt),
    protectionLevel,
    algorithm,
    generateTime: time(primary.createdAt),
    ...(primary.destroyAt === undefined ? {} : { destroyTime: time(primary.destroyAt) }),
  }
  return {
    name: key.name,
    ...(purpose === 'ENCRYPT_DECRYPT' ? { primary: described } : {}),
    purpose,
    createTime: time(key.createdAt),
    versionTemplate: { protectionLevel, algorithm },
    destroyScheduledDuration: '2592000s',
  }
}
