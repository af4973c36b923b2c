import { type MaybePromise, WaxsealError } from '@waxseal/core'

const mustWait = (error: unknown): boolean =>
  WaxsealError.is(error) && (error.code === 'key_not_resident' || error.code === 'unsupported_suite')

/** At once where the key is at hand: payloads come by the hundred, and a promise for each costs as much as opening it. */
export function atOnce<T>(now: () => T, later: () => Promise<T>): MaybePromise<T> {
  try {
    return now()
  } catch (error) {
    if (mustWait(error)) return later()
    throw error
  }
}

/** What comes after a value, at once or when it is there. */
export const andThen = <A, B>(value: MaybePromise<A>, next: (value: A) => MaybePromise<B>): MaybePromise<B> =>
  value instanceof Promise ? value.then(next) : next(value)

/** As Promise.all of what `run` makes of each, but at once where nothing is waited for. All are run, and the first error is thrown. */
export function eachOf<T, R>(items: readonly T[], run: (item: T) => MaybePromise<R>): MaybePromise<R[]> {
  const results: MaybePromise<R>[] = items.map((item) => {
    try {
      return run(item)
    } catch (error) {
      return Promise.reject(error)
    }
  })
  return results.some((result) => result instanceof Promise) ? Promise.all(results) : (results as R[])
}

/** What `run` gives, or what its error is made into. */
export function recovered<T>(run: () => MaybePromise<T>, recover: (error: unknown) => T): MaybePromise<T> {
  try {
    const result = run()
    return result instanceof Promise ? result.catch(recover) : result
  } catch (error) {
    return recover(error)
  }
}
