import { WaxsealError } from '@waxseal/core'
import { concatBytes } from '@waxseal/core/keys'

export const KEY_BYTES = 32
export const NONCE_BYTES = 12
export const TAG_BYTES = 16

/** A key of AES-256-GCM, its bytes out of reach. */
export interface AesGcmKey {
  /** `ciphertext ‖ tag(16)` under a random nonce of 12 bytes. */
  seal(plaintext: Uint8Array, aad?: Uint8Array): Promise<{ readonly nonce: Uint8Array; readonly body: Uint8Array }>
  /** The plaintext of `ciphertext ‖ tag(16)`; `open_failed` where key or bytes do not fit, `malformed` without nonce or tag. */
  open(nonce: Uint8Array, body: Uint8Array, aad?: Uint8Array): Promise<Uint8Array>
}

type Bytes = Uint8Array<ArrayBuffer>

/** `config` unless the key is 32 bytes. They are copied. */
export function aesGcmKey(key: Uint8Array): AesGcmKey {
  if (!(key instanceof Uint8Array) || key.length !== KEY_BYTES)
    throw new WaxsealError('config', 'a key of AES-256-GCM is 32 bytes')
  const bytes = Uint8Array.from(key)
  let imported: Promise<CryptoKey> | undefined
  const handle = () => {
    imported ??= crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
    return imported
  }
  const parameters = (iv: Uint8Array, aad: Uint8Array | undefined): AesGcmParams => ({
    name: 'AES-GCM',
    iv: iv as Bytes,
    ...(aad && { additionalData: aad as Bytes }),
  })
  return Object.freeze({
    async seal(plaintext: Uint8Array, aad?: Uint8Array) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
      const body = new Uint8Array(await crypto.subtle.encrypt(parameters(nonce, aad), await handle(), plaintext as Bytes))
      return { nonce, body }
    },
    async open(nonce: Uint8Array, body: Uint8Array, aad?: Uint8Array) {
      if (nonce.length === 0 || body.length < TAG_BYTES)
        throw new WaxsealError('malformed', 'the ciphertext is shorter than nonce and tag')
      const key = await handle()
      try {
        return new Uint8Array(await crypto.subtle.decrypt(parameters(nonce, aad), key, body as Bytes))
      } catch {
        throw new WaxsealError('open_failed', 'the ciphertext does not open')
      }
    },
  })
}

/** `nonce(12) ‖ ciphertext ‖ tag(16)`, without associated data: the layout that most systems chose. */
export async function sealNoncePrefixed(key: AesGcmKey, plaintext: Uint8Array): Promise<Uint8Array> {
  const { nonce, body } = await key.seal(plaintext)
  return concatBytes(nonce, body)
}

/** Opens what `sealNoncePrefixed` wrote. */
export const openNoncePrefixed = (key: AesGcmKey, sealed: Uint8Array): Promise<Uint8Array> =>
  key.open(sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES))

/** `sealNoncePrefixed` under a key that is used once. */
export const sealAesGcm = async (key: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> =>
  sealNoncePrefixed(aesGcmKey(key), plaintext)

/** `openNoncePrefixed` under a key that is used once. */
export const openAesGcm = async (key: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> =>
  openNoncePrefixed(aesGcmKey(key), sealed)
