import { fail } from '../../errors.js'
import { callHook } from '../../hook.js'
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
  /** Nothing older, in milliseconds, is used: data keys that seal, and unwrapped keys. Default 60 minutes, at most 24 hours. */
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

/** A default, the least and the most that an option may be. */
type Range = readonly [value: number, least: number, most: number]

export type Ranges<T> = { readonly [K in keyof T]-?: Range }

/** The options with every default filled in. */
export interface KeyServiceSettings {
  readonly deadlineMs: number
  readonly attemptTimeoutMs: number
  readonly retry: Settings<RetryOptions>
  readonly breaker: Settings<BreakerOptions> | undefined
  readonly cache: Settings<KeyCacheOptions>
  /** Tells `onEvent`, if there is one. */
  readonly tell: (event: KeyServiceEvent) => void
}

/** Longer timers fire at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
export const DEFAULT_ATTEMPT_TIMEOUT_MS = 2_000
const MANY = Number.MAX_SAFE_INTEGER

const CALL: Ranges<Pick<KeyServiceOptions, 'deadlineMs' | 'attemptTimeoutMs'>> = {
  deadlineMs: [5_000, 1, MAX_TIMER_MS],
  attemptTimeoutMs: [DEFAULT_ATTEMPT_TIMEOUT_MS, 1, MAX_TIMER_MS],
}
const RETRY: Ranges<RetryOptions> = {
  attempts: [4, 1, MANY],
  baseMs: [50, 0, MAX_TIMER_MS],
  throttledBaseMs: [500, 0, MAX_TIMER_MS],
  maxMs: [2_000, 1, MAX_TIMER_MS],
}
const BREAKER: Ranges<BreakerOptions> = {
  failures: [5, 1, MANY],
  openMs: [10_000, 1, MAX_TIMER_MS],
}
const CACHE: Ranges<KeyCacheOptions> = {
  softMaxAgeMs: [0.75 * HOUR_MS, 0, MAX_TIMER_MS],
  maxAgeMs: [HOUR_MS, 1, DAY_MS],
  maxMessages: [2 ** 20, 1, MANY],
  maxBytes: [2 ** 36, 1, MANY],
  maxScopes: [1_000, 1, MANY],
  maxOpenedKeys: [1_000, 1, MANY],
  staleSealMs: [0, 0, HOUR_MS],
  staleOpenMs: [0, 0, DAY_MS],
  negativeMs: [30_000, 0, MAX_TIMER_MS],
  followerTimeoutMs: [10_000, 1, MAX_TIMER_MS],
}

/** Options with their defaults filled in; `config` for one that is none, or no integer in its range. */
export function filled<T extends Ranges<object>>(
  given: { readonly [K in keyof T]?: number | undefined } | undefined,
  ranges: T,
  where: string,
): { readonly [K in keyof T]: number } {
  if (given !== undefined && (typeof given !== 'object' || given === null)) fail('config', `${where} is an object`)
  const known = ranges as Readonly<Record<string, Range>>
  const all = Object.fromEntries(Object.entries(known).map(([name, [value]]) => [name, value]))
  for (const [name, value] of Object.entries<unknown>(given ?? {})) {
    if (value === undefined) continue
    if (!Object.hasOwn(known, name)) fail('config', `${where}.${name} is no option`)
    const [, least, most] = known[name]!
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      fail('config', `${where}.${name} is an integer from ${least} to ${most}`)
    all[name] = value as number
  }
  return all as { readonly [K in keyof T]: number }
}

/** Checks the options once; `config` names the one that does not fit. */
export function keyServiceSettings(options: KeyServiceOptions = {}): KeyServiceSettings {
  const { retry, breaker, onEvent, deadlineMs, attemptTimeoutMs } = options
  if (onEvent !== undefined && typeof onEvent !== 'function') fail('config', 'onEvent is a function')
  const cache = filled(options.cache, CACHE, 'cache')
  return {
    ...filled({ deadlineMs, attemptTimeoutMs }, CALL, 'options'),
    retry: filled(retry === false ? { attempts: 1 } : retry, RETRY, 'retry'),
    breaker: breaker === false ? undefined : filled(breaker, BREAKER, 'breaker'),
    cache: { ...cache, softMaxAgeMs: Math.min(cache.softMaxAgeMs, cache.maxAgeMs) },
    tell: (event) => callHook(() => onEvent?.(Object.freeze(event))),
  }
}
