import { WaxsealError } from '../../errors.js'
import { andThen, isPromise, type MaybePromise } from '../../flow.js'
import type { Locator } from '../../format/envelope.js'
import type { DataKey } from '../data-key.js'
import type { KeyCall } from '../types.js'
import type { Surroundings } from './attempts.js'
import { type KeptKey, keep, serves, shared } from './kept-key.js'
import type { CacheEvent } from './key-service-event.js'
import type { KeyServiceSettings } from './key-service-options.js'
import { createLru } from './lru.js'
import { createSingleFlight } from './single-flight.js'

/** Unwrapped keys, for an hour each. */
export interface OpenedKeys {
  resident(id: string, call: KeyCall): DataKey | undefined
  resolve(id: string, locator: Locator, scope: string | undefined, call: KeyCall): MaybePromise<DataKey>
  clear(): void
}

export function createOpenedKeys(
  open: (locator: Locator, scope: string | undefined, call: KeyCall) => MaybePromise<DataKey>,
  cache: KeyServiceSettings['cache'],
  around: Surroundings,
  tell: (what: CacheEvent) => void,
): OpenedKeys {
  const { maxAgeMs, staleOpenMs, maxOpenedKeys, followerTimeoutMs } = cache
  const keys = createLru<KeptKey>(maxOpenedKeys, () => tell('evicted'))
  const flight = createSingleFlight<DataKey>(followerTimeoutMs, around)

  const resident = (id: string, call: KeyCall): DataKey | undefined => {
    const kept = keys.get(id)
    return kept && serves(kept, call, maxAgeMs, staleOpenMs) ? kept.key : undefined
  }

  /** The old key while the service is unavailable; a refusal ends it. */
  function instead(id: string, call: KeyCall, error: unknown): DataKey {
    const kept = keys.get(id)
    const outage = WaxsealError.is(error) && error.retryable
    if (!outage) keys.delete(id)
    if (!kept || !outage || kept.age(call) >= maxAgeMs + staleOpenMs) throw error
    kept.hold()
    tell('stale')
    return kept.key
  }

  return {
    resident,
    resolve(id, locator, scope, call) {
      const found = resident(id, call)
      if (found) return found
      const asked = flight(id, () => {
        tell('miss')
        return andThen(open(locator, scope, shared(call)), (key) => {
          keys.set(id, keep(key, call, around))
          return key
        })
      })
      return isPromise(asked) ? asked.catch((error: unknown) => instead(id, call, error)) : asked
    },
    clear: keys.clear,
  }
}
