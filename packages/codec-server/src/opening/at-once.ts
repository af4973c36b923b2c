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
export function eachOf<T, R>(items: readonly T[], run: (item: T, at: number) => MaybePromise<R>): MaybePromise<R[]> {
  const results: MaybePromise<R>[] = items.map((item, at) => {
    try {
      return run(item, at)
    } catch (error) {
      return Promise.reject(error)
    }
  })
  const awaited = results.filter((result) => result instanceof Promise)
  if (awaited.length === 0) return results as R[]
  // Those alone: a promise for each of millions that are there already costs minutes.
  return Promise.all(awaited).then((values) => {
    const there = values.values()
    return results.map((result) => (result instanceof Promise ? there.next().value! : result))
  })
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
