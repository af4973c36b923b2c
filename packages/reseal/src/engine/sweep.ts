import { type Pace, throwIfAborted } from '../run/pace.js'
import type { Retry } from '../run/retry.js'
import { isOfItem, type SkipReason, type Tally } from '../run/tally.js'
import { createCurrentKey } from './current-key.js'
import { NotWrapped, type Renewal, type ResealSealer } from './renewal.js'
import type { Change, Cursor, Narrowing, Page, PageRequest, Range, ResealItem, ResealTarget } from './target.js'

/** How often an item is read again because somebody else wrote it first. */
const CONFLICT_ATTEMPTS = 5

export interface SweepOptions {
  readonly sealer: ResealSealer
  readonly renewal: Renewal
  readonly target: ResealTarget
  readonly tally: Tally
  readonly retry: Retry
  readonly pageSize: number
  readonly concurrency: number
  readonly pace: Pace
  /** What the target is asked for, unless it is found out on the way. */
  readonly narrow: Narrowing | undefined
  /** Whether what is on the current key is left out, once that key is known. */
  readonly learns: boolean
  readonly dryRun: boolean
  readonly signal: AbortSignal | undefined
}

export interface SweepHooks {
  /** Pages up to this place are written, null: all are; and whether all their items are done with, none was skipped. */
  readonly written: (place: Cursor | null, isWhole: boolean) => Promise<void>
  /** Another part of the target is asked for from here on. */
  readonly narrowed: (range: Range, narrow: Narrowing | undefined) => Promise<void>
}

/** What a page was read from. */
type Part = Pick<PageRequest, 'after' | 'until' | 'narrow'>

type Outcome = { readonly next: unknown } | { readonly reason: SkipReason } | 'current'

/** Elements between two turns of the host: it sends and receives while a page is sealed, and answers others. */
const TURN = 16

const turnOfHost = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve, 0)
  })

/** Calls `work` for every element, so many at once; behind one that throws no other is begun. */
async function inParallel<T>(list: readonly T[], width: number, work: (element: T, at: number) => Promise<void>): Promise<void> {
  let at = 0
  let turn: Promise<void> | undefined
  const lane = async () => {
    for (let i = at++; i < list.length; i = at++) {
      if (i % TURN === TURN - 1) turn = turnOfHost()
      await turn
      try {
        await work(list[i]!, i)
      } catch (error) {
        at = list.length
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, lane))
}

/** Goes through a range of a target, page by page, and moves what is stale. */
export function createSweep(options: SweepOptions) {
  const { renewal, target, tally, retry, pace, pageSize, concurrency, dryRun, signal } = options
  const passes = (error: unknown) => target.isRetryable?.(error) ?? false
  const current = options.learns && target.unscoped ? createCurrentKey(options.sealer) : undefined

  const read = (request: PageRequest): Promise<Page<ResealItem>> => retry(() => target.page({ ...request, signal }), passes)

  async function outcomeOf(item: ResealItem): Promise<Outcome> {
    try {
      return await retry(async () => {
        const next = await renewal.nextOf(item, signal)
        return next === undefined ? 'current' : { next }
      })
    } catch (error) {
      if (error instanceof NotWrapped) return { reason: 'not_wrapped' }
      if (isOfItem(error)) return { reason: error.code }
      throw error
    }
  }

  /** Seals a page of items anew; nothing is written. */
  async function renewAll(items: readonly ResealItem[], skip = tally.skip): Promise<Change<ResealItem>[]> {
    const outcomes: Outcome[] = []
    await inParallel(items, concurrency, async (item, at) => {
      outcomes[at] = await outcomeOf(item)
    })
    const changes: Change<ResealItem>[] = []
    items.forEach((item, at) => {
      const outcome = outcomes[at]!
      if (outcome === 'current') {
        current?.learn(item.sealed)
        tally.current(1)
      } else if ('reason' in outcome) skip(item.id, outcome.reason)
      else {
        current?.learn(outcome.next)
        changes.push({ item, next: outcome.next })
      }
    })
    return changes
  }

  /** Asks for as little as the page did, which may lie all over a table: what is left out is moved. */
  async function readAgain(lost: readonly ResealItem[], { narrow, ...range }: Part): Promise<ResealItem[]> {
    const ids = new Set(lost.map(({ id }) => id))
    const found: ResealItem[] = []
    let after = range.after
    do {
      const page = await read({ after, until: range.until, limit: pageSize, narrow })
      found.push(...page.items.filter(({ id }) => ids.delete(id)))
      after = ids.size > 0 ? page.next : null
    } while (after !== null)
    return found
  }

  /** Writes what was sealed; what somebody else wrote meanwhile is read and sealed again. */
  async function write(changes: readonly Change<ResealItem>[], part: Part, skip = tally.skip): Promise<void> {
    let pending = changes
    for (let attempt = 1; pending.length > 0; attempt++) {
      if (dryRun) return tally.moved(pending.length)
      const replaced = await retry(() => target.replace(pending), passes)
      const lost = pending.filter((_, at) => !replaced[at]).map(({ item }) => item)
      tally.moved(pending.length - lost.length)
      if (lost.length === 0) return
      tally.conflicted(lost.length)
      if (attempt === CONFLICT_ATTEMPTS) {
        for (const { id } of lost) skip(id, 'conflict')
        return
      }
      const found = await readAgain(lost, part)
      // What is not there any more was removed, or moved by somebody else.
      tally.current(lost.length - found.length)
      pending = await renewAll(found, skip)
    }
  }

  return {
    /** One page. Gives the place where to go on. */
    async page(range: Range, size: number): Promise<Cursor | null> {
      const { narrow } = options
      const { items, next } = await read({ ...range, limit: size, narrow })
      await write(await renewAll(items), { after: range.after, until: next ?? range.until, narrow })
      await pace(items.length, signal)
      return next
    },

    /** All pages: while one is sealed, the one before is written and the one behind is read. */
    async range({ after, until }: Range, { written, narrowed }: SweepHooks): Promise<void> {
      let asked = options.narrow
      const readBehind = async (place: Cursor | null) => {
        const narrow = current?.narrowing() ?? options.narrow
        if ((narrow === undefined) !== (asked === undefined)) await narrowed({ after: place, until }, narrow)
        asked = narrow
        return { ...(await read({ after: place, until, limit: pageSize, narrow })), narrow }
      }
      const quietly = <T>(promise: Promise<T>): Promise<T> => {
        promise.catch(() => {})
        return promise
      }
      let writing: Promise<void> = Promise.resolve()
      let reading = quietly(readBehind(after))
      let from = after
      let firstSkip = Number.POSITIVE_INFINITY
      try {
        for (let at = 0; ; at++) {
          throwIfAborted(signal)
          const { items, next, narrow } = await reading
          if (next !== null) reading = quietly(readBehind(next))
          const skip: Tally['skip'] = (id, reason) => {
            firstSkip = Math.min(firstSkip, at)
            tally.skip(id, reason)
          }
          const changes = await renewAll(items, skip)
          await writing
          const part = { after: from, until: next ?? until, narrow }
          writing = quietly(write(changes, part, skip).then(() => written(next, at < firstSkip)))
          if (next === null) break
          from = next
          await pace(items.length, signal)
        }
      } finally {
        // What is being written is finished, and its place kept, whatever ended the loop.
        await Promise.allSettled([writing, reading])
      }
      await writing
    },
  }
}
