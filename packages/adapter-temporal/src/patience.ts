import { WaxsealError } from '@waxseal/core'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** Calls again for as long as `patienceMs` while what fails may succeed later; then the error is thrown. */
export async function patiently<Result>(call: () => Promise<Result>, patienceMs: number): Promise<Result> {
  const deadline = performance.now() + patienceMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await call()
    } catch (error) {
      const waitMs = Math.max(pauseMs, (WaxsealError.is(error) && error.retryAfterMs) || 0)
      if (!WaxsealError.is(error) || !error.retryable || performance.now() + waitMs > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}
