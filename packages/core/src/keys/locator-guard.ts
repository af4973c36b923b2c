import { backend } from '#backend'
import { fail, WaxsealError } from '../errors.js'
import { type Flow, type MaybePromise, wait } from '../flow.js'
import type { Locator } from '../format/envelope.js'
import type { DataKey } from './data-key.js'

const MINUTE_MS = 60_000
const MAX_KNOWN = 4096
/** How a key service says that a wrapped key is none of its own. */
const REFUSALS: readonly string[] = ['open_failed', 'malformed', 'access_denied', 'key_not_found']

/** Tells locators apart, wrapped keys by their hash. */
export const locatorId = ({ kid, version, wrapped }: Locator, scope: string | undefined): string =>
  JSON.stringify([kid, version, wrapped && backend.toBase64url(backend.sha256(wrapped)), scope])

/** Stands before sources that must be asked over a network: locators come from outside, and each unknown one would be a call. */
export interface LocatorGuard {
  resolve(id: string, now: number, ask: () => MaybePromise<DataKey | null>): Flow<DataKey | null>
}

/** What was not found is not asked for again within a minute; past `perMinute` of them only known locators go through. */
export function createLocatorGuard(perMinute: number): LocatorGuard {
  const known = new Set<string>()
  const unknown = new Map<string, number>()
  /** Being asked for, and not known yet. */
  const asking = new Set<string>()
  return {
    *resolve(id, now, ask) {
      for (const [old, at] of unknown) {
        if (now - at < MINUTE_MS) break
        unknown.delete(old)
      }
      if (unknown.has(id)) return null
      if (!known.has(id) && unknown.size + asking.size >= perMinute)
        fail('throttled', `more than ${perMinute} unknown key locators within a minute`)
      let key: DataKey | null = null
      if (!known.has(id)) asking.add(id)
      try {
        key = yield* wait(ask())
      } catch (error) {
        if (WaxsealError.is(error) && REFUSALS.includes(error.code)) unknown.set(id, now)
        throw error
      } finally {
        asking.delete(id)
      }
      if (!key) unknown.set(id, now)
      else {
        if (known.size >= MAX_KNOWN) known.clear()
        known.add(id)
      }
      return key
    },
  }
}
