import { asOutput, errorText, isObject, type StoredObject } from '@waxseal/adapter-kit'
import type { Host } from './host.js'
import { standFor } from './revealed.js'

// What BullMQ tells by message alone.
const RATE_LIMITED = 'bullmq:rateLimitExceeded'
const CONTROL = ['DelayedError', 'WaitingError', 'WaitingChildrenError'] as const
const UNRECOVERABLE = 'UnrecoverableError'

/** By name, or by the class that it extends: there may be several copies of BullMQ. */
function isA(error: unknown, names: readonly string[]): boolean {
  if (isObject(error) && names.includes(error.name as string)) return true
  for (let at = error; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at))
    if (names.includes(at.constructor?.name)) return true
  return false
}

/** True for what a processor throws to direct BullMQ, as this BullMQ tells it: nothing of it is stored. */
export function isControl(error: unknown, classes: Host): boolean {
  if (!isObject(error)) return false
  const isOf = (name: (typeof CONTROL)[number]): boolean =>
    classes[name] !== undefined && (error.name === name || error instanceof classes[name])
  return error.message === RATE_LIMITED || CONTROL.some(isOf)
}

/** As BullMQ takes it: it stores nothing useful of what is no Error, and of undefined not even the failure. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  const details = isObject(thrown) ? thrown : undefined
  return Object.assign(new Error(String(details?.message ?? thrown)), details)
}

/** The details of an error without its stack, for the reason of the failure, which is copied to parents and events. */
export function withoutStack(error: unknown): unknown {
  const { stack: _, cause: __, errors: ___, ...rest } = (asOutput(error) ?? {}) as Record<string, unknown>
  return rest
}

/** An error whose message and stack are what may be stored; `final` where it is not to be tried again. */
export function storedFailure(
  original: unknown,
  reason: StoredObject,
  trace: StoredObject,
  final = isA(original, [UNRECOVERABLE]),
): Error {
  const failure = new Error(errorText(reason))
  failure.name = final ? UNRECOVERABLE : String(reason.name)
  failure.stack = errorText(trace)
  return standFor(failure, original)
}
