import { WaxsealError } from '@waxseal/core'
import { hasExactNumbers } from '@waxseal/core/json'
import { fromBase64 } from '@waxseal/core/keys'

/** Default of `maxBytes`: the largest value as it is stored, and inflated. */
export const DEFAULT_MAX_BYTES = 16 * 1024 * 1024

/** What the decrypted bytes are. */
export type ContentKind = 'text' | 'json' | 'bytes'

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export function malformed(what: string): never {
  throw new WaxsealError('malformed', what)
}

/** The text of UTF-8; `malformed` for other bytes. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return malformed('what the value holds is no text')
  }
}

/** `malformed` for what is no JSON, and for numbers that JavaScript would change: sealed anew, they would be others. */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The error of JSON.parse quotes what it read.
    malformed('what the value holds is no JSON')
  }
  return hasExactNumbers(text, { fractions: 'double' })
    ? value
    : malformed('what the value holds has a number that JavaScript would change')
}

/** The JSON in bytes; `malformed` where they hold none. */
export const jsonIn = (bytes: Uint8Array): unknown => parseJson(textOf(bytes))

/** UTF-8 of JSON; `not_serialisable` for what JSON has no form for. */
export function jsonBytes(value: unknown): Uint8Array {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {}
  if (text === undefined) throw new WaxsealError('not_serialisable', 'this layout holds JSON')
  return utf8(text)
}

/** `config` for a kind that is not known. */
export function checkKind(kind: ContentKind): ContentKind {
  if (kind !== 'text' && kind !== 'json' && kind !== 'bytes') throw new WaxsealError('config', "as is 'text', 'json' or 'bytes'")
  return kind
}

/** Decrypted bytes as a value. */
export function readContent(kind: ContentKind, bytes: Uint8Array): unknown {
  if (kind === 'bytes') return bytes
  return kind === 'json' ? jsonIn(bytes) : textOf(bytes)
}

/** A value as bytes to encrypt; `not_serialisable` for one of another kind. */
export function writeContent(kind: ContentKind, value: unknown): Uint8Array {
  if (kind === 'json') return jsonBytes(value)
  if (kind === 'bytes' && value instanceof Uint8Array) return value
  if (kind === 'text' && typeof value === 'string' && value.isWellFormed()) return utf8(value)
  throw new WaxsealError('not_serialisable', `the value is no ${kind}`)
}

/** `too_large` for more than `maxBytes`. */
export function checkLength(length: number, maxBytes: number): void {
  if (length > maxBytes) throw new WaxsealError('too_large', `the value is longer than ${maxBytes} bytes`)
}

/** The bytes of a member that is padded base64, of one length where it has one; `malformed` for anything else. */
export function base64Member(value: unknown, name: string, length?: number): Uint8Array {
  const bytes = fromBase64(value)
  if (!bytes || (length !== undefined && bytes.length !== length)) return malformed(`${name} is no base64 of its length`)
  return bytes
}
