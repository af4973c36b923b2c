import { fail } from '../errors.js'
import { utf8Decode } from './bytes.js'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json | undefined }

/** JSON nests at most this deep. */
export const MAX_DEPTH = 64

/** A plain object: made by a literal, by JSON.parse or without a prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** `not_serialisable` for what JSON would lose or change: undefined, NaN, bigint, functions, class instances. */
export function checkJson(value: unknown, depth: number = MAX_DEPTH): void {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse('a number that is not finite')
    return
  }
  if (typeof value !== 'object') refuse(typeof value)
  if (depth === 0) fail('not_serialisable', `the value nests deeper than ${MAX_DEPTH} levels, or holds itself`)
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') refuse('an object with toJSON')
  // Strings, most of what JSON holds, are passed over without a call.
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const element: unknown = value[i]
      if (typeof element !== 'string') checkJson(element, depth - 1)
    }
  } else {
    if (!isPlainObject(value)) refuse('an object that is not plain')
    // In this form, with this look-up in the function, V8 walks own members at half the cost of Object.keys or Object.hasOwn.
    const owns = Object.prototype.hasOwnProperty
    for (const name in value) {
      if (!owns.call(value, name)) continue
      const member = value[name]
      if (typeof member !== 'string') checkJson(member, depth - 1)
    }
  }
}

/** `too_large` where a stored document nests deeper than sealing can have written it: two levels for `$wax` and `$doc`. */
export function checkDepth(value: unknown, depth: number = MAX_DEPTH + 2): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === 0) fail('too_large', `the document nests deeper than ${MAX_DEPTH} levels`)
  for (const key of Object.keys(value)) checkDepth((value as Record<string, unknown>)[key], depth - 1)
}

/** JSON of a checked value; `not_serialisable` where a string in it is ill-formed. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  // A lone surrogate is written as an escape. The same six characters in a string have their backslash doubled.
  if (text.includes('\\ud') && /(^|[^\\])(\\\\)*\\ud/.test(text)) refuse('an ill-formed string')
  return text
}

function refuse(what: string): never {
  return fail('not_serialisable', `the value holds ${what}, which JSON cannot carry`)
}

/** The value of JSON in UTF-8, whose nesting is measured before it is parsed. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = utf8Decode(bytes)
  if (opens(text, '{') + opens(text, '[') > MAX_DEPTH && nestsDeeperThan(bytes, MAX_DEPTH))
    fail('too_large', `the JSON nests deeper than ${MAX_DEPTH} levels`)
  try {
    return JSON.parse(text)
  } catch {
    return fail('malformed', 'the content is not JSON')
  }
}

/** How often a bracket stands in a text, counted as far as it matters: without many of them nothing nests deeply. */
function opens(text: string, bracket: string): number {
  let count = 0
  for (let at = text.indexOf(bracket); at >= 0 && count <= MAX_DEPTH; at = text.indexOf(bracket, at + 1)) count++
  return count
}

function nestsDeeperThan(bytes: Uint8Array, limit: number): boolean {
  // Constants of the function: those of the module are variables once it is bundled, and this loop is half of what opening costs.
  const quote = 34
  const backslash = 92
  const end = bytes.length
  let depth = 0
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]!
    if (byte === quote) {
      for (i++; i < end; i++) {
        const inner = bytes[i]!
        if (inner === quote) break
        if (inner === backslash) i++
      }
    } else if ((byte | 32) === 123) {
      // [ and { differ from ] and } in one bit pair; | 32 folds them.
      if (++depth > limit) return true
    } else if ((byte | 32) === 125) depth--
  }
  return false
}
