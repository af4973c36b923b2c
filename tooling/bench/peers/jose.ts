import { CompactEncrypt, compactDecrypt } from 'jose'
import type { Peer } from '../contender.ts'

/** A compact JWE of jose: `dir` and A256GCM, under a key that was imported once. */
export const jose: Peer = async (secret) => {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), 'AES-GCM', false, ['encrypt', 'decrypt'])
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  return {
    by: 'jose',
    seal: (value) =>
      new CompactEncrypt(encoder.encode(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'k1' })
        .encrypt(key),
    async open(sealed: string) {
      const { plaintext } = await compactDecrypt(sealed, key)
      return JSON.parse(decoder.decode(plaintext))
    },
  }
}
