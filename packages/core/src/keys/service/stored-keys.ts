import { fail, WaxsealError } from '../../errors.js'
import type { MaybePromise } from '../../flow.js'
import { isKid, type Locator } from '../../format/envelope.js'
import { checkScope, type DataKey } from '../data-key.js'
import type { KeyCall, KeySource } from '../types.js'
import { createAttempts, type Surroundings, surroundings } from './attempts.js'
import { createForgotten, type Forgotten, matches } from './forgotten.js'
import { type KeptKey, keep, type Moment, moment, serves, shared } from './kept-key.js'
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
import { createLru, type Lru } from './lru.js'
import { createSingleFlight } from './single-flight.js'

/** Which version of a store of named keys. */
export type StoredVersion = Pick<Locator, 'kid' | 'version'>

/** The few reads that a remote store of named keys has to answer; they do not cache and do not retry. */
export interface StoredKeysDriver {
  /** Names the store in events, and is the kid of all of its keys unless they are `scoped`: 1 to 64 characters of [a-z0-9-]. */
  readonly id: string
  /** Keys belong to scopes and have kids of their own. Default: one kid, no scopes. */
  readonly scoped?: boolean | undefined
  /** The version that seals for this scope; throws `key_not_found` or `key_destroyed` where there is none. */
  newest(scope: string | undefined, call: KeyCall): MaybePromise<DataKey>
  /** A version, destroyed ones as such; null for what the store does not have. An outage is an error, never null. */
  version(locator: StoredVersion, scope: string | undefined, call: KeyCall): MaybePromise<DataKey | null>
}

export interface StoredKeysOptions extends Omit<KeyServiceOptions, 'cache'> {
  /** From this age on, in milliseconds, the version that seals is read again in the background. Default 60,000. */
  readonly reloadMs?: number | undefined
  /** No key older than this, in milliseconds, is used without asking. Default 60 minutes, at most 24 hours. */
  readonly maxAgeMs?: number | undefined
  /** How much longer keys at hand are used while the store is unavailable, in milliseconds. Default 0, at most one hour. */
  readonly staleMs?: number | undefined
  /** Versions, and scopes, whose keys are kept; least recently used first out. Default 1,000. */
  readonly maxKeys?: number | undefined
}

/** A source of stored keys, which can be told that a key has changed. */
export interface StoredKeys extends KeySource {
  /** Forgets the keys of a kid or scope, or all: whoever asks next reads the store. What is being read just then is read again. */
  forget(which?: Forgotten): void
}

const AGES: Ranges<Pick<StoredKeysOptions, 'reloadMs' | 'maxAgeMs' | 'staleMs' | 'maxKeys'>> = {
  reloadMs: [60_000, 0, MAX_TIMER_MS],
  maxAgeMs: [HOUR_MS, 1, DAY_MS],
  staleMs: [0, 0, HOUR_MS],
  maxKeys: [1_000, 1, Number.MAX_SAFE_INTEGER],
}
/** What failed or was refused is asked again after this time. */
const PAUSE_MS = 30_000
/** A key that is not there yet may be there soon. */
const ABSENT_MS = 5_000

interface Read<T> {
  readonly key: T
  readonly since: Moment
}

interface Refusal {
  readonly error: WaxsealError
  readonly until: number
  readonly scope: string | undefined
}

/**
 * A key source of the reads that a remote store has to answer: deadline, retries, breaker, cache and single flight as for a key
 * service. What the store refuses is not used on; what it cannot answer is used until its age ends.
 *
 * @example
 * const keys = storedKeys({ id: 'secrets', newest, version }, { reloadMs: 30_000 })
 */
export const storedKeys = (driver: StoredKeysDriver, options?: StoredKeysOptions): StoredKeys =>
  storedKeysWith(driver, options, surroundings)

export function storedKeysWith(
  driver: StoredKeysDriver,
  options: StoredKeysOptions = {},
  around: Surroundings = surroundings,
): StoredKeys {
  const { id, scoped = false } = driver
  if (!isKid(id)) fail('config', 'the id of stored keys is 1 to 64 characters of a-z, 0-9 and -')
  const { reloadMs, maxAgeMs, staleMs, maxKeys, ...rest } = options
  const ages = filled({ reloadMs, maxAgeMs, staleMs, maxKeys }, AGES, 'options')
  const settings = keyServiceSettings(rest)
  const { followerTimeoutMs } = settings.cache
  const attempts = createAttempts(id, settings, around)
  const flight = createSingleFlight<DataKey | null>(followerTimeoutMs, around)
  const tell = (use: 'seal' | 'open') => (what: CacheEvent) => settings.tell({ type: 'cache', provider: id, use, what })
  const lru = <T>(use: 'seal' | 'open'): Lru<T> => createLru<T>(ages.maxKeys, () => tell(use)('evicted'))
  const versions = lru<KeptKey>('open')
  const newest = lru<KeptKey>('seal')
  const refusals = lru<Refusal>('seal')
  const paused = lru<number>('seal')
  const forgotten = createForgotten()
  let closed = false
  const whileOpen = () => {
    if (closed) fail('closed', 'the key source is closed')
  }
  const isMine = (locator: Locator, scope: string | undefined): boolean =>
    !locator.wrapped && (scoped || (locator.kid === id && scope === undefined))
  const place = ({ kid, version }: StoredVersion, scope: string | undefined): string => JSON.stringify([kid, version, scope])
  const scopeId = (scope: string | undefined): string => JSON.stringify([scope])

  // That a version was destroyed may be undone.
  const isGood = (kept: KeptKey, call: KeyCall): boolean =>
    kept.key.state === 'destroyed' ? kept.age(call) < ages.reloadMs : serves(kept, call, ages.maxAgeMs, ages.staleMs)

  /** A key that comes after the end is not kept. */
  function keepVersion({ key, since }: Read<DataKey>, scope: string | undefined, call: KeyCall): KeptKey {
    whileOpen()
    if (!scoped && key.kid !== id) fail('config', 'a store of keys answered with a key of another kid')
    const made = keep(key, call, around, since)
    versions.set(place(key, scope), made)
    return made
  }

  /** Asks the store; what it answers may be as old as the question. */
  const read = <T>(call: KeyCall, ask: (attempt: KeyCall) => MaybePromise<T>): Promise<Read<T>> =>
    attempts('read', shared(call), async (attempt) => {
      const since = moment(call, around)
      return { key: await ask(attempt), since }
    })

  const readNewest = (scope: string | undefined, call: KeyCall): Promise<DataKey> => {
    const at = scopeId(scope)
    return flight(`newest ${at}`, async () => {
      try {
        const answer = await forgotten.read(() => read(call, (attempt) => driver.newest(scope, attempt)))
        newest.set(at, keepVersion(answer, scope, call))
        refusals.delete(at)
        return answer.key
      } catch (error) {
        if (WaxsealError.is(error) && !error.retryable) {
          const old = newest.get(at)
          newest.delete(at)
          // A version that cannot be read takes none of the others along; a denial does.
          if (error.code === 'access_denied') versions.clear()
          else if (error.code !== 'config')
            versions.remove(({ key }) => !scoped || (old ? key.kid === old.key.kid : key.scope === scope))
          const pause = scoped && error.code === 'key_not_found' ? ABSENT_MS : PAUSE_MS
          refusals.set(at, { error, until: around.tick() + pause, scope })
        }
        throw error
      }
    }) as Promise<DataKey>
  }

  const readVersion = (wanted: StoredVersion, scope: string | undefined, call: KeyCall): Promise<DataKey | null> => {
    const at = place(wanted, scope)
    return flight(at, async () => {
      try {
        const answer = await forgotten.read(() => read(call, (attempt) => driver.version(wanted, scope, attempt)))
        const { key } = answer
        if (key?.version === wanted.version && key.kid === wanted.kid) keepVersion({ ...answer, key }, scope, call)
        else if (key) fail('config', 'a store of keys answered with another version')
        else versions.delete(at)
        return key
      } catch (error) {
        if (WaxsealError.is(error) && !error.retryable) versions.delete(at)
        throw error
      }
    }) as Promise<DataKey | null>
  }

  /** The old key while the store is unavailable, as long as it may be used. */
  function instead(old: KeptKey | undefined, use: 'seal' | 'open', call: KeyCall, error: unknown): DataKey {
    whileOpen()
    if (!old || !WaxsealError.is(error) || !error.retryable || old.age(call) >= ages.maxAgeMs + ages.staleMs) throw error
    if (old.key.state === 'destroyed') throw error
    old.hold()
    tell(use)('stale')
    return old.key
  }

  const resident = (locator: StoredVersion, scope: string | undefined, call: KeyCall): DataKey | undefined => {
    const found = versions.get(place(locator, scope))
    return found && isGood(found, call) ? found.key : undefined
  }

  return Object.freeze<StoredKeys>({
    kind: 'source',
    ...(scoped ? {} : { kids: () => [id] }),
    current(scope, call) {
      whileOpen()
      if (scope !== undefined && !scoped) fail('scope_unsupported', 'these keys have no scopes')
      checkScope(scope)
      const at = scopeId(scope)
      const found = newest.get(at)
      if (found && isGood(found, call)) {
        if (found.age(call) >= ages.reloadMs && around.tick() >= (paused.get(at) ?? 0)) {
          paused.set(at, around.tick() + Math.min(PAUSE_MS, ages.reloadMs))
          tell('seal')('refresh')
          readNewest(scope, call).catch(() => tell('seal')('refresh_failed'))
        }
        return found.key
      }
      const refusal = refusals.get(at)
      if (refusal && around.tick() < refusal.until) {
        tell('seal')('refused')
        fail(refusal.error.code, refusal.error.message)
      }
      tell('seal')('miss')
      return readNewest(scope, call).catch((error: unknown) => instead(newest.get(at), 'seal', call, error))
    },
    resident: (locator, scope, call) => (isMine(locator, scope) && !closed ? resident(locator, scope, call) : undefined),
    resolve(locator, scope, call) {
      if (!isMine(locator, scope)) return null
      whileOpen()
      const { kid, version } = locator
      const found = resident(locator, scope, call)
      if (found) return found
      tell('open')('miss')
      const at = place(locator, scope)
      // What is at hand by then: a denial meanwhile has taken it away.
      return readVersion({ kid, version }, scope, call).catch((error: unknown) => instead(versions.get(at), 'open', call, error))
    },
    forget(which = {}) {
      forgotten.add(which)
      for (const cache of [versions, newest]) cache.remove(({ key }) => matches(which, key))
      refusals.remove(({ scope }) => which.scope === undefined || scope === which.scope)
    },
    close() {
      closed = true
      for (const cache of [versions, newest, refusals, paused]) cache.clear()
    },
  })
}
