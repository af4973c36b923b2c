import { type Compression, WaxsealError, zstd } from '@waxseal/core'
import { inflate } from './inflate.js'
import { zstdContentLength } from './zstd-length.js'

/** Below this many bytes nothing is compressed. */
const MIN_BYTES = 1024

const NAMES = { gzip: 'gzip/plain', zstd: 'zstd/plain' } as const

export interface Packed {
  readonly data: Uint8Array
  /** `gzip/plain` or `zstd/plain`; undefined where it is as it was. */
  readonly name: string | undefined
}

/** Compresses where that pays. `config` for an algorithm that OJS does not name. */
export function pack(data: Uint8Array, compression: Compression | undefined): Packed {
  if (compression && !Object.hasOwn(NAMES, compression.name))
    throw new WaxsealError('config', 'OJS has no name for this compression: use gzip or zstd')
  if (!compression || data.length < MIN_BYTES) return { data, name: undefined }
  const packed = compression.compress(data)
  if (packed.length >= data.length) return { data, name: undefined }
  return { data: packed, name: NAMES[compression.name as keyof typeof NAMES] }
}

const tooLarge = (maxBytes: number): never => {
  throw new WaxsealError('too_large', `the args inflate to more than ${maxBytes} bytes`)
}

function inflateZstd(data: Uint8Array, maxBytes: number): Uint8Array {
  const length = zstdContentLength(data)
  if (length === undefined)
    throw new WaxsealError('unsupported_compression', 'the zstd frame does not tell the length of its content')
  return length > maxBytes ? tooLarge(maxBytes) : zstd.decompress(data, length)
}

/** Undoes one compression by its name. `unsupported_compression` for snappy, and for zstd where the runtime has none. */
export async function unpack(name: string, data: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  switch (name.replace(/\/plain$/, '')) {
    case 'gzip':
      return inflate('gzip', data, maxBytes)
    case 'zstd':
      return inflateZstd(data, maxBytes)
    case 'snappy':
      throw new WaxsealError('unsupported_compression', 'snappy/plain cannot be read')
    default:
      throw new WaxsealError('unsupported_compression', 'an encoding of the job is not known')
  }
}
