import { WaxsealError } from '../../errors.js'
import type { KeyServiceEvent } from './key-service-event.js'
import type { KeyServiceSettings } from './key-service-options.js'

/** Leaves a service alone that failed again and again, so that calls fail at once instead of after their deadline. */
export interface Breaker {
  /** Throws `provider_unavailable` while the service is left alone. */
  check(): void
  /** What came of a call. */
  report(error?: unknown): void
}

/** The codes that say that the service is not there; throttling is an answer. */
const OUTAGE: readonly string[] = ['provider_unavailable', 'timeout']

/** `tick` is a clock that never goes back, in milliseconds. */
export function createBreaker(
  settings: KeyServiceSettings['breaker'],
  provider: string,
  tick: () => number,
  tell: (event: KeyServiceEvent) => void,
  /** A probe that has not reported by then never will (Workers drop what a dead request left). */
  probeMs: number,
): Breaker {
  if (!settings) return { check() {}, report() {} }
  const { failures, openMs } = settings
  let failed = 0
  let opened: number | undefined
  let probedAt = Number.NEGATIVE_INFINITY
  return {
    check() {
      if (opened === undefined) return
      const left = opened + openMs - tick()
      if (left > 0 || tick() - probedAt < probeMs)
        throw new WaxsealError(
          'provider_unavailable',
          `the key service ${provider} failed ${failed} times in a row and is left alone`,
          {
            retryAfterMs: Math.max(left, 0),
          },
        )
      probedAt = tick()
      tell({ type: 'breaker', provider, state: 'half_open' })
    },
    report(error) {
      const outage = WaxsealError.is(error) && OUTAGE.includes(error.code)
      // What the caller ended says nothing of the service.
      const unknown = WaxsealError.is(error) && error.code === 'aborted'
      probedAt = Number.NEGATIVE_INFINITY
      if (unknown) return
      if (outage) {
        failed++
        if (failed < failures) return
        if (opened === undefined || tick() - opened >= openMs) tell({ type: 'breaker', provider, state: 'open' })
        opened = tick()
      } else {
        if (opened !== undefined) tell({ type: 'breaker', provider, state: 'closed' })
        failed = 0
        opened = undefined
      }
    },
  }
}
