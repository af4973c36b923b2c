import { backend } from '#backend'
import type { Locator } from '../envelope.js'
import { fail, WaxsealError } from '../errors.js'
import { type Flow, type MaybePromise, wait } from '../flow.js'
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

/** What was not found is not asked for again within a minute; past `perMinute` of them only known locators go through. */
export function createLocatorGuard(perMinute: number): LocatorGuard {
  const known = new Set<string>()
  const unknown = new Map<string, number>()
  return {
    *resolve(id, now, ask) {
      for (const [old, at] of unknown) {
        if (now - at < MINUTE_MS) break
        unknown.delete(old)
      }
      if (unknown.has(id)) return null
      if (unknown.size >= perMinute && !known.has(id))
        fail('throttled', `more than ${perMinute} unknown key locators within a minute`)
      let key: DataKey | null = null
      try {
        key = yield* wait(ask())
      } catch (error) {
        if (WaxsealError.is(error) && (error.code === 'open_failed' || error.code === 'malformed')) unknown.set(id, now)
        throw error
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
