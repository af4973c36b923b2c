import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { Aead } from './types.js'

/** ChaCha20-Poly1305 in JavaScript: constant-time by construction and synchronous. Its AES is not used: table look-ups leak timing. */
export const nobleChaCha: Aead = {
  sync: true,
  messageCipher(key) {
    // A copy, which the slice of a Buffer is not.
    const secret = new Uint8Array(key)
    return {
      encrypt(nonce, plaintext, out) {
        chacha20poly1305(secret, nonce).encrypt(plaintext, out)
      },
      decrypt(nonce, sealed) {
        try {
          return chacha20poly1305(secret, nonce).decrypt(sealed)
        } catch {
          return undefined
        }
      },
    }
  },
}
