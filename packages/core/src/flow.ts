import { fail, WaxsealError } from './errors.js'

export type MaybePromise<T> = T | Promise<T>

/**
 * One road for the synchronous and the asynchronous forms of every operation: a generator that yields only where
 * something really is a promise.
 */
export type Flow<T> = Generator<Promise<unknown>, T, unknown>

export const isPromise = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** Inside a flow: `const key = yield* wait(source.current(scope, call))`. */
export function* wait<T>(value: MaybePromise<T>): Flow<T> {
  return isPromise(value) ? ((yield value) as T) : (value as T)
}

/** What comes after a value, at once or when it is there. */
export const andThen = <A, B>(value: MaybePromise<A>, next: (value: A) => MaybePromise<B>): MaybePromise<B> =>
  isPromise(value) ? value.then(next) : next(value as A)

/** Runs a flow at once as far as it goes, and then as a promise. */
export function settle<T>(flow: Flow<T>, signal?: AbortSignal): MaybePromise<T> {
  const step = flow.next()
  return step.done ? step.value : drive(flow, step.value, signal)
}

async function drive<T>(flow: Flow<T>, first: Promise<unknown>, signal: AbortSignal | undefined): Promise<T> {
  let waiting = first
  for (;;) {
    let value: unknown
    let step: IteratorResult<Promise<unknown>, T>
    try {
      value = await (signal ? untilAborted(waiting, signal) : waiting)
      step = flow.next(value)
    } catch (error) {
      step = flow.throw(error)
    }
    if (step.done) return step.value
    waiting = step.value
  }
}

/** A flow whose promise nobody can wait for: what it began goes on, and may fill a cache. */
export function settleSync<T>(flow: Flow<T>): T {
  const result = settle(flow)
  if (!isPromise(result)) return result as T
  result.catch(() => {})
  throw new WaxsealError('key_not_resident', 'the key is not resident: await sealer.warm() first')
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new WaxsealError('aborted', 'the call was aborted', { cause: signal.reason }))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) fail('aborted', 'the call was aborted')
}
