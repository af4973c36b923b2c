import { crc32, rawDeflate, rawInflate, zstd as zstdOf } from '#zlib'
import { concatBytes } from './bytes.js'
import { fail } from './errors.js'

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
  decompress(data, length) {
    const { decompress } = needZstd()
    if (zstdFrameLength(data) !== data.length) malformed()
    return exactly(decompress(data, length), length)
  },
} satisfies Compression)

const needZstd = () => zstdOf ?? fail('unsupported_compression', 'this runtime has no zstd')

const u32le = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)

/** An unsigned little-endian integer of `size` bytes; NaN where the data ends before. */
function readLe(data: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let i = size; i--; ) value = value * 256 + data[at + i]!
  return value
}

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

const MAX_WINDOW_BYTES = 8 * 1024 * 1024

/** Where the frame that begins here ends, from its block headers alone; beyond the data where it is cut short. */
function zstdFrameLength(data: Uint8Array): number {
  const descriptor = data[4]!
  // Bits: 7-6 size of the content size, 5 single segment, 4 unused, 3 reserved, 2 checksum, 1-0 dictionary.
  if (readLe(data, 0, 4) !== 0xfd2fb528 || descriptor & 11) malformed()
  const single = (descriptor >> 5) & 1
  const sizeBytes = [single, 2, 4, 8][descriptor >> 6]!
  let at = 6 - single
  const exponent = data[5]!
  const window = single ? readLe(data, at, sizeBytes) + (sizeBytes === 2 ? 256 : 0) : (8 + (exponent & 7)) * 2 ** (7 + (exponent >> 3))
  if (!(window <= MAX_WINDOW_BYTES)) malformed()
  at += sizeBytes
  for (let last = 0; !last; ) {
    const block = readLe(data, at, 3)
    if (Number.isNaN(block) || (block & 6) === 6) malformed()
    last = block & 1
    // A run-length block holds one byte, whatever it stands for.
    at += 3 + ((block & 6) === 2 ? 1 : block >> 3)
  }
  return at + (descriptor & 4)
}
