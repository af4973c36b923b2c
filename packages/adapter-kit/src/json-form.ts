import { WaxsealError } from '@waxseal/core'
import { serializeError } from 'serialize-error'
import { isObject } from './stored.js'

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

/** A result or an error in the form in which pg-boss stores one: `undefined` where it stores none. */
export function asOutput(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'function') return undefined
  return asJson(serializeError(isObject(value) ? value : { value }))
}
