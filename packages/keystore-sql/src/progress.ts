import { WaxsealError } from '@waxseal/core'
import { type KeyRow, numberOf } from './tables.js'

/** Remembers how far each key has come: a table that knows less is an old copy, and going on with it would use version numbers twice. */
export interface Progress {
  /** `config` where the row is older than what this process has seen. */
  check(row: Pick<KeyRow, 'kid' | 'newest_version'>): void
}

/** How many kids are remembered. */
const MAX_SEEN = 10_000

export function createProgress(): Progress {
  const seen = new Map<string, number>()
  return {
    check({ kid, newest_version }) {
      const newest = numberOf(newest_version)
      if (newest < (seen.get(kid) ?? 0))
        throw new WaxsealError(
          'config',
          'the key table is older than what this process has seen: was a backup restored? Run reconcile, then start again',
        )
      seen.delete(kid)
      seen.set(kid, newest)
      if (seen.size > MAX_SEEN) seen.delete(seen.keys().next().value!)
    },
  }
}
