import { isObject, memberOf } from '@waxseal/adapter-kit'
import { NonRetriableError } from 'inngest'

const BUILT_IN: Readonly<Record<string, () => Error>> = {
  EvalError: () => new EvalError(),
  RangeError: () => new RangeError(),
  ReferenceError: () => new ReferenceError(),
  SyntaxError: () => new SyntaxError(),
  TypeError: () => new TypeError(),
  URIError: () => new URIError(),
  NonRetriableError: () => new NonRetriableError(''),
}
const TEXTS = ['name', 'message', 'stack'] as const
const MAX_CAUSES = 5

/** What Inngest itself keeps of an error, out of its details. */
export function keptDetails(details: unknown): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const name of TEXTS) if (typeof memberOf(details, name) === 'string') kept[name] = memberOf(details, name)
  for (const name of ['code', 'cause'] as const) if (memberOf(details, name) !== undefined) kept[name] = memberOf(details, name)
  return kept
}

/** Puts details into an error that Inngest made, as Inngest would have found them without sealing. */
export function revealInto(error: Error, details: unknown, causes = MAX_CAUSES): Error {
  const { cause, ...kept } = keptDetails(details)
  for (const [name, value] of Object.entries(kept))
    Object.defineProperty(error, name, { value, enumerable: name === 'code', configurable: true, writable: true })
  if (cause !== undefined) {
    const value = isObject(cause) && typeof cause.message === 'string' && causes > 0 ? revivedError(cause, causes - 1) : cause
    Object.defineProperty(error, 'cause', { value, enumerable: false, configurable: true, writable: true })
  }
  return error
}

/** An error as Inngest revives one: of its own class where that is built in. */
export function revivedError(details: unknown, causes = MAX_CAUSES): Error {
  const name = memberOf(details, 'name')
  const make = typeof name === 'string' && Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined
  return revealInto(make?.() ?? new Error(), details, causes)
}
