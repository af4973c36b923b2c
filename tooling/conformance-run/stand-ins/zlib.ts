import * as fflate from 'fflate'
import { Buffer } from './buffer.ts'

const over = (run: (data: Uint8Array) => Uint8Array) => (data: Uint8Array | string) =>
  Buffer.from(run(typeof data === 'string' ? new TextEncoder().encode(data) : data))

export const deflateRawSync = over(fflate.deflateSync)
export const deflateSync = over(fflate.zlibSync)
export const gunzipSync = over(fflate.gunzipSync)
export const gzipSync = over(fflate.gzipSync)
export const inflateRawSync = over(fflate.inflateSync)
export const inflateSync = over(fflate.unzlibSync)
