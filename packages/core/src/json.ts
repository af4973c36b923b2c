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

/** `not_serialisable` for what JSON would lose or change: undefined, NaN, bigint, functions, class instances, ill-formed strings. */
export function checkJson(value: unknown, depth: number = MAX_DEPTH): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) refuse('an ill-formed string')
      return
    case 'number':
      if (!Number.isFinite(value)) refuse('a number that is not finite')
      return
    case 'boolean':
      return
    case 'object':
      break
    default:
      refuse(typeof value)
  }
  if (value === null) return
  if (depth === 0) fail('not_serialisable', `the value nests deeper than ${MAX_DEPTH} levels, or holds itself`)
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') refuse('an object with toJSON')
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkJson(value[i], depth - 1)
    return
  }
  if (!isPlainObject(value)) return refuse('an object that is not plain')
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed()) refuse('an ill-formed string')
    checkJson(value[key], depth - 1)
  }
  if (Object.getOwnPropertySymbols(value).length > 0) refuse('a symbol')
}

const refuse = (what: string): never => fail('not_serialisable', `the value holds ${what}, which JSON cannot carry`)

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
