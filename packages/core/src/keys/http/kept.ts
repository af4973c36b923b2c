import { WaxsealError } from '../../errors.js'
import type { KeyCall } from '../types.js'

/** A value that was fetched, and for how long it is good. */
export interface Fetched<T> {
  readonly value: T
  /** Milliseconds from now. */
  readonly goodForMs: number
}

export interface KeptOptions<T> {
  /** Asks for the value. Its call has a signal of its own: nobody who waits ends it for the others. */
  readonly fetch: (call: KeyCall) => Promise<Fetched<T>>
  /** Longest that it may take, in milliseconds, else `timeout`. Default 5,000. */
  readonly timeoutMs?: number | undefined
}

/** A value that is fetched when needed, once for all who wait, and kept while it is good. */
export interface Kept<T> {
  /** The value at hand, if it is good and younger than `maxAgeMs`; else a new one. */
  get(call: Pick<KeyCall, 'now'>, maxAgeMs?: number): Promise<T>
  /** Keeps a value that came by another way. */
  set(fetched: Fetched<T>, call: Pick<KeyCall, 'now'>): void
  /** Forgets this value, if it is the one at hand. */
  drop(value: T): void
}

const FETCH_TIMEOUT_MS = 5_000

/**
 * Keeps what a service says: a token, where an alias leads, what a key is. Its age goes by the wall clock and the one that never goes
 * back, whichever says more. A failure is not kept, and what never comes is not waited for by those who come later.
 *
 * @example
 * const algorithm = kept({ fetch: async (call) => ({ value: await describe(call), goodForMs: 600_000 }) })
 */
export function kept<T>({ fetch, timeoutMs = FETCH_TIMEOUT_MS }: KeptOptions<T>): Kept<T> {
  let held: { readonly value: T; readonly goodForMs: number; readonly age: (now: number) => number } | undefined
  let pending: { readonly value: Promise<T>; readonly since: number } | undefined
  const tick = () => performance.now()

  function set({ value, goodForMs }: Fetched<T>, { now }: Pick<KeyCall, 'now'>): void {
    const [at, tickAt] = [now(), tick()]
    held = { value, goodForMs, age: (time) => Math.max(time - at, tick() - tickAt) }
  }

  async function renew({ now }: Pick<KeyCall, 'now'>): Promise<T> {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const fetched = await fetch({ now, signal })
      set(fetched, { now })
      return fetched.value
    } catch (error) {
      throw signal.aborted ? new WaxsealError('timeout', `there was no answer within ${timeoutMs} ms`) : error
    }
  }

  return {
    async get(call, maxAgeMs = Number.POSITIVE_INFINITY) {
      if (held && held.age(call.now()) < Math.min(held.goodForMs, maxAgeMs)) return held.value
      // What a dead request left behind (Workers) is not waited for.
      if (!pending || tick() - pending.since > 2 * timeoutMs) {
        const own = {
          since: tick(),
          value: renew(call).finally(() => {
            if (pending === own) pending = undefined
          }),
        }
        pending = own
      }
      return pending.value
    },
    set,
    drop(value) {
      if (held?.value === value) held = undefined
    },
  }
}
