import { decodePayload, encodePayload, type Payload } from '@waxseal/core'

export const utf8 = (text: string) => new TextEncoder().encode(text)
export const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

/** What the vectors hold, as a codec gives it back. */
export const inner: Payload = { metadata: { encoding: utf8('json/plain') }, data: utf8('{"hello":"world"}') }

/** What a protobuf keeps of a payload: what is absent is empty. */
export const asDecoded = (payload: Payload) => decodePayload(encodePayload(payload))

export const withData = (payload: Payload, data: Uint8Array | undefined): Payload => ({ ...payload, data })

/** Payloads at the edges of what Temporal sends. */
export const edges = (): Payload[] => [
  {},
  { metadata: null, data: null },
  { metadata: { encoding: utf8('binary/null') } },
  { metadata: { '': utf8('no name'), 'ünï-🔑': utf8('值'), encoding: utf8('json/plain') }, data: utf8('""') },
  { metadata: Object.fromEntries([['__proto__', utf8('own')]]), data: utf8('{}') },
  { metadata: { encoding: utf8('json/protobuf') }, data: utf8('{}'), externalPayloads: [{ sizeBytes: 300_000n }] },
]
