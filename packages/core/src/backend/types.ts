import type { MaybePromise } from '../flow.js'
import type { Suite } from '../format/suites.js'

/** HMAC under one prepared key over the concatenation of its arguments. */
export type Mac = (...parts: readonly Uint8Array[]) => Uint8Array

/** One message key, used for the chunks of one message. */
export interface MessageCipher {
  /** Writes ciphertext and its 16-byte tag into `out`, which is exactly 16 bytes longer than `plaintext`. */
  encrypt(nonce: Uint8Array, plaintext: Uint8Array, out: Uint8Array): MaybePromise<void>
  /** The plaintext of ciphertext || tag, in memory of its own, or undefined where the tag does not fit. */
  decrypt(nonce: Uint8Array, sealed: Uint8Array): MaybePromise<Uint8Array | undefined>
}

export interface Aead {
  readonly sync: boolean
  /** `key`: 32 bytes, copied or imported before this returns or resolves. */
  messageCipher(key: Uint8Array): MaybePromise<MessageCipher>
}

/** All that differs between runtimes. Results are byte for byte the same. */
export interface Backend {
  readonly name: 'node' | 'web'
  /** The AEAD of a suite; tag 16 bytes, nonce 12, no associated data. */
  readonly aead: Readonly<Record<Suite, Aead>>
  /** Prepares HMAC for a key of at most one hash block. */
  hmac(hash: 'sha256' | 'sha512', key: Uint8Array): Mac
  sha256(data: Uint8Array): Uint8Array
  /** Constant-time comparison of two arrays of the same length. */
  equal(a: Uint8Array, b: Uint8Array): boolean
  /** Memory that never leaves this package, its content left over from earlier uses. */
  alloc(length: number): Uint8Array
  /** Fills `out` from the runtime's CSPRNG. */
  randomFill(out: Uint8Array): void
  /** UTF-8 of `text` at offset `at` of `alloc(size(UTF-8 length))`, the rest zero. */
  encodeText(text: string, at: number, size: (length: number) => number): Uint8Array
  /** Fatal UTF-8, byte-order mark kept; undefined where it is invalid. */
  decodeText(bytes: Uint8Array): string | undefined
  toBase64url(bytes: Uint8Array): string
  /** Strict: unpadded, canonical, exact alphabet; undefined for anything else. */
  fromBase64url(text: string): Uint8Array | undefined
  /** Whether the provider reports FIPS mode and refuses what FIPS forbids. */
  fips(): boolean
}
