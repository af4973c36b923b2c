// Castagnoli's polynomial, bits reversed: RFC 3720, section 12.1 and appendix B.4.
const POLYNOMIAL = 0x82f63b78

const TABLE = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1
  TABLE[byte] = remainder
}

/** CRC-32C of the bytes, 0 to 2^32 - 1. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (const byte of bytes) remainder = TABLE[(remainder ^ byte) & 0xff]! ^ (remainder >>> 8)
  return ~remainder >>> 0
}
