/** Stands for the message in a stack until it is known how it may be shown. */
const MESSAGE = '\x01'
/** Hooks of loggers and consoles that would show more than the members of an error. */
const HOOKS = ['toJSON', 'toString', Symbol.for('nodejs.util.inspect.custom'), Symbol.toPrimitive]
/** Members that errors have without showing them as enumerable. */
const HIDDEN = ['cause', 'errors', 'error', 'suppressed']
/** Those, and what engines add. */
const USUAL = [...'name,message,stack,fileName,lineNumber,columnNumber,line,column,sourceURL'.split(','), ...HIDDEN]

const own = Object.hasOwn

/** Also those of other realms. */
export function isError(value: object): value is Error {
  if (value instanceof Error) return true
  const tag = Object.prototype.toString.call(value)
  return tag === '[object Error]' || tag === '[object DOMException]'
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''))

/** Names of the own members of an error beside message and stack: its causes, and whatever was added to it. */
export const extraNames = (error: object): string[] => [
  ...HIDDEN.filter((name) => own(error, name) && !Object.prototype.propertyIsEnumerable.call(error, name)),
  ...Object.keys(error).filter((name) => !['name', 'message', 'stack'].includes(name)),
]

/** Message and stack of an error, the message taken out of the stack. */
export function textsOf(error: Error): { message: string; stack?: string } {
  const message = textOf(error.message)
  if (error.stack === undefined || error.stack === null) return { message }
  const stack = textOf(error.stack).replaceAll(MESSAGE, '')
  return { message, stack: message === '' ? stack : stack.replace(`: ${message}`, () => `: ${MESSAGE}`) }
}

/** Nothing can show more of it than its members. */
export const isPlainError = (error: Error): boolean =>
  Reflect.ownKeys(error).every(
    (key) => USUAL.includes(key as string) || Object.prototype.propertyIsEnumerable.call(error, key),
  ) &&
  Object.getOwnPropertySymbols(error).length === 0 &&
  [error.message, error.stack ?? ''].every((text) => typeof text === 'string') &&
  HOOKS.every((hook) => {
    const method = (error as unknown as Record<string | symbol, unknown>)[hook]
    return method === undefined || method === Error.prototype.toString
  })

const define = (target: object, key: string | symbol, value: unknown, enumerable: boolean) =>
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true })

/**
 * An error of the same class that shows only what it is given. The class's constructor is not called, and its ways to show itself are
 * replaced: they may reach for what is not there.
 */
export function rebuiltError(error: Error, name: string, members: Record<string, unknown>): Error {
  const { message, stack, ...extra } = members as { message: string; stack?: string }
  const isException = typeof DOMException === 'function' && error instanceof DOMException
  const copy: Error = isException ? new DOMException(message, name) : new Error(message)
  if (!isException) Object.setPrototypeOf(copy, Object.getPrototypeOf(error))
  if (!isException && copy.message !== message) define(copy, 'message', message, false)
  const whole = stack?.replaceAll(MESSAGE, () => message)
  const clear = textOf(error.message)
  define(copy, 'stack', clear.length > 3 && clear !== message ? whole?.replaceAll(clear, () => message) : whole, false)
  if (!isException && copy.name !== name) define(copy, 'name', name, own(error, 'name') && Object.keys(error).includes('name'))
  for (const [key, value] of Object.entries(extra))
    define(copy, key, value, Object.prototype.propertyIsEnumerable.call(error, key) || !own(error, key))
  for (const hook of HOOKS) {
    const method = (copy as unknown as Record<string | symbol, unknown>)[hook]
    if (typeof method !== 'function' || method === Error.prototype.toString) continue
    const shown = () => (hook === 'toString' ? `${name}: ${message}` : { name, message, stack: copy.stack, ...extra })
    define(copy, hook, typeof hook === 'symbol' ? undefined : shown, false)
  }
  return copy
}
