import { WaxsealError } from '@waxseal/core'
import { serializeError } from 'serialize-error'
import { isObject, type StoredObject } from './stored.js'

/** Whether JSON would give a value back as it is; never for one that nests deeper than the core seals. */
function isJson(value: unknown, depth = 64): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth === 0 || 'toJSON' in value) return false
  if (Array.isArray(value)) {
    // Holes are members that every() passes over.
    for (let at = 0; at < value.length; at++) if (!isJson(value[at], depth - 1)) return false
    return true
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const name in value) if (!isJson((value as StoredObject)[name], depth - 1)) return false
  return true
}

/** A value as a jsonb column would give it back. `not_serialisable` for what JSON cannot carry. */
export function asJson(value: unknown): unknown {
  if (typeof value === 'function') throw new WaxsealError('not_serialisable', 'the payload of a job cannot be a function')
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    // The error of JSON.stringify names members; it is no cause to hand on.
    throw new WaxsealError('not_serialisable', 'the payload of a job must be JSON')
  }
  return text === undefined ? null : JSON.parse(text)
}

/** As `asJson`, for values that are sealed at once: what is JSON already is not copied. */
export const jsonOf = (value: unknown): unknown => (isJson(value) ? value : asJson(value))

/** A result or an error in the form in which pg-boss stores one: `undefined` where it stores none. */
export function asOutput(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'function') return undefined
  return asJson(serializeError(isObject(value) ? value : { value }))
}
