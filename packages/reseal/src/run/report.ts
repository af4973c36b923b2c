import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { misconfigured } from '../config-error.js'
import { perSecond } from './progress.js'
import { type SkipReason, SkipStop, type TargetReport } from './tally.js'

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

/** The reports of many pages of one target as one, with at most `sampleIds` ids for each reason. */
export function sumOfReports(reports: readonly TargetReport[], sampleIds = 10): TargetReport {
  const [first] = reports
  if (!first || reports.some(({ target }) => target !== first.target))
    misconfigured('sumOfReports adds up one report or more, all of one target')
  const sum = (of: (report: TargetReport) => number) => reports.reduce((total, report) => total + of(report), 0)
  const skipped = new Map<SkipReason, { count: number; ids: string[] }>()
  for (const { reason, count, ids } of reports.flatMap((report) => report.skipped)) {
    const entry = skipped.get(reason) ?? { count: 0, ids: [] }
    skipped.set(reason, { count: entry.count + count, ids: [...entry.ids, ...ids].slice(0, sampleIds) })
  }
  return {
    target: first.target,
    seen: sum(({ seen }) => seen),
    moved: sum(({ moved }) => moved),
    current: sum(({ current }) => current),
    conflicted: sum(({ conflicted }) => conflicted),
    skipped: [...skipped].map(([reason, entry]) => ({ reason, ...entry })),
  }
}

/**
 * What is thrown where a target fails: the sealer's error as it is; of the target's own, which may show values, only the driver's code.
 */
export function targetError(target: string, error: unknown): WaxsealError {
  if (WaxsealError.is(error)) return error
  const code = (error as { code?: unknown } | null | undefined)?.code
  const its = typeof code === 'string' && /^[A-Z0-9_]{1,48}$/.test(code) ? ` (${code})` : ''
  return new WaxsealError('provider_unavailable', `the target ${target} could not be read or written${its}`)
}
