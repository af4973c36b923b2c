import { deflateSync } from 'fflate'
import { inflate } from './inflate.js'
import type { Zlib } from './zlib-types.js'

export { crc32 } from './crc32.js'
export const rawDeflate: Zlib['rawDeflate'] = (data) => deflateSync(data)
export const rawInflate: Zlib['rawInflate'] = inflate
export const zstd: Zlib['zstd'] = undefined
