import { fail } from '../../errors.js'
import type { KeyServiceEvent } from './key-service-event.js'

export interface RetryOptions {
  /** Attempts in all, default 4. */
  readonly attempts?: number | undefined
  /** First back-off in milliseconds, doubled each time and drawn at random from 0 up to it. Default 50. */
  readonly baseMs?: number | undefined
  /** The same after `throttled`. Default 500. */
  readonly throttledBaseMs?: number | undefined
  /** Longest back-off in milliseconds, default 2,000. A longer Retry-After ends the call instead. */
  readonly maxMs?: number | undefined
}

export interface BreakerOptions {
  /** Calls in a row that end in `provider_unavailable` or `timeout` before the service is left alone. Default 5. */
  readonly failures?: number | undefined
  /** For how long, in milliseconds; then one call tries it. Default 10,000. */
  readonly openMs?: number | undefined
}

export interface KeyCacheOptions {
  /** From this age on, in milliseconds, a new data key is made in the background. Default 45 minutes, less or more by up to a tenth. */
  readonly softMaxAgeMs?: number | undefined
  /** Nothing older, in milliseconds, is used: data keys that seal, and unwrapped keys. Default 60 minutes. */
  readonly maxAgeMs?: number | undefined
  /** Values that one data key seals, default 2^20. */
  readonly maxMessages?: number | undefined
  /** Bytes that one data key seals, default 2^36; streams count as a message, their bytes are not known. */
  readonly maxBytes?: number | undefined
  /** Scopes whose sealing keys are kept, default 1,000; least recently used first out. */
  readonly maxScopes?: number | undefined
  /** Unwrapped keys that are kept, default 1,000; least recently used first out. */
  readonly maxOpenedKeys?: number | undefined
  /**
   * How much longer than `maxAgeMs` a sealing key is used while the service is unavailable, in milliseconds. Default 0, at most one
   * hour. Never where the service denies, or says that the key is suspended or gone.
   */
  readonly staleSealMs?: number | undefined
  /** The same for unwrapped keys. Default 0, at most 24 hours. */
  readonly staleOpenMs?: number | undefined
  /** For how long a refusal to seal is answered without asking again, in milliseconds. Default 30,000. */
  readonly negativeMs?: number | undefined
  /** After this time, in milliseconds, whoever waits for somebody else's call makes one of his own. Default 10,000. */
  readonly followerTimeoutMs?: number | undefined
}

/** What every key provider takes beside the settings of its service. */
export interface KeyServiceOptions {
  /** Longest a call may take with all its attempts, in milliseconds. Default 5,000. */
  readonly deadlineMs?: number | undefined
  /** Longest a single attempt may take, in milliseconds. Default 2,000. */
  readonly attemptTimeoutMs?: number | undefined
  /** `false`: one attempt. */
  readonly retry?: RetryOptions | false | undefined
  /** `false`: the service is asked however often it failed. */
  readonly breaker?: BreakerOptions | false | undefined
  readonly cache?: KeyCacheOptions | undefined
  /** Told of attempts, calls, the cache and the breaker; never of keys, contexts or scopes. A hook that throws changes nothing. */
  readonly onEvent?: ((event: KeyServiceEvent) => void) | undefined
}

type Settings<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> }

/** The options with every default filled in. */
export interface KeyServiceSettings {
  readonly deadlineMs: number
  readonly attemptTimeoutMs: number
  readonly retry: Settings<RetryOptions>
  readonly breaker: Settings<BreakerOptions> | undefined
  readonly cache: Settings<KeyCacheOptions>
  readonly onEvent: ((event: KeyServiceEvent) => void) | undefined
}

const MINUTE_MS = 60_000
/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1
const HOUR_MS = 3_600_000
const CALL = { deadlineMs: 5_000, attemptTimeoutMs: 2_000 }
const RETRY: Settings<RetryOptions> = { attempts: 4, baseMs: 50, throttledBaseMs: 500, maxMs: 2_000 }
const BREAKER: Settings<BreakerOptions> = { failures: 5, openMs: 10_000 }
const CACHE: Settings<KeyCacheOptions> = {
  softMaxAgeMs: 45 * MINUTE_MS,
  maxAgeMs: HOUR_MS,
  maxMessages: 2 ** 20,
  maxBytes: 2 ** 36,
  maxScopes: 1_000,
  maxOpenedKeys: 1_000,
  staleSealMs: 0,
  staleOpenMs: 0,
  negativeMs: 30_000,
  followerTimeoutMs: 10_000,
}
const MAY_BE_ZERO = [
  'baseMs',
  'throttledBaseMs',
  'staleSealMs',
  'staleOpenMs',
  'negativeMs',
  'softMaxAgeMs',
  'staleMs',
  'reloadMs',
]
const AT_MOST: Readonly<Record<string, number>> = {
  staleSealMs: HOUR_MS,
  staleMs: HOUR_MS,
  staleOpenMs: 24 * HOUR_MS,
  maxAgeMs: 24 * HOUR_MS,
}

/** Options with their defaults filled in; `config` for one that is none, or no integer in its range. */
export function filled<T extends object>(
  given: { readonly [K in keyof T]?: T[K] | undefined } | undefined,
  defaults: T,
  where: string,
): T {
  if (given !== undefined && (typeof given !== 'object' || given === null)) fail('config', `${where} is an object`)
  const all = { ...defaults }
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue
    if (!Object.hasOwn(defaults, name)) fail('config', `${where}.${name} is no option`)
    const least = MAY_BE_ZERO.includes(name) ? 0 : 1
    const most = AT_MOST[name] ?? (name.endsWith('Ms') ? MAX_TIMER_MS : Number.MAX_SAFE_INTEGER)
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      fail('config', `${where}.${name} is an integer from ${least} to ${most}`)
    all[name as keyof T] = value as T[keyof T]
  }
  return all
}

/** Checks the options once; `config` names the one that does not fit. */
export function keyServiceSettings(options: KeyServiceOptions = {}): KeyServiceSettings {
  const { retry, breaker, onEvent, deadlineMs, attemptTimeoutMs } = options
  if (onEvent !== undefined && typeof onEvent !== 'function') fail('config', 'onEvent is a function')
  const cache = filled(options.cache, CACHE, 'cache')
  return {
    ...filled({ deadlineMs, attemptTimeoutMs }, CALL, 'options'),
    retry: retry === false ? { ...RETRY, attempts: 1 } : filled(retry, RETRY, 'retry'),
    breaker: breaker === false ? undefined : filled(breaker, BREAKER, 'breaker'),
    cache: { ...cache, softMaxAgeMs: Math.min(cache.softMaxAgeMs, cache.maxAgeMs) },
    onEvent,
  }
}
