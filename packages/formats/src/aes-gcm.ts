import { WaxsealError } from '@waxseal/core'

export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

const importKey = (key: Uint8Array, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> => {
  if (!(key instanceof Uint8Array) || key.length !== KEY_BYTES)
    throw new WaxsealError('config', 'a key of AES-256-GCM is 32 bytes')
  return crypto.subtle.importKey('raw', key as Uint8Array<ArrayBuffer>, 'AES-GCM', false, [usage])
}

/** `nonce(12) ‖ ciphertext ‖ tag(16)` under a nonce of its own, without associated data: the layout that most systems chose. */
export async function sealAesGcm(key: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const handle = await importKey(key, 'encrypt')
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, handle, plaintext as Uint8Array<ArrayBuffer>)
  const out = new Uint8Array(NONCE_BYTES + sealed.byteLength)
  out.set(iv)
  out.set(new Uint8Array(sealed), NONCE_BYTES)
  return out
}

/** Opens what `sealAesGcm` wrote. `malformed` for less than 28 bytes, `open_failed` where key or bytes do not fit. */
export async function openAesGcm(key: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new WaxsealError('malformed', 'the ciphertext is shorter than nonce and tag')
  const handle = await importKey(key, 'decrypt')
  const [iv, body] = [sealed.slice(0, NONCE_BYTES), sealed.slice(NONCE_BYTES)]
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, handle, body))
  } catch {
    throw new WaxsealError('open_failed', 'the ciphertext does not open')
  }
}
