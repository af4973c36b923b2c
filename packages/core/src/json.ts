import { fail } from './errors.js'

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
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkJson(value[i], depth - 1)
  } else {
    if (!isPlainObject(value)) refuse('an object that is not plain')
    for (const key of Object.keys(value)) checkJson((value as Record<string, unknown>)[key], depth - 1)
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

/** Parses JSON text whose nesting is measured first. */
export function parseJson(text: string): unknown {
  if (nestsDeeperThan(text, MAX_DEPTH)) fail('too_large', `the JSON nests deeper than ${MAX_DEPTH} levels`)
  try {
    return JSON.parse(text)
  } catch {
    return fail('malformed', 'the content is not JSON')
  }
}

const QUOTE = 34
const BACKSLASH = 92

function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) {
      i = stringEnd(text, i)
      if (i < 0) return false
      continue
    }
    // [ and { differ from ] and } in one bit pair; | 32 folds them.
    if ((unit | 32) === 123) {
      if (++depth > limit) return true
    } else if ((unit | 32) === 125) depth--
  }
  return false
}

/** Index of the quote that ends the string begun at `from`; negative where none does. */
function stringEnd(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); ; end = text.indexOf('"', end + 1)) {
    if (end < 0) return -1
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
  }
}
