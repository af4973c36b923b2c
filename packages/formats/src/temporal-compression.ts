import { decodePayload, type Payload, type PayloadCodec } from '@waxseal/core'
import { inflate } from './inflate.js'
import { metadataOf } from './temporal.js'

/** Encodings of Temporal's SDK for Go and of its Python samples. */
const FORMATS = { 'binary/zlib': 'deflate', 'binary/gzip': 'gzip' } as const

export interface TemporalCompressionOptions {
  /** The largest payload that is inflated, in bytes. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

const formatOf = (payload: Payload) => {
  const encoding = metadataOf(payload, 'encoding')
  return encoding !== undefined && Object.hasOwn(FORMATS, encoding) ? FORMATS[encoding as keyof typeof FORMATS] : undefined
}

/** Whether it is compressed as Temporal's own codecs do. */
export const isTemporalCompressed = (payload: Payload): boolean => formatOf(payload) !== undefined

/**
 * Reads payloads that were compressed by Temporal's own codecs: `binary/zlib` and `binary/gzip`. Others pass.
 *
 * @example
 * const decoded = await temporalCompressionCodec().decode(payloads)
 */
export function temporalCompressionCodec({
  maxBytes = 16 * 1024 * 1024,
}: TemporalCompressionOptions = {}): Pick<PayloadCodec, 'decode'> {
  return Object.freeze({
    decode: (payloads: Payload[]): Promise<Payload[]> =>
      Promise.all(
        payloads.map(async (payload) => {
          const format = formatOf(payload)
          return format ? decodePayload(await inflate(format, payload.data ?? new Uint8Array(), maxBytes)) : payload
        }),
      ),
  })
}
