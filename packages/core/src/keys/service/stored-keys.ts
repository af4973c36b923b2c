import { fail, WaxsealError } from '../../errors.js'
import type { MaybePromise } from '../../flow.js'
import { isKid } from '../../format/envelope.js'
import type { DataKey } from '../data-key.js'
import type { KeyCall, KeySource } from '../types.js'
import { createAttempts, type Surroundings, surroundings } from './attempts.js'
import { type KeptKey, keep, serves, shared } from './kept-key.js'
import type { CacheEvent } from './key-service-event.js'
import {
  DAY_MS,
  filled,
  HOUR_MS,
  type KeyServiceOptions,
  keyServiceSettings,
  MAX_TIMER_MS,
  type Ranges,
} from './key-service-options.js'
import { createLru } from './lru.js'
import { createSingleFlight } from './single-flight.js'

/** The few reads that a remote store of named keys has to answer; they do not cache and do not retry. */
export interface StoredKeysDriver {
  /** kid of all of its keys: 1 to 64 characters of [a-z0-9-], permanent and public. */
  readonly id: string
  /** The version that seals; throws `key_not_found` or `key_destroyed` where there is none. */
  newest(call: KeyCall): MaybePromise<DataKey>
  /** A version, destroyed ones as such; null for what the store does not have. An outage is an error, never null. */
  version(version: number, call: KeyCall): MaybePromise<DataKey | null>
}

export interface StoredKeysOptions extends Omit<KeyServiceOptions, 'cache'> {
  /** From this age on, in milliseconds, the version that seals is read again in the background. Default 60,000. */
  readonly reloadMs?: number | undefined
  /** No key older than this, in milliseconds, is used without asking. Default 60 minutes, at most 24 hours. */
  readonly maxAgeMs?: number | undefined
  /** How much longer keys at hand are used while the store is unavailable, in milliseconds. Default 0, at most one hour. */
  readonly staleMs?: number | undefined
}

const AGES: Ranges<Pick<StoredKeysOptions, 'reloadMs' | 'maxAgeMs' | 'staleMs'>> = {
  reloadMs: [60_000, 0, MAX_TIMER_MS],
  maxAgeMs: [HOUR_MS, 1, DAY_MS],
  staleMs: [0, 0, HOUR_MS],
}
/** What failed or was refused is asked again after this time. */
const PAUSE_MS = 30_000

/**
 * A key source of the reads that a remote store has to answer: deadline, retries, breaker, cache and single flight as for a key
 * service. What the store refuses is not used on; what it cannot answer is used until its age ends.
 *
 * @example
 * const keys = storedKeys({ id: 'secrets', newest, version }, { reloadMs: 30_000 })
 */
export const storedKeys = (driver: StoredKeysDriver, options?: StoredKeysOptions): KeySource =>
  storedKeysWith(driver, options, surroundings)

export function storedKeysWith(driver: StoredKeysDriver, options: StoredKeysOptions = {}, around: Surroundings): KeySource {
  const { id } = driver
  if (!isKid(id)) fail('config', 'the id of stored keys is 1 to 64 characters of a-z, 0-9 and -')
  const { reloadMs, maxAgeMs, staleMs, ...rest } = options
  const ages = filled({ reloadMs, maxAgeMs, staleMs }, AGES, 'options')
  const settings = keyServiceSettings(rest)
  const { maxOpenedKeys, followerTimeoutMs } = settings.cache
  const attempts = createAttempts(id, settings, around)
  const flight = createSingleFlight<DataKey | null>(followerTimeoutMs, around)
  const tell = (use: 'seal' | 'open') => (what: CacheEvent) => settings.tell({ type: 'cache', provider: id, use, what })
  const versions = createLru<KeptKey>(maxOpenedKeys, () => tell('open')('evicted'))
  let newest: KeptKey | undefined
  let refusal: { readonly error: WaxsealError; readonly until: number } | undefined
  let pausedUntil = Number.NEGATIVE_INFINITY
  let closed = false
  const whileOpen = () => {
    if (closed) fail('closed', 'the key source is closed')
  }

  // That a version was destroyed may be undone.
  const isGood = (kept: KeptKey, call: KeyCall): boolean =>
    kept.key.state === 'destroyed' ? kept.age(call) < ages.reloadMs : serves(kept, call, ages.maxAgeMs, ages.staleMs)

  /** A key that comes after the end is not kept. */
  function kept(key: DataKey, call: KeyCall): KeptKey {
    whileOpen()
    if (key.kid !== id) fail('config', 'a store of keys answered with a key of another kid')
    const made = keep(key, call, around)
    versions.set(`${key.version}`, made)
    return made
  }

  const readNewest = (call: KeyCall): Promise<DataKey> =>
    flight('newest', async () => {
      try {
        const key = await attempts('read', shared(call), async (attempt) => driver.newest(attempt))
        newest = kept(key, call)
        refusal = undefined
        return key
      } catch (error) {
        if (WaxsealError.is(error) && !error.retryable) {
          newest = undefined
          // A version that cannot be read takes none of the others along; a denial does.
          if (error.code !== 'config') versions.clear()
          refusal = { error, until: around.tick() + PAUSE_MS }
        }
        throw error
      }
    }) as Promise<DataKey>

  const readVersion = (version: number, call: KeyCall): Promise<DataKey | null> =>
    flight(`${version}`, async () => {
      try {
        const key = await attempts('read', shared(call), async (attempt) => driver.version(version, attempt))
        if (key?.version === version) kept(key, call)
        else if (key) fail('config', 'a store of keys answered with another version')
        else versions.delete(`${version}`)
        return key
      } catch (error) {
        if (WaxsealError.is(error) && !error.retryable) versions.delete(`${version}`)
        throw error
      }
    }) as Promise<DataKey | null>

  /** The old key while the store is unavailable, as long as it may be used. */
  function instead(old: KeptKey | undefined, use: 'seal' | 'open', call: KeyCall, error: unknown): DataKey {
    whileOpen()
    if (!old || !WaxsealError.is(error) || !error.retryable || old.age(call) >= ages.maxAgeMs + ages.staleMs) throw error
    if (old.key.state === 'destroyed') throw error
    old.hold()
    tell(use)('stale')
    return old.key
  }

  const resident = (version: number, call: KeyCall): DataKey | undefined => {
    const found = versions.get(`${version}`)
    return found && isGood(found, call) ? found.key : undefined
  }

  return Object.freeze<KeySource>({
    kind: 'source',
    kids: () => [id],
    current(scope, call) {
      whileOpen()
      if (scope !== undefined) fail('scope_unsupported', 'these keys have no scopes')
      if (newest && isGood(newest, call)) {
        if (newest.age(call) >= ages.reloadMs && around.tick() >= pausedUntil) {
          pausedUntil = around.tick() + Math.min(PAUSE_MS, ages.reloadMs)
          tell('seal')('refresh')
          readNewest(call).catch(() => tell('seal')('refresh_failed'))
        }
        return newest.key
      }
      if (refusal && around.tick() < refusal.until) {
        tell('seal')('refused')
        fail(refusal.error.code, refusal.error.message)
      }
      tell('seal')('miss')
      return readNewest(call).catch((error: unknown) => instead(newest, 'seal', call, error))
    },
    resident: ({ kid, version, wrapped }, scope, call) =>
      kid === id && !wrapped && scope === undefined && !closed ? resident(version, call) : undefined,
    resolve({ kid, version, wrapped }, scope, call) {
      if (kid !== id || wrapped || scope !== undefined) return null
      whileOpen()
      const found = resident(version, call)
      if (found) return found
      tell('open')('miss')
      // What is at hand by then: a denial meanwhile has taken it away.
      return readVersion(version, call).catch((error: unknown) => instead(versions.get(`${version}`), 'open', call, error))
    },
    close() {
      closed = true
      newest = undefined
      versions.clear()
    },
  })
}
