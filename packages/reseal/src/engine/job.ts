import { integer, misconfigured } from '../config-error.js'
import type { Stopped } from '../run/report.js'
import type { TargetReport } from '../run/tally.js'
import type { Cursor, ResealTarget } from './target.js'

/** One page of work as plain JSON, for the user's own queue. It holds keys of rows, nothing else. */
export interface ResealJob {
  readonly target: string
  readonly after: Cursor | null
  readonly until: Cursor | null
  /** Items a page. */
  readonly limit: number
}

export interface JobResult {
  /** The job behind this one; null when the range is done, and where it was stopped. */
  readonly next: ResealJob | null
  /** What was skipped stands in no other place: keep it, or add it up with `sumOfReports`. */
  readonly report: TargetReport
  /** Where `onSkip` is `stop`: why the range is not gone on with. */
  readonly stopped: Stopped | null
}

export const MAX_LIMIT = 10_000

/** The target of a job. `config` for a job that no `partition` of these targets made. */
export function targetOf(targets: readonly ResealTarget[], job: ResealJob): ResealTarget {
  const { target, after, until, limit } = job ?? {}
  integer('limit of a job', limit, 1, MAX_LIMIT)
  if (after === undefined || until === undefined) misconfigured('a job has after and until')
  return targets.find(({ name }) => name === target) ?? misconfigured('the job is about a target that is not configured')
}

/** Jobs for ranges that together are all of a target. */
export async function partitionOf(
  target: ResealTarget,
  parts: number,
  limit: number,
  signal?: AbortSignal,
): Promise<ResealJob[]> {
  const places = parts > 1 && target.split ? await target.split(parts, signal) : []
  const ends = [...places, null]
  return ends.map((until, at) => ({ target: target.name, after: places[at - 1] ?? null, until, limit }))
}
