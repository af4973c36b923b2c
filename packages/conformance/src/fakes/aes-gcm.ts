import { type Bytes, concat, randomBytes } from './bytes.js'

const NONCE_BYTES = 12
const TAG_BYTES = 16

const importKey = (key: Uint8Array, usage: 'encrypt' | 'decrypt') =>
  crypto.subtle.importKey('raw', key.slice(), 'AES-GCM', false, [usage])

/** AES-GCM with a key of 16 or 32 bytes, under a fresh random nonce: nonce || ciphertext || tag. */
export async function gcmSeal(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Promise<Bytes> {
  const iv = randomBytes(NONCE_BYTES)
  const algorithm = { name: 'AES-GCM', iv, additionalData: aad.slice() }
  const sealed = await crypto.subtle.encrypt(algorithm, await importKey(key, 'encrypt'), plaintext.slice())
  return concat(iv, new Uint8Array(sealed))
}

/** The plaintext of what `gcmSeal` made; undefined where the key, the data or the associated data is another. */
export async function gcmOpen(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Promise<Bytes | undefined> {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
  const algorithm = { name: 'AES-GCM', iv: sealed.slice(0, NONCE_BYTES), additionalData: aad.slice() }
  const imported = await importKey(key, 'decrypt')
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, sealed.slice(NONCE_BYTES)))
  } catch (error) {
    if (error instanceof Error && error.name === 'OperationError') return undefined
    throw error
  }
}
