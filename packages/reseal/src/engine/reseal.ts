import { integer, misconfigured } from '../config-error.js'
import { isKeyRef, type KeyRef } from '../retirement/key-ref.js'
import { type KeyUse, keyUseOf } from '../retirement/key-use.js'
import { type KeyVersion, type RetireOptions, type RetireVerdict, retireKey, verdictOf } from '../retirement/retirement.js'
import type { CheckpointStore } from '../run/checkpoint.js'
import { type Clock, createPace, sleep as timer } from '../run/pace.js'
import { progressOf, type ResealProgress, tell } from '../run/progress.js'
import { type ResealReport, reportOf, type Stopped, stoppedBy, targetError } from '../run/report.js'
import { createRetry, type RetryOptions } from '../run/retry.js'
import { createTally, SkipStop, type Tally, type TargetReport } from '../run/tally.js'
import { type JobResult, MAX_LIMIT, partitionOf, type ResealJob, targetOf } from './job.js'
import { createRenewal, type RenewalMode, type ResealSealer } from './renewal.js'
import { createSweep } from './sweep.js'
import type { Cursor, Narrowing, Range, ResealTarget } from './target.js'

export interface ResealOptions {
  readonly sealer: ResealSealer
  /** Every place where sealed values are stored. */
  readonly targets: readonly ResealTarget[]
  /** Where runs that were cut off go on. Without it each begins anew. */
  readonly checkpoints?: CheckpointStore | undefined
  /** Default `reseal`. */
  readonly mode?: RenewalMode | undefined
  /** Only what is on these keys. Default: whatever is not on the current key and suite of its scope. */
  readonly from?: readonly KeyRef[] | undefined
  /** Items a page: 1 to 10,000; default 500. */
  readonly pageSize?: number | undefined
  /** Items that are sealed at once, for the sake of key services: 1 to 1,000; default 32. */
  readonly concurrency?: number | undefined
  /** Items a second that one run, or one worker, looks at, at most. Default: no limit. */
  readonly ratePerSecond?: number | undefined
  /** Of calls that may succeed later. */
  readonly retry?: RetryOptions | undefined
  /** What cannot be moved is reported (default), or ends the run. */
  readonly onSkip?: 'report' | 'stop' | undefined
  /** Ids in the report for each reason. Default 10; 0 where ids must not be told. */
  readonly sampleIds?: number | undefined
  /** Told after every page. */
  readonly onProgress?: ((progress: ResealProgress) => void) | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: Clock['now'] | undefined
  /** Default: a timer. */
  readonly sleep?: Clock['sleep'] | undefined
}

export interface RunOptions {
  /** Names of the targets. Default: all. */
  readonly targets?: readonly string[] | undefined
  /** Does everything but write: what could not be moved is found as well. */
  readonly dryRun?: boolean | undefined
  /** Ends the run after the page that is being written. */
  readonly signal?: AbortSignal | undefined
}

export interface Reseal {
  /**
   * Goes through the targets and moves what is stale. Never rejects for what happens on the way: the report tells what stopped it.
   * `config` for targets that are not there.
   */
  run(options?: RunOptions): Promise<ResealReport>
  /**
   * Divides a target into jobs for the queue of your own; together they are all of it.
   *
   * @example
   * for (const job of await reseal.partition('cards.number', { parts: 8 })) await queue.send('reseal', job)
   */
  partition(target: string, options: { readonly parts: number; readonly signal?: AbortSignal }): Promise<ResealJob[]>
  /**
   * Does one job: a page. Doing it twice, or two workers at once, does no harm. Rejects where it could not be done; the queue is to
   * deliver it again. `config` for what is no job of these targets; `provider_unavailable` where the target failed.
   *
   * @example
   * const { next, report } = await reseal.runPage(job)
   * if (next) await queue.send('reseal', next)
   */
  runPage(job: ResealJob, options?: { readonly dryRun?: boolean; readonly signal?: AbortSignal }): Promise<JobResult>
  /** Counts, target by target, the stored values that need a key. `provider_unavailable` where a target failed. */
  stillOn(key: KeyRef, options?: { readonly signal?: AbortSignal }): Promise<readonly KeyUse[]>
  /** Whether no stored value needs a key now. A writer may store one in the next moment: retire with `retireWhenUnused`. */
  canRetire(key: KeyRef, options?: { readonly signal?: AbortSignal }): Promise<RetireVerdict>
  /** Retires a key that no stored value needs, or says why not. To be asked again, by a schedule: the first time it never retires. */
  retireWhenUnused(key: KeyVersion, options: RetireOptions & { readonly signal?: AbortSignal }): Promise<RetireVerdict>
}

function checked(options: ResealOptions) {
  const { sealer, targets, mode = 'reseal', from, onSkip = 'report', ratePerSecond, now = Date.now, sleep = timer } = options
  if (typeof sealer?.needsReseal !== 'function') misconfigured('re-encryption needs a sealer')
  const names = Array.isArray(targets) ? targets.map((target: ResealTarget) => target?.name) : []
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '' || name.length > 128))
    misconfigured('targets are a list, each with a name of 1 to 128 characters')
  if (new Set(names).size !== names.length) misconfigured('two targets have the same name')
  if (mode !== 'reseal' && mode !== 'rewrap') misconfigured("mode is 'reseal' or 'rewrap'")
  if (onSkip !== 'report' && onSkip !== 'stop') misconfigured("onSkip is 'report' or 'stop'")
  if (from && (!Array.isArray(from) || from.length === 0 || !from.every(isKeyRef))) misconfigured('from is a list of keys')
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) misconfigured('ratePerSecond is a number above 0')
  return {
    ...options,
    mode,
    names: names as string[],
    onSkip,
    pageSize: integer('pageSize', options.pageSize ?? 500, 1, MAX_LIMIT),
    concurrency: integer('concurrency', options.concurrency ?? 32, 1, 1000),
    sampleIds: integer('sampleIds', options.sampleIds ?? 10, 0, 1000),
    retry: { ...options.retry, attempts: integer('retry.attempts', options.retry?.attempts ?? 6, 1, 100) },
    clock: { now, sleep } satisfies Clock,
  }
}

/**
 * Makes the engine that moves what is stored to the current key. It reads no key and holds none: the sealer does. `config` for
 * options that do not fit.
 *
 * @example
 * const reseal = createReseal({ sealer, targets: [cards, sessions], checkpoints })
 * const report = await reseal.run()
 */
export function createReseal(options: ResealOptions): Reseal {
  const { sealer, targets, names, checkpoints, mode, from, clock, pageSize, sampleIds, onSkip, ...rest } = checked(options)
  const renewal = createRenewal(sealer, mode, from)
  // One rate for all that this engine does, in pages that last a second at most.
  const pace = createPace(rest.ratePerSecond, clock)
  const pageLimit = Math.min(pageSize, Math.max(1, Math.ceil(rest.ratePerSecond ?? pageSize)))
  const about = (target: string) =>
    JSON.stringify({ target, mode, from: from?.map(({ kid, version }) => [kid, version ?? null]) ?? null })
  const narrow: Narrowing | undefined = from && { on: from }
  const named = (name: string) =>
    targets.find((target) => target.name === name) ?? misconfigured('there is no target of this name')
  const retrying = (signal: AbortSignal | undefined) => createRetry(rest.retry, clock, signal)
  const sweepOf = (target: ResealTarget, tally: Tally, dryRun: boolean, signal: AbortSignal | undefined) =>
    createSweep({
      sealer,
      renewal,
      target,
      tally,
      retry: retrying(signal),
      pageSize: pageLimit,
      concurrency: rest.concurrency,
      pace,
      narrow,
      learns: mode === 'reseal' && !from,
      dryRun,
      signal,
    })

  async function runTarget(target: ResealTarget, tally: Tally, dryRun: boolean, signal: AbortSignal | undefined): Promise<void> {
    const { name } = target
    const startedAt = clock.now()
    const kept = dryRun ? null : await checkpoints?.load(name)
    const start: Cursor | null = kept?.run === about(name) ? kept.cursor : null
    let [counted, countedAt]: [number | null, number] = [null, 0]
    const count = async (range: Range, narrow: Narrowing | undefined) => {
      if (!rest.onProgress) return
      const number = await retrying(signal)(
        async () => (await target.count?.({ ...range, narrow, signal })) ?? null,
        (error) => target.isRetryable?.(error) ?? false,
      )
      ;[counted, countedAt] = [number, tally.report().seen]
    }
    const whole = { after: start, until: null }
    await count(whole, narrow)
    await sweepOf(target, tally, dryRun, signal).range(whole, {
      narrowed: count,
      async written(place, isWhole) {
        // Kept also where the run was aborted meanwhile: what it says is written.
        const keep = async () => checkpoints?.save(name, place === null ? null : { run: about(name), cursor: place })
        // Nor is a place behind what was skipped: whoever goes on there would hear nothing of it.
        if (!dryRun && (isWhole || place === null))
          await retrying(undefined)(keep, (error) => target.isRetryable?.(error) ?? false)
        const report = tally.report()
        const remaining = place === null ? 0 : counted === null ? null : Math.max(0, counted - (report.seen - countedAt))
        tell(rest.onProgress, progressOf(report, remaining, clock.now() - startedAt))
      },
    })
  }

  async function stillOn(key: KeyRef, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<KeyUse[]> {
    if (!isKeyRef(key)) misconfigured('a key is { kid, version }')
    const use: KeyUse[] = []
    const retry = retrying(signal)
    for (const target of targets)
      use.push(
        await keyUseOf(
          sealer,
          target,
          key,
          (request) =>
            retry(
              () => target.page({ ...request, signal }),
              (error) => target.isRetryable?.(error) ?? false,
            ),
          {
            pageSize,
            sampleIds,
          },
        ).catch((error: unknown) => {
          throw targetError(target.name, error)
        }),
      )
    return use
  }

  return Object.freeze<Reseal>({
    async run({ targets: chosen = names, dryRun = false, signal } = {}) {
      const startedAt = clock.now()
      const reports: TargetReport[] = []
      let stopped: Stopped | null = null
      for (const target of chosen.map(named)) {
        const tally = createTally(target.name, sampleIds, onSkip)
        try {
          await runTarget(target, tally, dryRun, signal)
        } catch (error) {
          stopped = stoppedBy(target.name, error, signal)
        }
        reports.push(tally.report())
        if (stopped) break
      }
      return reportOf(reports, stopped, dryRun, clock.now() - startedAt)
    },
    partition: async (name, { parts, signal }) =>
      partitionOf(named(name), integer('parts', parts, 1, 10_000), pageLimit, signal).catch((error: unknown) => {
        throw targetError(name, error)
      }),
    async runPage(job, { dryRun = false, signal } = {}) {
      const target = targetOf(targets, job)
      const tally = createTally(target.name, sampleIds, onSkip)
      const { after, until, limit } = job
      try {
        const next = await sweepOf(target, tally, dryRun, signal).page({ after, until }, limit)
        return {
          next: next === null ? null : { target: target.name, after: next, until, limit },
          report: tally.report(),
          stopped: null,
        }
      } catch (error) {
        // A queue would deliver it again and again: what stopped it stays.
        if (error instanceof SkipStop) return { next: null, report: tally.report(), stopped: stoppedBy(target.name, error) }
        throw targetError(target.name, error)
      }
    },
    stillOn,
    canRetire: async (key, call) => verdictOf(await stillOn(key, call)),
    async retireWhenUnused(key, { signal, ...retiring }) {
      if (!isKeyRef(key) || key.version === undefined) misconfigured('a key to retire is { kid, version }')
      return retireKey(key, retiring, { names, checkpoints, now: clock.now, count: () => stillOn(key, { signal }) })
    },
  })
}
