import { fail } from '../errors.js'
import { concatBytes, utf8Decode, utf8Encode } from '../format/bytes.js'

/** Temporal's `temporal.api.common.v1.Payload`, which other hosts of codecs share. */
export interface Payload {
  readonly metadata?: Readonly<Record<string, Uint8Array>> | null | undefined
  readonly data?: Uint8Array | null | undefined
  /** Sizes of what the host keeps elsewhere, below 2^63; carried along, never interpreted. */
  readonly externalPayloads?: readonly { readonly sizeBytes: bigint | number }[] | null | undefined
}

/** A payload as `decodePayload` returns it: what the protobuf leaves out is there, empty. */
export interface DecodedPayload extends Payload {
  readonly metadata: Readonly<Record<string, Uint8Array>>
  readonly data: Uint8Array
}

const malformed = (): never => fail('malformed', 'the Payload protobuf is malformed')

// Tags: field number << 3 | wire type (0 varint, 2 length-delimited). A map entry's key and value are fields 1 and 2.
const METADATA = 10
const DATA = 18
const EXTERNAL = 26
const KEY = 10
const VALUE = 18
const SIZE_BYTES = 8

/**
 * The protobuf of a payload, always the same bytes for the same payload: fields ascending, metadata sorted by key, what is
 * empty left out. `malformed` for metadata or data that is no byte array, keys that are ill-formed, sizes that are no integers.
 */
export function encodePayload({ metadata, data, externalPayloads }: Payload): Uint8Array {
  const parts = Object.keys(metadata ?? {})
    .sort()
    .map((key) =>
      field(METADATA, concatBytes(field(KEY, key.isWellFormed() ? utf8Encode(key) : malformed()), field(VALUE, metadata![key]!))),
    )
  if (data && data.length !== 0) parts.push(field(DATA, data))
  for (const { sizeBytes } of externalPayloads ?? [])
    parts.push(field(EXTERNAL, sizeBytes ? concatBytes(Uint8Array.of(SIZE_BYTES), varint(sizeBytes)) : new Uint8Array()))
  return concatBytes(...parts)
}

function field(tag: number, bytes: Uint8Array): Uint8Array {
  return bytes instanceof Uint8Array ? concatBytes(Uint8Array.of(tag), varint(bytes.length), bytes) : malformed()
}

function varint(value: bigint | number): Uint8Array {
  const out: number[] = []
  let rest = typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt.asUintN(64, BigInt(value)) : malformed()
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128)
  return Uint8Array.of(...out, Number(rest))
}

/**
 * Reads the protobuf of a payload: of a field or key that is repeated the last counts, unknown fields are skipped.
 * `malformed` where it is cut short, has a known field of another wire type, or a key that is not UTF-8. The bytes are copies.
 */
export const decodePayload = (bytes: Uint8Array): DecodedPayload => readPayload(new Uint8Array(bytes))

/** The same, in windows into the bytes. */
export function readPayload(bytes: Uint8Array): DecodedPayload {
  const { metadata, data, externalPayloads } = readFields(bytes, payloadFields, {
    metadata: [],
    data: new Uint8Array(),
    externalPayloads: [],
  })
  // fromEntries defines members, `__proto__` too, and assigns none.
  return { metadata: Object.fromEntries(metadata), data, ...(externalPayloads.length > 0 && { externalPayloads }) }
}

/** By tag: puts what a field holds, or the bytes of its varint, into what is made of the message. */
type Fields<T> = ReadonlyMap<number, (into: T, content: Uint8Array) => void>

interface PayloadDraft {
  readonly metadata: [string, Uint8Array][]
  data: Uint8Array
  readonly externalPayloads: { sizeBytes: bigint }[]
}

// Maps, which a bundler leaves out where nothing reads payloads.
const payloadFields: Fields<PayloadDraft> = new Map<number, (into: PayloadDraft, content: Uint8Array) => void>([
  [
    METADATA,
    ({ metadata }, entry) => {
      metadata.push(readFields(entry, entryFields, ['', new Uint8Array()]))
    },
  ],
  [
    DATA,
    (draft, content) => {
      draft.data = content
    },
  ],
  [
    EXTERNAL,
    ({ externalPayloads }, details) => {
      externalPayloads.push(readFields(details, detailFields, { sizeBytes: 0n }))
    },
  ],
])

type Entry = [string, Uint8Array]

const entryFields: Fields<Entry> = new Map<number, (into: Entry, content: Uint8Array) => void>([
  [
    KEY,
    (entry, text) => {
      entry[0] = utf8Decode(text)
    },
  ],
  [
    VALUE,
    (entry, content) => {
      entry[1] = content
    },
  ],
])

type Details = { sizeBytes: bigint }

const detailFields: Fields<Details> = new Map<number, (into: Details, content: Uint8Array) => void>([
  [
    SIZE_BYTES,
    (details, groups) => {
      const size = groups.reduceRight((value, byte) => (value << 7n) | BigInt(byte & 127), 0n)
      details.sizeBytes = BigInt.asIntN(64, size)
    },
  ],
])

function readFields<T>(bytes: Uint8Array, fields: Fields<T>, into: T): T {
  let at = 0
  const openGroups: number[] = []
  const number = (): number => {
    const first = bytes[at]
    if (first !== undefined && first < 128) {
      at++
      return first
    }
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = bytes[at++] ?? malformed()
      value += (byte & 127) * 128 ** i
      if (byte < 128) return value
    }
    return malformed()
  }
  while (at < bytes.length) {
    const tag = number()
    const type = tag & 7
    const id = (tag - type) / 8
    if (id < 1 || id > 0x1fffffff) malformed()
    // Groups are no longer written, but still are to be skipped, with all that they hold.
    if (type === 3) openGroups.push(id)
    else if (type === 4) {
      if (openGroups.pop() !== id) malformed()
    } else {
      let from = at
      if (type === 0) number()
      else if (type === 1) at += 8
      else if (type === 5) at += 4
      else if (type === 2) {
        const length = number()
        from = at
        at += length
      } else malformed()
      if (at > bytes.length) malformed()
      if (openGroups.length === 0) fields.get(tag)?.(into, bytes.subarray(from, at))
    }
    if (openGroups.length === 0 && !fields.has(tag) && (fields.has(id * 8) || fields.has(id * 8 + 2))) malformed()
  }
  if (openGroups.length > 0) malformed()
  return into
}
