const tails = new WeakMap<object, Promise<unknown>>()

/** Ends when everything that was asked for so far is done, well or not. */
export const done = (owner: object): Promise<unknown> => tails.get(owner) ?? Promise.resolve()

/** Does one thing after the other, in the order of the calls: sealing takes a while, and what is asked for later must not come first. */
export function inOrder<Result>(owner: object, next: () => Promise<Result>): Promise<Result> {
  const result = done(owner).then(next)
  tails.set(
    owner,
    result.catch(() => {}),
  )
  return result
}
