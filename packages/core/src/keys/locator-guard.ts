import { backend } from '#backend'
import { fail, WaxsealError } from '../errors.js'
import { type Flow, type MaybePromise, wait } from '../flow.js'
import type { Locator } from '../format/envelope.js'
import type { DataKey } from './data-key.js'

const MINUTE_MS = 60_000
const MAX_KNOWN = 4096

/** Tells locators apart, wrapped keys by their hash. */
export const locatorId = ({ kid, version, wrapped }: Locator, scope: string | undefined): string =>
  JSON.stringify([kid, version, wrapped && backend.toBase64url(backend.sha256(wrapped)), scope])

/** Stands before sources that must be asked over a network: locators come from outside, and each unknown one would be a call. */
export interface LocatorGuard {
  resolve(id: string, now: number, ask: () => MaybePromise<DataKey | null>): Flow<DataKey | null>
}

interface Refused {
  readonly at: number
  /** Null where the source said "not mine". */
  readonly error: WaxsealError | null
}

/**
 * The negative cache: what was not found or refused is answered the same way for a minute without asking again, so that a poisoned
 * job that is tried again and again costs one call; past `perMinute` of them only known locators go through. What may succeed
 * later is not remembered.
 */
export function createLocatorGuard(perMinute: number): LocatorGuard {
  const known = new Set<string>()
  const refused = new Map<string, Refused>()
  /** Being asked for, and not known yet. */
  const asking = new Set<string>()
  return {
    *resolve(id, now, ask) {
      for (const [old, { at }] of refused) {
        if (now - at < MINUTE_MS) break
        refused.delete(old)
      }
      const before = refused.get(id)
      if (before?.error) throw new WaxsealError(before.error.code, before.error.message)
      if (before) return null
      if (!known.has(id) && refused.size + asking.size >= perMinute)
        fail('throttled', `more than ${perMinute} unknown key locators within a minute`)
      let key: DataKey | null = null
      if (!known.has(id)) asking.add(id)
      try {
        key = yield* wait(ask())
      } catch (error) {
        if (WaxsealError.is(error) && !error.retryable && error.code !== 'aborted' && error.code !== 'closed')
          refused.set(id, { at: now, error })
        throw error
      } finally {
        asking.delete(id)
      }
      if (!key) refused.set(id, { at: now, error: null })
      else {
        if (known.size >= MAX_KNOWN) known.clear()
        known.add(id)
      }
      return key
    },
  }
}
