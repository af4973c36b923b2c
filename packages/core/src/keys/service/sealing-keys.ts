import { WaxsealError } from '../../errors.js'
import { andThen, isPromise, type MaybePromise } from '../../flow.js'
import type { DataKey } from '../data-key.js'
import type { KeyCall } from '../types.js'
import type { Surroundings } from './attempts.js'
import { type KeptKey, keep, serves, shared } from './kept-key.js'
import type { CacheEvent } from './key-service-event.js'
import type { KeyServiceSettings } from './key-service-options.js'
import { createLru } from './lru.js'
import { createSingleFlight } from './single-flight.js'

/** A refresh that failed is tried again after this time. */
const REFRESH_PAUSE_MS = 30_000
/** A data key that has sealed this part of what it may is replaced ahead of time. */
const NEARLY = 0.9

interface SealingKey extends KeptKey {
  readonly softMs: number
  messages: number
  bytes: number
  refreshFrom: number
}

/** The data keys that seal, one per scope. */
export interface SealingKeys {
  current(scope: string | undefined, call: KeyCall): MaybePromise<DataKey>
  clear(): void
}

export function createSealingKeys(
  make: (scope: string | undefined, call: KeyCall) => MaybePromise<DataKey>,
  cache: KeyServiceSettings['cache'],
  around: Surroundings,
  tell: (what: CacheEvent) => void,
): SealingKeys {
  const { softMaxAgeMs, maxAgeMs, maxMessages, maxBytes, maxScopes, staleSealMs, negativeMs, followerTimeoutMs } = cache
  const { tick, random } = around
  const keys = createLru<SealingKey>(maxScopes, () => tell('evicted'))
  const refusals = createLru<{ readonly error: WaxsealError; readonly until: number }>(maxScopes, () => {})
  const flight = createSingleFlight<SealingKey>(followerTimeoutMs, around)

  /** Asks the service, for all who wait for this scope's key. */
  const ask = (id: string, scope: string | undefined, call: KeyCall): MaybePromise<SealingKey> =>
    flight(id, () =>
      andThen(make(scope, shared(call)), (key) => {
        const kept = Object.assign(keep(key, call, around), {
          softMs: softMaxAgeMs * (0.9 + 0.2 * random()),
          messages: 0,
          bytes: 0,
          refreshFrom: Number.NEGATIVE_INFINITY,
        })
        keys.set(id, kept)
        return kept
      }),
    )

  /** Counts a value before it is sealed, so that no number of calls at once goes past a limit. */
  function reserve(kept: SealingKey, { bytes = 0 }: KeyCall): boolean {
    const first = kept.messages === 0
    if (!first && (kept.messages >= maxMessages || kept.bytes + bytes > maxBytes)) return false
    kept.messages++
    kept.bytes += bytes
    return true
  }

  const isDue = (kept: SealingKey, call: KeyCall): boolean =>
    tick() >= kept.refreshFrom &&
    (kept.age(call) >= kept.softMs || kept.messages > NEARLY * maxMessages || kept.bytes > NEARLY * maxBytes)

  function refresh(id: string, scope: string | undefined, call: KeyCall, kept: SealingKey): void {
    kept.refreshFrom = tick() + REFRESH_PAUSE_MS
    tell('refresh')
    const failed = (error: unknown) => {
      tell('refresh_failed')
      refused(id, error)
    }
    try {
      const asked = ask(id, scope, call)
      if (isPromise(asked)) asked.catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  /** What the service refuses is over at once and remembered for a while; an outage is neither. */
  function refused(id: string, error: unknown): void {
    if (!WaxsealError.is(error) || error.retryable || error.code === 'closed') return
    keys.delete(id)
    refusals.set(id, { error, until: tick() + negativeMs * (0.8 + 0.4 * random()) })
  }

  function instead(id: string, call: KeyCall, error: unknown): DataKey {
    refused(id, error)
    const kept = keys.get(id)
    if (!kept || !WaxsealError.is(error) || !error.retryable) throw error
    if (kept.age(call) >= maxAgeMs + staleSealMs || !reserve(kept, call)) throw error
    kept.hold()
    kept.refreshFrom = tick() + REFRESH_PAUSE_MS
    tell('stale')
    return kept.key
  }

  function current(scope: string | undefined, call: KeyCall): MaybePromise<DataKey> {
    const id = scope === undefined ? '' : `:${scope}`
    const kept = keys.get(id)
    if (kept && serves(kept, call, maxAgeMs, staleSealMs) && reserve(kept, call)) {
      if (isDue(kept, call)) refresh(id, scope, call, kept)
      return kept.key
    }
    const refusal = refusals.get(id)
    if (refusal && tick() < refusal.until) {
      tell('refused')
      throw new WaxsealError(refusal.error.code, refusal.error.message)
    }
    tell('miss')
    const asked = ask(id, scope, call)
    // Others may have used it up meanwhile.
    const take = (made: SealingKey): MaybePromise<DataKey> => (reserve(made, call) ? made.key : current(scope, call))
    return isPromise(asked) ? asked.then(take, (error: unknown) => instead(id, call, error)) : take(asked)
  }

  return {
    current,
    clear() {
      keys.clear()
      refusals.clear()
    },
  }
}
