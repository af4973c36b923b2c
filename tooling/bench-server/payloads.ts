export interface Payload {
  readonly metadata?: Record<string, Uint8Array> | null
  readonly data?: Uint8Array | null
}

export interface JsonPayload {
  readonly metadata?: Readonly<Record<string, string>> | null | undefined
  readonly data?: string | null | undefined
}

const BYTES = 1024

/** Payloads of JSON, 1 KiB each and no two the same. */
export const payloads = (count: number): Payload[] =>
  Array.from({ length: count }, (_, n) => {
    const head = JSON.stringify({ order: n, customer: `customer ${n}`, text: '' }).slice(0, -2)
    return {
      metadata: { encoding: Buffer.from('json/plain') },
      data: Buffer.from(`${head.padEnd(BYTES - 2, 'lorem ipsum ')}"}`),
    }
  })

/** Protobuf's JSON of a payload. */
export const toJson = ({
  metadata,
  data,
}: {
  readonly metadata?: Readonly<Record<string, Uint8Array>> | null | undefined
  readonly data?: Uint8Array | null | undefined
}): JsonPayload => ({
  metadata:
    metadata &&
    Object.fromEntries(Object.entries(metadata).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])),
  data: data && Buffer.from(data).toString('base64'),
})

export const fromJson = ({ metadata, data }: JsonPayload): Payload => ({
  metadata: metadata
    ? Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]))
    : null,
  data: data ? Buffer.from(data, 'base64') : null,
})
