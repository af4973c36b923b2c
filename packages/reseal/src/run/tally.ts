import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'

/** Why an item was left as it is: what the sealer said of it, or… */
export type SkipReason =
  | WaxsealErrorCode
  /** …somebody else wrote it first, again and again. */
  | 'conflict'
  /** …it carries no wrapped key, and `mode` is `rewrap`. */
  | 'not_wrapped'

export interface Skipped {
  readonly reason: SkipReason
  readonly count: number
  /** Of the first few. */
  readonly ids: readonly string[]
}

/** What was done with the items of one target. `seen` is the sum of `moved`, `current` and all that was skipped. */
export interface TargetReport {
  readonly target: string
  readonly seen: number
  /** Written under the current key; in a dry run: would have been. */
  readonly moved: number
  /** Needed nothing, or needed nothing any more when it was read again. */
  readonly current: number
  /** How often somebody else wrote first; each was read again. */
  readonly conflicted: number
  readonly skipped: readonly Skipped[]
}

/** Thrown where `onSkip` is `stop`. */
export class SkipStop extends Error {
  readonly reason: SkipReason

  constructor(reason: SkipReason) {
    super('an item could not be moved')
    this.reason = reason
  }
}

// What says something of the run, not of one item.
const STOPS: readonly WaxsealErrorCode[] = ['closed', 'aborted', 'sealing_disabled', 'fips_unavailable']

/** Whether an error is about one item alone, so that the others can go on. */
export const isOfItem = (error: unknown): error is WaxsealError =>
  WaxsealError.is(error) && !error.retryable && !STOPS.includes(error.code)

export interface Tally {
  readonly moved: (count: number) => void
  readonly current: (count: number) => void
  readonly conflicted: (count: number) => void
  readonly skip: (id: string, reason: SkipReason) => void
  readonly report: () => TargetReport
}

export function createTally(target: string, sampleIds: number, onSkip: 'report' | 'stop'): Tally {
  let [moved, current, conflicted] = [0, 0, 0]
  const skipped = new Map<SkipReason, { count: number; ids: string[] }>()
  return {
    moved(count) {
      moved += count
    },
    current(count) {
      current += count
    },
    conflicted(count) {
      conflicted += count
    },
    skip(id, reason) {
      const entry = skipped.get(reason) ?? { count: 0, ids: [] }
      skipped.set(reason, entry)
      entry.count++
      if (entry.ids.length < sampleIds) entry.ids.push(id)
      if (onSkip === 'stop') throw new SkipStop(reason)
    },
    report() {
      const list = [...skipped].map(([reason, { count, ids }]) => ({ reason, count, ids: [...ids] }))
      const seen = list.reduce((sum, { count }) => sum + count, moved + current)
      return { target, seen, moved, current, conflicted, skipped: list }
    },
  }
}
