import type { DataKey } from '../data-key.js'

/** Keys that have changed where they are stored: of a kid, of a scope, or all. */
export interface Forgotten {
  readonly kid?: string | undefined
  readonly scope?: string | undefined
}

export const matches = ({ kid, scope }: Forgotten, key: DataKey): boolean =>
  (kid === undefined || key.kid === kid) && (scope === undefined || key.scope === scope)

const MAX_KEPT = 1_000
const MAX_READS = 5

/** What was forgotten while reads were going on: they may have seen what was there before. */
export interface ForgottenKeys {
  add(which: Forgotten): void
  /** Reads, and again if what it read was forgotten meanwhile: nobody who waits for it gets an older answer than he asked for. */
  read<T extends { readonly key: DataKey | null }>(read: () => Promise<T>): Promise<T>
}

export function createForgotten(): ForgottenKeys {
  let kept: Forgotten[] = []
  /** How many went before those that are kept. */
  let gone = 0
  let reading = 0

  /** Of more than can be kept, all count as forgotten. */
  const missed = (since: number, key: DataKey | null): boolean =>
    since < gone || kept.slice(since - gone).some((which) => key === null || matches(which, key))

  return {
    add(which) {
      if (reading === 0) return
      if (kept.length >= MAX_KEPT) {
        gone += kept.length
        kept = []
      }
      kept.push(which)
    },
    async read(read) {
      reading++
      try {
        for (let attempt = 1; ; attempt++) {
          const since = gone + kept.length
          const answer = await read()
          if (attempt >= MAX_READS || !missed(since, answer.key)) return answer
        }
      } finally {
        reading--
        if (reading === 0) {
          gone += kept.length
          kept = []
        }
      }
    },
  }
}
