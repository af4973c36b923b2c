import { backend } from '#backend'
import { fail } from '../errors.js'
import { utf8Decode } from './bytes.js'
import type { Compression } from './compression.js'
import { checkJson, jsonText, parseJson } from './json.js'
import { decodeLeb128, encodeLeb128 } from './leb128.js'
import { type Padding, paddedLength } from './padding.js'

/** What a frame carries (spec section 6). */
export const CONTENT = { bytes: 0, text: 1, json: 2, payload: 3 } as const
export type Content = (typeof CONTENT)[keyof typeof CONTENT]

export interface FrameOptions {
  /** Plaintext bytes that the reader's default limit admits. */
  readonly limit: number
  /** Default: Padmé for what was compressed, none for the rest. */
  readonly pad?: Padding | undefined
  /** Used where content has at least `minBytes` and gets smaller. */
  readonly compress?: { readonly algorithm: Compression; readonly minBytes: number } | undefined
}

const PADDED = 0x40

/** Strings seal as text, byte arrays as bytes, everything else as JSON. */
export function contentOf(value: unknown): { content: Content; data: string | Uint8Array } {
  if (value instanceof Uint8Array) return { content: CONTENT.bytes, data: value }
  if (typeof value === 'string')
    return value.isWellFormed()
      ? { content: CONTENT.text, data: value }
      : fail('not_serialisable', 'the text is an ill-formed string')
  checkJson(value)
  return { content: CONTENT.json, data: jsonText(value) }
}

/** Content to frame: first byte, [uncompressed length,] data, [padding]. The result holds plaintext and is the caller's to erase. */
export function encodeFrame(content: Content, data: string | Uint8Array, { limit, pad, compress }: FrameOptions): Uint8Array {
  const size = (length: number) => {
    if (length > limit) fail('too_large', `the plaintext has ${length} bytes, the limit is ${limit}`)
    return paddedLength(length + 1, pad ?? 'none')
  }
  if (compress && data.length * (typeof data === 'string' ? 3 : 1) >= compress.minBytes) {
    const bytes = typeof data === 'string' ? backend.encodeText(data, 0, (length) => length) : data
    if (bytes.length >= compress.minBytes) {
      size(bytes.length)
      const packed = compress.algorithm.compress(bytes)
      if (bytes !== data) bytes.fill(0)
      if (packed.length + 5 < bytes.length)
        return frame(content | (compress.algorithm.code << 3), encodeLeb128(bytes.length), packed, pad ?? 'padme')
    }
  }
  if (typeof data !== 'string') {
    size(data.length)
    return frame(content, [], data, pad ?? 'none')
  }
  let end = 0
  const out = backend.encodeText(data, 1, (length) => {
    end = length + 1
    return size(length)
  })
  return finish(out, content, end)
}

function frame(first: number, length: number[], data: Uint8Array, pad: Padding): Uint8Array {
  const end = 1 + length.length + data.length
  const out = backend.alloc(paddedLength(end, pad)).fill(0, end)
  out.set(length, 1)
  out.set(data, 1 + length.length)
  return finish(out, first, end)
}

function finish(out: Uint8Array, first: number, end: number): Uint8Array {
  out[0] = first
  if (out.length > end) {
    out[0] |= PADDED
    out[end] = 0x80
  }
  return out
}

/** Frame to content; the data may be a window into `bytes`. */
export function decodeFrame(
  bytes: Uint8Array,
  limit: number,
  algorithms: readonly Compression[],
): { content: Content; data: Uint8Array } {
  const first = bytes[0] ?? 0xff
  const content = (first & 7) as Content
  const code = (first >> 3) & 7
  if (first > 0x7f || content > 3 || code > 3) fail('malformed', 'the first byte of the content is not known')
  let end = bytes.length
  if (first & PADDED) {
    while (end > 1 && bytes[end - 1] === 0) end--
    if (bytes[--end] !== 0x80 || end < 1) fail('malformed', 'the padding is malformed')
  }
  if (code === 0) {
    if (end - 1 > limit) fail('too_large', `the plaintext has ${end - 1} bytes, the limit is ${limit}`)
    return { content, data: bytes.subarray(1, end) }
  }
  const { value: length, end: from } = decodeLeb128(bytes.subarray(0, end), 1)
  if (length > limit) fail('too_large', `the plaintext has ${length} bytes, the limit is ${limit}`)
  const algorithm =
    algorithms.find((known) => known.code === code) ??
    fail('unsupported_compression', `compression ${code} is not among the configured algorithms`)
  return { content, data: algorithm.decompress(bytes.subarray(from, end), length) }
}

/** The value of a decoded frame. */
export function contentValue({ content, data }: { content: Content; data: Uint8Array }): unknown {
  switch (content) {
    case CONTENT.bytes:
      return new Uint8Array(data)
    case CONTENT.text:
      return utf8Decode(data)
    case CONTENT.json:
      return parseJson(data)
    default:
      return fail('malformed', 'the content is of another kind')
  }
}
