import { type Bytes, toHex } from '../bytes.js'

// Big-endian, as RSA and ECDSA have them. Without care of timing: for tests.

export const toBigint = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes) || '0'}`)

export function toBytes(value: bigint, length: number): Bytes {
  const hex = value.toString(16).padStart(length * 2, '0')
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16))
}

/** `base` to the power of `exponent`, modulo `modulus`. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
