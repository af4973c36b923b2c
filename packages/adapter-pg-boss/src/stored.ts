import { WaxsealError } from '@waxseal/core'
import { serializeError } from 'serialize-error'

/** Beside an envelope: the job type that it was sealed as. It selects among the types that a queue takes and is trusted for nothing else. */
export const JOB = '$job'
/** The envelope of a whole value: a payload without a field policy, or a result. */
export const SEALED = '$sealed'
/** The envelope of an error's details. */
export const ERROR = '$error'
/** Around an output that no envelope vouches for: what pg-boss itself writes, such as a time-out. */
export const UNSEALED = '$unsealed'
/** What stands in place of an error's message. */
export const SCRUBBED = '[sealed]'

export type StoredObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is StoredObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An own member of a stored object. */
export const memberOf = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined)

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
