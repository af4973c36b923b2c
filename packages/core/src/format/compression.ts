import { crc32, rawDeflate, rawInflate, zstd as zstdOf } from '#zlib'
import { readLe } from '../backend/little-endian.js'
import { fail } from '../errors.js'
import { concatBytes } from './bytes.js'

/** An algorithm of spec section 6. Passed in as an import, so that a bundle holds only what it uses. */
export interface Compression {
  readonly name: 'deflate' | 'gzip' | 'zstd'
  readonly code: 1 | 2 | 3
  compress(data: Uint8Array): Uint8Array
  /**
   * The content of exactly one stream, gzip member or frame, exactly `length` bytes long; memory grows with the output, not
   * with what `length` claims. Throws `malformed`, `too_large` where there is more, `unsupported_compression`.
   */
  decompress(data: Uint8Array, length: number): Uint8Array
}

const malformed = (): never => fail('malformed', 'the compressed data is malformed')
const exactly = (data: Uint8Array, length: number): Uint8Array => (data.length === length ? data : malformed())

/** Raw deflate, RFC 1951. */
export const deflate: Compression = /*#__PURE__*/ Object.freeze({
  name: 'deflate',
  code: 1,
  compress: (data) => rawDeflate(data),
  decompress: (data, length) => exactly(rawInflate(data, length), length),
} satisfies Compression)

/** gzip, RFC 1952: one member; CRC-32, length and, where there is one, the header's checksum are checked. */
export const gzip: Compression = /*#__PURE__*/ Object.freeze({
  name: 'gzip',
  code: 2,
  compress: (data) =>
    concatBytes(Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 255), rawDeflate(data), u32le(crc32(data)), u32le(data.length)),
  decompress(data, length) {
    const from = gzipHeaderLength(data)
    const end = data.length - 8
    const out = exactly(rawInflate(data.subarray(from, Math.max(from, end)), length), length)
    return readLe(data, end, 4) === crc32(out) && readLe(data, end + 4, 4) === out.length ? out : malformed()
  },
} satisfies Compression)

/** Zstandard, RFC 8878: one frame, a window of at most 8 MiB, no dictionary. `unsupported_compression` where the runtime has none. */
export const zstd: Compression = /*#__PURE__*/ Object.freeze({
  name: 'zstd',
  code: 3,
  compress: (data) => needZstd().compress(data),
  decompress: (data, length) => exactly(needZstd().decompress(data, length), length),
} satisfies Compression)

const needZstd = () => zstdOf ?? fail('unsupported_compression', 'this runtime has no zstd')

const u32le = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)

function gzipHeaderLength(data: Uint8Array): number {
  const flags = data[3]!
  if (readLe(data, 0, 3) !== 0x088b1f || flags > 31) malformed()
  let at = 10
  // FEXTRA, then FNAME and FCOMMENT, which end with a zero byte, then FHCRC.
  if (flags & 4) at += 2 + readLe(data, at, 2)
  for (const flag of [8, 16]) if (flags & flag) at = data.indexOf(0, at) + 1 || data.length
  if (flags & 2 && readLe(data, at, 2) !== (crc32(data.subarray(0, at)) & 0xffff)) malformed()
  if (flags & 2) at += 2
  return at < data.length ? at : malformed()
}
