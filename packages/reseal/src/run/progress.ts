import type { TargetReport } from './tally.js'

export interface ResealProgress {
  readonly target: string
  readonly seen: number
  readonly moved: number
  readonly skipped: number
  /** Items that are left to look at; null where the target cannot count. */
  readonly remaining: number | null
  /** Items a second, since this run of the target began. */
  readonly ratePerSecond: number
  /** Milliseconds that the rest takes at this rate; null where that cannot be told. */
  readonly etaMs: number | null
}

export const perSecond = (count: number, elapsedMs: number): number => (elapsedMs > 0 ? (count * 1000) / elapsedMs : 0)

export function progressOf(report: TargetReport, remaining: number | null, elapsedMs: number): ResealProgress {
  const { target, seen, moved, current } = report
  const ratePerSecond = perSecond(seen, elapsedMs)
  const etaMs = remaining === 0 ? 0 : remaining === null || ratePerSecond === 0 ? null : (remaining * 1000) / ratePerSecond
  return { target, seen, moved, skipped: seen - moved - current, remaining, ratePerSecond, etaMs }
}

/** Tells a hook; one that throws changes nothing. */
export function tell<T>(hook: ((value: T) => void) | undefined, value: T): void {
  try {
    hook?.(value)
  } catch {}
}
