import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { blake2b } from '@noble/hashes/blake2.js'
import { WaxsealError } from '@waxseal/core'
import { concatBytes } from '@waxseal/core/keys'

const NONCE_BYTES = 24
const TAG_BYTES = 16

/** BLAKE2b-256 of a passphrase: no salt, no stretching, so it is only as good as the passphrase. */
export const secretboxKey = (passphrase: string): Uint8Array => blake2b(new TextEncoder().encode(passphrase), { dkLen: 32 })

/** `nonce(24) ‖ tag(16) ‖ ciphertext` under a random nonce. */
export function sealSecretbox(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  return concatBytes(nonce, xsalsa20poly1305(key, nonce).encrypt(plaintext))
}

/** The JSON in `nonce(24) ‖ tag(16) ‖ ciphertext` of XSalsa20-Poly1305, under the first key that fits. */
export function openSecretbox(keys: readonly Uint8Array[], sealed: Uint8Array): unknown {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new WaxsealError('malformed', 'the ciphertext is shorter than nonce and tag')
  const [nonce, body] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES)]
  for (const key of keys) {
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(xsalsa20poly1305(key, nonce).decrypt(body)))
    } catch {}
  }
  throw new WaxsealError('open_failed', 'no key opens the encrypted value')
}
