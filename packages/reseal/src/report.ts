import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { perSecond } from './progress.js'
import { SkipStop, type TargetReport } from './tally.js'

/** What ended a run early. What was done is done, and the place is kept: the next run goes on there. */
export interface Stopped {
  readonly target: string
  /** Of the sealer's error; `target_failed` for any other, `skipped` where `onSkip` is `stop`. */
  readonly code: WaxsealErrorCode | 'target_failed' | 'skipped'
  /** The error itself. Not enumerable: the message of a database may hold values. */
  readonly cause: unknown
}

export interface ResealReport {
  /** True when every target was gone through to its end. What was skipped may still need an old key. */
  readonly complete: boolean
  readonly dryRun: boolean
  readonly stopped: Stopped | null
  readonly targets: readonly TargetReport[]
  readonly durationMs: number
  /** Items a second, over all targets. */
  readonly ratePerSecond: number
}

export function stoppedBy(target: string, error: unknown, signal?: AbortSignal): Stopped {
  const known = WaxsealError.is(error) ? error.code : error instanceof SkipStop ? 'skipped' : undefined
  const code = known ?? (signal?.aborted ? 'aborted' : 'target_failed')
  return Object.defineProperty({ target, code, cause: error }, 'cause', { enumerable: false })
}

export function reportOf(
  targets: readonly TargetReport[],
  stopped: Stopped | null,
  dryRun: boolean,
  durationMs: number,
): ResealReport {
  const seen = targets.reduce((sum, report) => sum + report.seen, 0)
  return { complete: stopped === null, dryRun, stopped, targets, durationMs, ratePerSecond: perSecond(seen, durationMs) }
}
