import { HttpError } from './answers.js'

export interface RateLimitOptions {
  /** Calls of one caller, on average. */
  readonly callsPerMinute: number
  /** Calls at once after a rest. */
  readonly burst: number
  readonly now: () => number
}

/** Callers whose last call was longest ago are forgotten first; by then their bucket is full again. */
const MAX_CALLERS = 10_000

/** A bucket of tokens for each caller: a call takes one, and they come back with time. */
export function createRateLimit({ callsPerMinute, burst, now }: RateLimitOptions): (callerId: string) => void {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const perMs = callsPerMinute / 60_000

  return (callerId) => {
    const at = now()
    const { tokens, at: last } = buckets.get(callerId) ?? { tokens: burst, at }
    const filled = Math.min(burst, tokens + Math.max(0, at - last) * perMs)
    buckets.delete(callerId)
    if (buckets.size >= MAX_CALLERS) buckets.delete(buckets.keys().next().value!)
    buckets.set(callerId, { tokens: filled < 1 ? filled : filled - 1, at })
    if (filled >= 1) return
    const seconds = Math.max(1, Math.ceil((1 - filled) / perMs / 1000))
    throw new HttpError({
      status: 429,
      code: 'throttled',
      message: 'this caller has called too often',
      headers: { 'retry-after': String(seconds) },
    })
  }
}
