import { WaxsealError } from '@waxseal/core'
import { type Clock, throwIfAborted } from './pace.js'

export interface RetryOptions {
  /** How often a call is tried in all. Default 6. */
  readonly attempts?: number | undefined
  /** Milliseconds before the second try; each further pause is twice as long, up to a minute. Default 250. */
  readonly baseMs?: number | undefined
}

const LONGEST_PAUSE_MS = 60_000

/** Tries a call again after a pause, as long as its error may pass. */
export function createRetry({ attempts = 6, baseMs = 250 }: RetryOptions, { sleep }: Clock, signal: AbortSignal | undefined) {
  return async <T>(call: () => Promise<T>, isRetryable?: (error: unknown) => boolean): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      throwIfAborted(signal)
      try {
        return await call()
      } catch (error) {
        const passes = WaxsealError.is(error) ? error.retryable : isRetryable?.(error)
        if (!passes || attempt >= attempts) throw error
        const pauseMs = Math.min(baseMs * 2 ** (attempt - 1), LONGEST_PAUSE_MS)
        await sleep(Math.max(pauseMs, (WaxsealError.is(error) && error.retryAfterMs) || 0), signal)
      }
    }
  }
}

export type Retry = ReturnType<typeof createRetry>
