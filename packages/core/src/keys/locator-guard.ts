import { backend } from '#backend'
import { WaxsealError } from '../errors.js'
import { type Flow, isPromise, type MaybePromise, wait } from '../flow.js'
import type { Locator } from '../format/envelope.js'
import type { DataKey } from './data-key.js'

const MINUTE_MS = 60_000
/** A named key that is not there yet may be there soon: that it was asked for too early must not hide it. */
const UNNAMED_MS = 5_000
const MAX_KNOWN = 4096
const MAX_REFUSED = 65_536

/** Tells locators apart, wrapped keys by their hash. */
export const locatorId = ({ kid, version, wrapped }: Locator, scope: string | undefined): string =>
  JSON.stringify([kid, version, wrapped && backend.toBase64url(backend.sha256(wrapped)), scope])

/**
 * Stands before a source that must be asked over a network: locators come from outside, and each unknown one would be a call.
 */
export interface LocatorGuard {
  resolve(locator: Locator, scope: string | undefined, now: number, ask: () => MaybePromise<DataKey | null>): Flow<DataKey | null>
}

interface Refused {
  readonly at: number
  readonly until: number
  /** Null where the source said "not mine". */
  readonly error: WaxsealError | null
}

interface Asked {
  readonly scope: string | undefined
  readonly at: number
}

/**
 * The negative cache: what was refused is answered the same way for a minute without asking again, so that a poisoned job that is tried
 * again and again costs one call; past `perMinute` refusals in a scope only its known locators go through. What may succeed later is
 * not remembered.
 */
export function createLocatorGuard(perMinute: number): LocatorGuard {
  const known = new Set<string>()
  const refused = new Map<string, Refused>()
  /** Every refusal of the last minute, oldest first: one locator that is asked for again counts again. */
  const refusals: Asked[] = []
  /** Being asked for and not known yet; whoever asked may be gone. */
  const asking = new Map<string, Asked>()
  /** Refusals and askings by scope. */
  const counts = new Map<string | undefined, number>()

  const count = (scope: string | undefined, by: 1 | -1): void => {
    const next = (counts.get(scope) ?? 0) + by
    if (next > 0) counts.set(scope, next)
    else counts.delete(scope)
  }

  function land(id: string): void {
    const entry = asking.get(id)
    if (entry && asking.delete(id)) count(entry.scope, -1)
  }

  /** A clock that was set back counts as time gone by. */
  const isOver = ({ at }: { readonly at: number }, now: number): boolean => now - at >= MINUTE_MS || now < at

  function expire(now: number): void {
    for (const [id, entry] of refused) {
      if (!isOver(entry, now)) break
      refused.delete(id)
    }
    while (refusals[0] && isOver(refusals[0], now)) count(refusals.shift()!.scope, -1)
    for (const [id, entry] of asking) {
      if (!isOver(entry, now)) break
      land(id)
    }
  }

  function refuse(id: string, scope: string | undefined, entry: Refused): void {
    refused.delete(id)
    if (refused.size >= MAX_REFUSED) refused.delete(refused.keys().next().value!)
    refused.set(id, entry)
    refusals.push({ scope, at: entry.at })
    count(scope, 1)
  }

  return {
    *resolve(locator, scope, now, ask) {
      const id = locatorId(locator, scope)
      expire(now)
      const before = refused.get(id)
      if (before && now < before.until) {
        if (before.error) throw new WaxsealError(before.error.code, before.error.message)
        return null
      }
      if (!known.has(id) && (counts.get(scope) ?? 0) >= perMinute) {
        const oldest = refusals.find((entry) => entry.scope === scope)
        const retryAfterMs = oldest && oldest.at + MINUTE_MS - now
        throw new WaxsealError('throttled', `more than ${perMinute} unknown key locators within a minute`, { retryAfterMs })
      }
      if (!known.has(id) && !asking.has(id)) {
        asking.set(id, { scope, at: now })
        count(scope, 1)
      }

      const answered = (key: DataKey | null): DataKey | null => {
        land(id)
        if (!key) refuse(id, scope, { at: now, until: now + (locator.wrapped ? MINUTE_MS : UNNAMED_MS), error: null })
        else {
          if (known.size >= MAX_KNOWN) known.clear()
          known.add(id)
        }
        return key
      }
      const failed = (error: unknown): never => {
        land(id)
        if (WaxsealError.is(error) && !error.retryable && error.code !== 'aborted' && error.code !== 'closed')
          refuse(id, scope, { at: now, until: now + MINUTE_MS, error })
        throw error
      }
      let answer: MaybePromise<DataKey | null>
      try {
        answer = ask()
      } catch (error) {
        return failed(error)
      }
      // Booked when the source has answered, whether or not whoever asked still waits.
      return isPromise(answer) ? yield* wait(answer.then(answered, failed)) : answered(answer)
    },
  }
}
