import { gcmOpen, gcmSeal } from '../aes-gcm.js'
import { fromBase64, toBase64 } from '../base64.js'
import { type Bytes, randomBytes } from '../bytes.js'
import { userError } from './reply.js'

export type TransitKeyType = 'aes256-gcm96' | 'aes128-gcm96' | 'rsa-2048'

export interface TransitKey {
  readonly name: string
  readonly type: TransitKeyType
  readonly derived: boolean
  /** The first one is version 1. */
  readonly versions: { readonly material: Bytes | Promise<CryptoKeyPair>; readonly createdAt: number }[]
  minDecryptionVersion: number
  /** 0 for the latest. */
  minEncryptionVersion: number
  deletionAllowed: boolean
  softDeleted: boolean
}

export interface TransitMount {
  readonly type: 'transit'
  readonly keys: Map<string, TransitKey>
  /** Encrypting with a key that is not there does not make it. */
  disableUpsert: boolean
}

export function transitMount(): TransitMount {
  return { type: 'transit', keys: new Map(), disableUpsert: false }
}

export const isTransitKeyType = (type: string): type is TransitKeyType =>
  type === 'aes256-gcm96' || type === 'aes128-gcm96' || type === 'rsa-2048'

export function newTransitKey(name: string, type: TransitKeyType, derived: boolean, now: number): TransitKey {
  if (derived && type === 'rsa-2048') userError(`key derivation and convergent encryption not supported for keys of type ${type}`)
  const key: TransitKey = {
    name,
    type,
    derived,
    versions: [],
    minDecryptionVersion: 1,
    minEncryptionVersion: 0,
    deletionAllowed: false,
    softDeleted: false,
  }
  addVersion(key, now)
  return key
}

export function addVersion({ type, versions }: TransitKey, now: number): void {
  const material = type === 'rsa-2048' ? rsaPair() : randomBytes(type === 'aes128-gcm96' ? 16 : 32)
  versions.push({ material, createdAt: now })
}

function rsaPair(): Promise<CryptoKeyPair> {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  return crypto.subtle.generateKey(algorithm, false, ['encrypt', 'decrypt'])
}

export interface TransitItem {
  /** All in base64. */
  readonly context: string
  readonly associatedData: string
  readonly nonce: string
}

/** Encrypts with a version of the key, 0 for the latest. */
export async function transitEncrypt(key: TransitKey, plaintext: string, item: TransitItem, keyVersion: number) {
  const latest = key.versions.length
  if (keyVersion < 0) userError('requested version for encryption is negative')
  if (keyVersion > latest) userError('requested version for encryption is higher than the latest key version')
  if (keyVersion !== 0 && keyVersion < key.minEncryptionVersion)
    userError('requested version for encryption is less than the minimum encryption key version')
  const version = keyVersion || latest
  const bytes = decoded(plaintext)
  const { context, associatedData } = prepared(key, item)
  const material = key.versions[version - 1]!.material
  if (!(material instanceof Uint8Array)) {
    if (bytes.length > 190) userError('crypto/rsa: message too long for RSA key size')
    const sealed = await crypto.subtle.encrypt('RSA-OAEP', (await material).publicKey, bytes)
    return { ciphertext: `vault:v${version}:${toBase64(new Uint8Array(sealed))}`, version }
  }
  const sealed = await gcmSeal(await derivedKey(key, material, context), bytes, associatedData)
  return { ciphertext: `vault:v${version}:${toBase64(sealed)}`, version }
}

/** Decrypts to base64. */
export async function transitDecrypt(key: TransitKey, ciphertext: string, item: TransitItem): Promise<string> {
  const { version, bytes } = parsed(key, ciphertext)
  const { context, associatedData } = prepared(key, item)
  const material = key.versions[version - 1]!.material
  if (!(material instanceof Uint8Array)) {
    const { privateKey } = await material
    const failed = () => userError('failed to RSA decrypt the ciphertext')
    return toBase64(new Uint8Array(await crypto.subtle.decrypt('RSA-OAEP', privateKey, bytes).catch(failed)))
  }
  if (bytes.length < 12) return userError('invalid ciphertext length')
  const opened = await gcmOpen(await derivedKey(key, material, context), bytes, associatedData)
  return toBase64(opened ?? userError('cipher: message authentication failed'))
}

function parsed(key: TransitKey, ciphertext: string): { version: number; bytes: Bytes } {
  if (!ciphertext.startsWith('vault:v')) userError('invalid ciphertext: no prefix')
  const rest = ciphertext.slice('vault:v'.length)
  const colon = rest.indexOf(':')
  if (colon === -1) userError('invalid ciphertext: wrong number of fields')
  if (!/^\d{1,9}$/.test(rest.slice(0, colon))) userError('invalid ciphertext: version number could not be decoded')
  // What was written before keys had versions says 0.
  const version = Number(rest.slice(0, colon)) || 1
  if (version > key.versions.length) userError('invalid ciphertext: version is too new')
  if (version < key.minDecryptionVersion) userError('ciphertext or signature version is disallowed by policy (too old)')
  return { version, bytes: fromBase64(rest.slice(colon + 1)) ?? userError('invalid ciphertext: could not decode base64') }
}

function prepared(key: TransitKey, { context, associatedData, nonce }: TransitItem) {
  if (nonce !== '') userError('provided nonce not allowed for this key')
  if (key.derived && context === '')
    userError(
      "missing 'context' for key derivation; the key was created using a derived key, which means additional, per-request information must be included in order to perform operations with the key",
    )
  return { context: decoded(context), associatedData: decoded(associatedData) }
}

function decoded(text: string): Bytes {
  const bad = text.search(/[^A-Za-z0-9+/]/)
  return fromBase64(text) ?? userError(`illegal base64 data at input byte ${bad === -1 ? text.length : bad}`)
}

// A key that is not derived takes no notice of the context, as the real one.
async function derivedKey({ derived }: TransitKey, material: Bytes, context: Bytes): Promise<Bytes> {
  if (!derived) return material
  const base = await crypto.subtle.importKey('raw', material, 'HKDF', false, ['deriveBits'])
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: context }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, base, material.length * 8))
}
