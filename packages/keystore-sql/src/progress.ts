import { WaxsealError } from '@waxseal/core'
import { type KeyRow, numberOf } from './database/tables.js'

type Seen = Pick<KeyRow, 'kid' | 'newest_version'>

/** Remembers how far each key has come: a table that knows less is an old copy, and going on with it would use version numbers twice. */
export interface Progress {
  /** `config` where the row is older than what this process has seen. */
  check(row: Seen): void
  /** Whether the row is older than that. */
  isBehind(row: Seen): boolean
}

/** How many kids are remembered. */
const MAX_SEEN = 10_000

export function createProgress(): Progress {
  const seen = new Map<string, number>()
  const isBehind = ({ kid, newest_version }: Seen): boolean => numberOf(newest_version) < (seen.get(kid) ?? 0)
  return {
    isBehind,
    check(row) {
      const { kid, newest_version } = row
      if (isBehind(row))
        throw new WaxsealError(
          'config',
          'the key table is older than what this process has seen: was a backup restored? Run reconcile, then start again',
        )
      seen.delete(kid)
      seen.set(kid, numberOf(newest_version))
      if (seen.size > MAX_SEEN) seen.delete(seen.keys().next().value!)
    },
  }
}
