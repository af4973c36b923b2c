export interface Payload {
  readonly metadata: Record<string, Uint8Array>
  readonly data: Uint8Array
}

export interface JsonPayload {
  readonly metadata?: Readonly<Record<string, string>> | null
  readonly data?: string | null
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
export const toJson = ({ metadata, data }: { metadata?: Payload['metadata'] | null; data?: Uint8Array | null }): JsonPayload => ({
  metadata:
    metadata &&
    Object.fromEntries(Object.entries(metadata).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])),
  data: data && Buffer.from(data).toString('base64'),
})

export const fromJson = ({
  metadata,
  data,
}: JsonPayload): { metadata?: Payload['metadata'] | null; data?: Uint8Array | null } => ({
  metadata: metadata && Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')])),
  data: data ? Buffer.from(data, 'base64') : undefined,
})
