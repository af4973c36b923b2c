import type { RetentionPolicy } from '@waxseal/core'
import { integer, misconfigured } from '../config-error.js'
import { MAX_LIMIT } from '../engine/job.js'
import type { Cursor } from '../engine/target.js'
import { type Clock, createPace, throwIfAborted, sleep as timer } from '../run/pace.js'
import { perSecond, tell } from '../run/progress.js'
import { type Stopped, stoppedBy } from '../run/report.js'
import { createRetry, type RetryOptions } from '../run/retry.js'
import { type Disposal, disposalOf, type KeepReason } from './disposal.js'
import type { ReaperItem, ReaperTarget } from './reaper-target.js'

/** What is written of every deletion. */
export interface ReaperAudit {
  append(
    entry: {
      readonly actor: string
      readonly operation: string
      readonly subject: string
      readonly outcome?: string
      readonly details?: Readonly<Record<string, string | number>>
    },
    /** The one that the target deletes in, of the database that it shares with the trail. */
    transaction?: unknown,
  ): Promise<unknown>
}

export interface ReaperOptions {
  readonly targets: readonly ReaperTarget[]
  /** What `retention.useDefault()` stands for. Without it such items stay. */
  readonly default?: RetentionPolicy | undefined
  /** Items that stay whatever their policy says: their ids, or what tells. Asked before each batch is deleted. */
  readonly legalHold?: ((item: ReaperItem, target: string) => boolean | Promise<boolean>) | readonly string[] | undefined
  /** Items a batch: 1 to 10,000; default 200. */
  readonly batchSize?: number | undefined
  /** Items a second that are looked at, at most. Default: no limit. */
  readonly ratePerSecond?: number | undefined
  readonly retry?: RetryOptions | undefined
  /** Every deletion is recorded there. */
  readonly audit?: ReaperAudit | undefined
  /**
   * Where the trail is. `transaction`: in the database of every target, which hands its transaction on; without the record nothing is
   * deleted. Default `elsewhere`: the intent is recorded before (`outcome: 'started'`), and what was deleted after.
   */
  readonly auditIn?: 'transaction' | 'elsewhere' | undefined
  /** Id of who deletes; needed for `audit`. */
  readonly actor?: string | undefined
  /** Ids in the report for each reason. Default 10. */
  readonly sampleIds?: number | undefined
  readonly onProgress?: ((report: ReaperTargetReport) => void) | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: Clock['now'] | undefined
  readonly sleep?: Clock['sleep'] | undefined
}

export interface Kept {
  readonly reason: KeepReason
  readonly count: number
  /** Of the first few. */
  readonly ids: readonly string[]
}

export interface ReaperTargetReport {
  readonly target: string
  readonly seen: number
  /** In a dry run: would have been. */
  readonly deleted: number
  readonly kept: readonly Kept[]
}

export interface ReaperReport {
  readonly complete: boolean
  readonly dryRun: boolean
  readonly stopped: Stopped | null
  readonly targets: readonly ReaperTargetReport[]
  readonly durationMs: number
  readonly ratePerSecond: number
}

export interface Reaper {
  /** Goes through the targets once and deletes what is due. Never rejects for what happens on the way: the report tells. */
  run(options?: {
    /** Names of the targets. Default: all. */
    readonly targets?: readonly string[] | undefined
    /** Tells what would be deleted, and deletes nothing. */
    readonly dryRun?: boolean | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<ReaperReport>
}

function createCount(target: string, sampleIds: number) {
  let deleted = 0
  const kept = new Map<KeepReason, { count: number; ids: string[] }>()
  return {
    deleted(count: number) {
      deleted += count
    },
    keep(id: string, reason: KeepReason) {
      const entry = kept.get(reason) ?? { count: 0, ids: [] }
      kept.set(reason, entry)
      entry.count++
      if (entry.ids.length < sampleIds) entry.ids.push(id)
    },
    report(): ReaperTargetReport {
      const list = [...kept].map(([reason, { count, ids }]) => ({ reason, count, ids: [...ids] }))
      return { target, seen: list.reduce((sum, { count }) => sum + count, deleted), deleted, kept: list }
    },
  }
}

const policyText = (policy: RetentionPolicy): string =>
  policy.keep === 'for' ? `for ${policy.ms} ms` : policy.keep === 'until' ? `until ${policy.at}` : policy.keep

function checked(options: ReaperOptions) {
  const { targets, audit, actor, ratePerSecond } = options
  const names = Array.isArray(targets) ? targets.map((target: ReaperTarget) => target?.name) : []
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === ''))
    misconfigured('targets are a list with names')
  if (new Set(names).size !== names.length) misconfigured('two targets have the same name')
  if (audit && !actor) misconfigured('an audit trail needs the actor who deletes')
  if (!['transaction', 'elsewhere', undefined].includes(options.auditIn)) misconfigured("auditIn is 'transaction' or 'elsewhere'")
  const alone = (targets as readonly ReaperTarget[]).find((target) => !target.transactional)
  if (audit && options.auditIn === 'transaction' && alone)
    misconfigured(`auditIn is 'transaction', and the target ${alone.name} has none`)
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) misconfigured('ratePerSecond is a number above 0')
  const { legalHold } = options
  const ids = Array.isArray(legalHold) && legalHold.every((id) => typeof id === 'string' && id !== '')
  if (legalHold !== undefined && typeof legalHold !== 'function' && !ids)
    misconfigured('legalHold is a function, or a list of ids as reports tell them: as text')
  integer('retry.attempts', options.retry?.attempts ?? 6, 1, 100)
  return {
    names: names as string[],
    batchSize: integer('batchSize', options.batchSize ?? 200, 1, MAX_LIMIT),
    sampleIds: integer('sampleIds', options.sampleIds ?? 10, 0, 1000),
  }
}

/**
 * Makes the engine that deletes what is due. It deletes only what is certain: not held, with a policy whose deadline has come, and
 * unchanged when it is deleted. `config` for options that do not fit.
 *
 * @example
 * const reaper = createReaper({ targets: [reapTable({ db, dialect: 'postgres', table: 'jobs', key: 'id', created: 'created_at', policy })] })
 * const report = await reaper.run({ dryRun: true })
 */
export function createReaper(options: ReaperOptions): Reaper {
  const { names, batchSize, sampleIds } = checked(options)
  const { targets, legalHold, audit, actor = '', now = Date.now, sleep = timer } = options
  const clock: Clock = { now, sleep }
  const isHeld = typeof legalHold === 'function' ? legalHold : ({ id }: ReaperItem) => legalHold?.includes(id) ?? false
  const limit = Math.min(batchSize, Math.max(1, Math.ceil(options.ratePerSecond ?? batchSize)))

  /** Deletes a batch with its records, or between them. */
  async function remove(target: ReaperTarget, due: readonly ReaperItem[], policies: ReadonlyMap<string, string>) {
    const entry = ({ id }: ReaperItem) => ({
      actor,
      operation: 'retention.delete',
      subject: `${target.name}/${id}`,
      details: { policy: policies.get(id) ?? '' },
    })
    if (options.auditIn === 'transaction')
      return target.remove(due, async (removed, transaction) => {
        for (const item of removed) await audit?.append(entry(item), transaction)
      })
    for (const item of due) await audit?.append({ ...entry(item), outcome: 'started' })
    const gone = await target.remove(due, async () => {})
    for (const [at, item] of due.entries()) if (gone[at]) await audit?.append(entry(item))
    return gone
  }

  async function runTarget(
    target: ReaperTarget,
    count: ReturnType<typeof createCount>,
    dryRun: boolean,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const retry = createRetry(options.retry ?? {}, clock, signal)
    const passes = (error: unknown) => target.isRetryable?.(error) ?? false
    const pace = createPace(options.ratePerSecond, clock)
    let after: Cursor | null = null
    do {
      throwIfAborted(signal)
      const at = new Date(clock.now())
      const request = { now: at, after, limit, signal }
      const page: Awaited<ReturnType<ReaperTarget['due']>> = await retry(() => target.due(request), passes)
      const policies = new Map<string, string>()
      const due: ReaperItem[] = []
      for (const item of page.items) {
        const disposal: Disposal = await disposalOf(item, target, { now: at, default: options.default, isHeld })
        if (disposal.delete) {
          due.push(item)
          policies.set(item.id, policyText(disposal.policy))
        } else count.keep(item.id, disposal.reason)
      }
      // Holds are asked again before each try: one may have come while a service was waited for.
      const removeFree = async (): Promise<readonly boolean[]> => {
        const free: ReaperItem[] = []
        for (const item of due) if ((await isHeld(item, target.name)) === false) free.push(item)
        const gone = free.length === 0 ? [] : await remove(target, free, policies)
        return due.map((item) => gone[free.indexOf(item)] === true)
      }
      const removed = dryRun ? due.map(() => true) : await retry(removeFree, passes)
      count.deleted(removed.filter(Boolean).length)
      due.forEach(({ id }, place) => {
        if (!removed[place]) count.keep(id, 'changed')
      })
      tell(options.onProgress, count.report())
      after = page.next
      if (after !== null) await pace(page.items.length, signal)
    } while (after !== null)
  }

  return Object.freeze<Reaper>({
    async run({ targets: chosen = names, dryRun = false, signal } = {}) {
      const startedAt = clock.now()
      const reports: ReaperTargetReport[] = []
      let stopped: Stopped | null = null
      for (const name of chosen) if (!names.includes(name)) misconfigured('there is no target of this name')
      for (const target of targets.filter(({ name }) => chosen.includes(name))) {
        const count = createCount(target.name, sampleIds)
        try {
          await runTarget(target, count, dryRun, signal)
        } catch (error) {
          stopped = stoppedBy(target.name, error, signal)
        }
        reports.push(count.report())
        if (stopped) break
      }
      const durationMs = clock.now() - startedAt
      const seen = reports.reduce((sum, report) => sum + report.seen, 0)
      return {
        complete: stopped === null,
        dryRun,
        stopped,
        targets: reports,
        durationMs,
        ratePerSecond: perSecond(seen, durationMs),
      }
    },
  })
}
