import { fromBase64Url } from '../base64.js'
import { type Bytes, concat, randomBytes } from '../bytes.js'
import { modPow, toBigint, toBytes } from './integers.js'

// ECDSA over P-256 on digests, which WebCrypto does not do (FIPS 186-5, section 6.4). Without care of timing: for tests.

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const G: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  z: 1n,
}

/** Jacobian; at infinity where z is 0. */
interface Point {
  readonly x: bigint
  readonly y: bigint
  readonly z: bigint
}

const INFINITY: Point = { x: 1n, y: 1n, z: 0n }
const mod = (value: bigint, modulus = P): bigint => ((value % modulus) + modulus) % modulus
const inverse = (value: bigint, modulus: bigint): bigint => modPow(mod(value, modulus), modulus - 2n, modulus)

function doubled({ x, y, z }: Point): Point {
  if (z === 0n) return INFINITY
  const [delta, gamma] = [mod(z * z), mod(y * y)]
  const beta = mod(x * gamma)
  const alpha = mod(3n * (x - delta) * (x + delta))
  const x3 = mod(alpha * alpha - 8n * beta)
  return { x: x3, y: mod(alpha * (4n * beta - x3) - 8n * gamma * gamma), z: mod((y + z) * (y + z) - gamma - delta) }
}

function added(a: Point, b: Point): Point {
  if (a.z === 0n) return b
  if (b.z === 0n) return a
  const [za, zb] = [mod(a.z * a.z), mod(b.z * b.z)]
  const [ua, ub] = [mod(a.x * zb), mod(b.x * za)]
  const [sa, sb] = [mod(a.y * b.z * zb), mod(b.y * a.z * za)]
  if (ua === ub) return sa === sb ? doubled(a) : INFINITY
  const [h, r] = [mod(ub - ua), mod(sb - sa)]
  const h2 = mod(h * h)
  const [h3, v] = [mod(h * h2), mod(ua * h2)]
  const x = mod(r * r - h3 - 2n * v)
  return { x, y: mod(r * (v - x) - sa * h3), z: mod(h * a.z * b.z) }
}

function times(point: Point, factor: bigint): Point {
  let result = INFINITY
  let power = point
  for (let left = factor; left > 0n; left >>= 1n) {
    if (left & 1n) result = added(result, power)
    power = doubled(power)
  }
  return result
}

function affineX({ x, z }: Point): bigint {
  const inverted = inverse(z, P)
  return mod(x * inverted * inverted)
}

/** Signs a SHA-256 digest: r and s, 32 bytes each. */
export function p256Sign(jwk: JsonWebKey, digest: Uint8Array): Bytes {
  const secret = toBigint(fromBase64Url(jwk.d!)!)
  for (;;) {
    const k = toBigint(randomBytes(32))
    if (k === 0n || k >= N) continue
    const r = affineX(times(G, k)) % N
    const s = mod(inverse(k, N) * (toBigint(digest) + r * secret), N)
    if (r !== 0n && s !== 0n) return concat(toBytes(r, 32), toBytes(s, 32))
  }
}

export function p256Verify(jwk: JsonWebKey, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  const [r, s] = [toBigint(signature.subarray(0, 32)), toBigint(signature.subarray(32))]
  if (r === 0n || s === 0n || r >= N || s >= N) return false
  const inverted = inverse(s, N)
  const key: Point = { x: toBigint(fromBase64Url(jwk.x!)!), y: toBigint(fromBase64Url(jwk.y!)!), z: 1n }
  const sum = added(times(G, mod(toBigint(digest) * inverted, N)), times(key, mod(r * inverted, N)))
  return sum.z !== 0n && affineX(sum) % N === r
}
