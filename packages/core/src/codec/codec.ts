import { fail } from '../errors.js'
import { gzip } from '../format/compression.js'
import { decodePayload, encodePayload, type Payload } from './payload.js'

/** Transforms payloads on their way out and back; arrays in, arrays of the same length and order out. */
export interface PayloadCodec {
  encode(payloads: Payload[]): Promise<Payload[]>
  decode(payloads: Payload[]): Promise<Payload[]>
}

/**
 * One codec out of many: encodes in order, decodes in reverse.
 *
 * @example
 * const codec = chain(compressionCodec(), sealingCodec(sealer, { context }))
 */
export function chain(...codecs: readonly PayloadCodec[]): PayloadCodec {
  return Object.freeze({
    async encode(payloads: Payload[]) {
      let out = payloads
      for (const codec of codecs) out = await codec.encode(out)
      return out
    },
    async decode(payloads: Payload[]) {
      let out = payloads
      for (const codec of codecs.toReversed()) out = await codec.decode(out)
      return out
    },
  })
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const decoder = /* @__PURE__ */ new TextDecoder()

/** The `encoding` that a payload's metadata names, or undefined. */
export function encodingOf({ metadata }: Payload): string | undefined {
  const encoding = metadata && Object.hasOwn(metadata, 'encoding') ? metadata.encoding : undefined
  return encoding && decoder.decode(encoding)
}

/** A payload that carries another one, encoded, under a name of its own. */
export const wrapped = (encoding: string, data: Uint8Array): Payload => ({ metadata: { encoding: utf8(encoding) }, data })

const GZIP = 'binary/gzip'
const MAX_INFLATED_BYTES = 16 * 1024 * 1024

export interface CompressionCodecOptions {
  /** Payloads below this many bytes are left as they are. Default 1024. */
  readonly minBytes?: number
  /** Largest inflated payload in bytes. Default 16 MiB. */
  readonly maxBytes?: number
}

/** Gzip for hosts that list encodings; elsewhere the sealer's own `compress` does it, and hides that it was done. */
export function compressionCodec({ minBytes = 1024, maxBytes = MAX_INFLATED_BYTES }: CompressionCodecOptions = {}): PayloadCodec {
  return Object.freeze({
    encode: async (payloads: Payload[]) =>
      payloads.map((payload) => {
        const bytes = encodePayload(payload)
        const packed = bytes.length < minBytes ? bytes : gzip.compress(bytes)
        return packed.length < bytes.length ? wrapped(GZIP, packed) : payload
      }),
    decode: async (payloads: Payload[]) =>
      payloads.map((payload) => {
        if (encodingOf(payload) !== GZIP) return payload
        const data = payload.data ?? new Uint8Array(0)
        // ISIZE, the last four bytes of a gzip member: a claim that decompress checks.
        const length = data.length < 18 ? 0 : new DataView(data.buffer, data.byteOffset + data.length - 4).getUint32(0, true)
        if (length > maxBytes) fail('too_large', `the payload inflates to ${length} bytes, the limit is ${maxBytes}`)
        return decodePayload(gzip.decompress(data, length))
      }),
  })
}
