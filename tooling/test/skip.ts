import { describe, it } from 'vitest'

/** What stands between a skipped test's name and the reason; the reporter's last table splits names here. */
export const SKIPPED = ' — skipped: '

/**
 * A `describe` that runs only where `condition` holds and says why it does not run elsewhere.
 *
 * @example
 * describeIf(shared('data/vectors') !== undefined, 'no vectors here')('Wycheproof', () => {})
 */
export const describeIf =
  (condition: boolean, reason: string) =>
  (name: string, suite: () => void): void => {
    if (condition) describe(name, suite)
    else describe.skip(name + SKIPPED + reason, suite)
  }

/** An `it` that runs only where `condition` holds and says why it does not run elsewhere. */
export const itIf =
  (condition: boolean, reason: string) =>
  (name: string, test: () => unknown): void => {
    if (condition) it(name, async () => void (await test()))
    else it.skip(name + SKIPPED + reason)
  }
