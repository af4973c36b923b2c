import * as zlib from 'node:zlib'
import { fail } from '../errors.js'
import type { Zlib } from './zlib-types.js'

// A result may be a small window into a large buffer; then its bytes are copied out.
const own = (bytes: Uint8Array): Uint8Array =>
  2 * bytes.length < bytes.buffer.byteLength ? Uint8Array.from(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)

// zlib stops at the limit, but admits no limit of 0.
function bounded<T>(maxLength: number, run: (limit: { maxOutputLength: number }) => T): T {
  try {
    return run({ maxOutputLength: maxLength || 1 })
  } catch (error) {
    const long = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    return long ? fail('too_large', `the content is longer than the ${maxLength} bytes that it claims`) : malformed()
  }
}

const malformed = (): never => fail('malformed', 'the compressed data is malformed')

export const rawDeflate: Zlib['rawDeflate'] = (data) => own(zlib.deflateRawSync(data))

export const rawInflate: Zlib['rawInflate'] = (data, maxLength) => {
  const { buffer, engine } = bounded(
    maxLength,
    (limit) => zlib.inflateRawSync(data, { ...limit, info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } },
  )
  // Bytes that the engine took; those after the stream it leaves.
  return engine.bytesWritten === data.length ? own(buffer) : malformed()
}

export const crc32: Zlib['crc32'] = (data) => zlib.crc32(data)

// Node has it from 22.15 on.
export const zstd: Zlib['zstd'] =
  typeof zlib.zstdDecompressSync === 'function'
    ? {
        compress: (data) => own(zlib.zstdCompressSync(data)),
        decompress: (data, maxLength) =>
          own(bounded(maxLength, (limit) => zlib.zstdDecompressSync(data, { ...limit, params: { [zlib.constants.ZSTD_d_windowLogMax]: 23 } }))),
      }
    : undefined
