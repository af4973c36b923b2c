import * as zlib from 'node:zlib'
import { fail } from '../errors.js'
import type { Zlib } from './zlib-types.js'
import { isOneZstdFrame } from './zstd-frame.js'

// A result may be a small window into a large buffer; then its bytes are copied out.
const own = (bytes: Uint8Array): Uint8Array =>
  2 * bytes.length < bytes.buffer.byteLength
    ? Uint8Array.from(bytes)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)

const malformed = (): never => fail('malformed', 'the compressed data is malformed')
const tooLarge = (maxLength: number): never =>
  fail('too_large', `the content is longer than the ${maxLength} bytes that it claims`)

function bounded(maxLength: number, run: (limit: { maxOutputLength: number }) => Buffer | undefined): Uint8Array {
  let out: Buffer | undefined
  try {
    // zlib admits no limit of 0.
    out = run({ maxOutputLength: maxLength || 1 })
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') tooLarge(maxLength)
  }
  if (!out) return malformed()
  return out.length > maxLength ? tooLarge(maxLength) : own(out)
}

export const rawDeflate: Zlib['rawDeflate'] = (data) => own(zlib.deflateRawSync(data))

export const rawInflate: Zlib['rawInflate'] = (data, maxLength) =>
  bounded(maxLength, (limit) => {
    const options = { ...limit, info: true }
    const { buffer, engine } = zlib.inflateRawSync(data, options) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    // What the engine took; bytes after the stream it leaves.
    return engine.bytesWritten === data.length ? buffer : undefined
  })

export const crc32: Zlib['crc32'] = (data) => zlib.crc32(data)

// Node has it from 22.15 on.
export const zstd: Zlib['zstd'] =
  typeof zlib.zstdDecompressSync === 'function'
    ? {
        compress: (data) => own(zlib.zstdCompressSync(data)),
        decompress: (data, maxLength) =>
          bounded(maxLength, (limit) => {
            const params = { [zlib.constants.ZSTD_d_windowLogMax]: 23 }
            return isOneZstdFrame(data) ? zlib.zstdDecompressSync(data, { ...limit, params }) : undefined
          }),
      }
    : undefined
