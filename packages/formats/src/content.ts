import { WaxsealError } from '@waxseal/core'

/** Default of `maxBytes`: the largest value, in bytes of its stored form, and of what it inflates to. */
export const DEFAULT_MAX_BYTES = 16 * 1024 * 1024

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The text of UTF-8; `malformed` for other bytes. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new WaxsealError('malformed', 'what the value holds is no text')
  }
}

/** The JSON in bytes; `malformed` where they hold none. */
export function jsonIn(bytes: Uint8Array): unknown {
  const text = textOf(bytes)
  try {
    return JSON.parse(text)
  } catch {
    // The error of JSON.parse quotes what it read.
    throw new WaxsealError('malformed', 'what the value holds is no JSON')
  }
}

/** UTF-8 of JSON; `not_serialisable` for what JSON has no form for. */
export function jsonBytes(value: unknown): Uint8Array {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {}
  if (text === undefined) throw new WaxsealError('not_serialisable', 'this layout holds JSON')
  return utf8(text)
}

/** `too_large` for more than `maxBytes`. */
export function checkLength(length: number, maxBytes: number): void {
  if (length > maxBytes) throw new WaxsealError('too_large', `the value is longer than ${maxBytes} bytes`)
}
