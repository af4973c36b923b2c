import type { MessageCipher } from '../backend/types.js'
import { type Flow, wait } from '../flow.js'
import { concatBytes } from './bytes.js'

/** C2SP chunked-encryption: 16384-byte plaintext chunks, each with a 16-byte tag; the last one is shorter, and may be empty. */
export const CHUNK_BYTES = 16384
export const TAG_BYTES = 16
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES

/** Ciphertext length of a plaintext length, header not counted. */
export const sealedLength = (length: number): number => length + (Math.floor(length / CHUNK_BYTES) + 1) * TAG_BYTES

/** Base nonce XOR the big-endian chunk number. */
export function chunkNonce(base: Uint8Array, index: number): Uint8Array {
  if (index === 0) return base
  // A copy, which the slice of a Buffer is not.
  const nonce = new Uint8Array(base)
  for (let i = 11, rest = index; rest > 0; i--, rest = Math.floor(rest / 256)) nonce[i]! ^= rest & 255
  return nonce
}

/** Encrypts a whole message into `out` from `at` on. */
export function* sealChunks(
  cipher: MessageCipher,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  out: Uint8Array,
  at: number,
): Flow<void> {
  for (let index = 0, from = 0, to = at; ; index++, from += CHUNK_BYTES, to += SEALED_CHUNK_BYTES) {
    const chunk = plaintext.length < CHUNK_BYTES ? plaintext : plaintext.subarray(from, from + CHUNK_BYTES)
    const done = cipher.encrypt(chunkNonce(nonce, index), chunk, out.subarray(to, to + chunk.length + TAG_BYTES))
    if (done) yield done
    if (chunk.length < CHUNK_BYTES) return
  }
}

/** Whether a ciphertext can have this length: 16400k + r with 16 <= r <= 16399. */
export const isSealedLength = (length: number): boolean => length % SEALED_CHUNK_BYTES >= TAG_BYTES

/** Decrypts a whole message; undefined where any chunk fails, and then nothing of it is left in memory. */
export function* openChunks(cipher: MessageCipher, nonce: Uint8Array, sealed: Uint8Array): Flow<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  for (let index = 0, from = 0; from < sealed.length; index++, from += SEALED_CHUNK_BYTES) {
    const part = yield* wait(cipher.decrypt(chunkNonce(nonce, index), sealed.subarray(from, from + SEALED_CHUNK_BYTES)))
    if (!part) {
      for (const done of parts) done.fill(0)
      return undefined
    }
    parts.push(part)
  }
  if (parts.length === 1) return parts[0]
  const plaintext = concatBytes(...parts)
  for (const part of parts) part.fill(0)
  return plaintext
}
