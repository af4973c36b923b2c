import { fromBase64Url } from '../base64.js'
import { type Bytes, concat, randomBytes, sha256, toHex } from '../bytes.js'
import { modPow, toBigint, toBytes } from './integers.js'

// WebCrypto signs messages, the service signs digests: so RSA is done by hand here. It takes no care of timing and is for tests.

export type RsaScheme = 'PS256' | 'RS256'

const HASH_BYTES = 32
const SHA256_PREFIX = Uint8Array.of(48, 49, 48, 13, 6, 9, 96, 134, 72, 1, 101, 3, 4, 2, 1, 5, 0, 4, 32)

const member = (jwk: JsonWebKey, name: 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi'): bigint =>
  toBigint(fromBase64Url(jwk[name] ?? '')!)

/** Signs a SHA-256 digest (RFC 8017, sections 8.1 and 8.2). */
export async function rsaSign(scheme: RsaScheme, jwk: JsonWebKey, digest: Uint8Array): Promise<Bytes> {
  const length = fromBase64Url(jwk.n!)!.length
  const message = toBigint(scheme === 'RS256' ? pkcs1(digest, length) : await pss(digest, length, randomBytes(HASH_BYTES)))
  const [p, q] = [member(jwk, 'p'), member(jwk, 'q')]
  const [a, b] = [modPow(message, member(jwk, 'dp'), p), modPow(message, member(jwk, 'dq'), q)]
  const difference = (((a - b) % p) + p) % p
  return toBytes(b + q * ((member(jwk, 'qi') * difference) % p), length)
}

export async function rsaVerify(scheme: RsaScheme, jwk: JsonWebKey, digest: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const length = fromBase64Url(jwk.n!)!.length
  const value = toBigint(signature)
  if (signature.length !== length || value >= member(jwk, 'n')) return false
  const encoded = toBytes(modPow(value, member(jwk, 'e'), member(jwk, 'n')), length)
  if (scheme === 'RS256') return toHex(encoded) === toHex(pkcs1(digest, length))
  const salt = await saltOf(encoded)
  return salt !== undefined && toHex(encoded) === toHex(await pss(digest, length, salt))
}

function pkcs1(digest: Uint8Array, length: number): Bytes {
  const padding = new Uint8Array(length - SHA256_PREFIX.length - HASH_BYTES - 3).fill(255)
  return concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), SHA256_PREFIX, digest)
}

async function pss(digest: Uint8Array, length: number, salt: Uint8Array): Promise<Bytes> {
  const hash = await sha256(concat(new Uint8Array(8), digest, salt))
  const block = new Uint8Array(length - HASH_BYTES - 1)
  block[block.length - salt.length - 1] = 1
  block.set(salt, block.length - salt.length)
  return concat(await masked(block, hash), hash, Uint8Array.of(0xbc))
}

/** The salt of an encoded message; undefined where it is none. */
async function saltOf(encoded: Bytes): Promise<Bytes | undefined> {
  if (encoded.at(-1) !== 0xbc) return undefined
  const hashAt = encoded.length - HASH_BYTES - 1
  return (await masked(encoded.subarray(0, hashAt), encoded.subarray(hashAt, -1))).slice(-HASH_BYTES)
}

async function masked(block: Bytes, seed: Uint8Array): Promise<Bytes> {
  const count = Math.ceil(block.length / HASH_BYTES)
  const parts = await Promise.all(
    Array.from({ length: count }, (_, i) => sha256(concat(seed, Uint8Array.of(0, 0, i >> 8, i & 255)))),
  )
  const mask = concat(...parts)
  const out = block.map((byte, i) => byte ^ mask[i]!)
  out[0]! &= 0x7f
  return out
}
