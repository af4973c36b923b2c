import type { WaxsealErrorCode } from '../../errors.js'

export type KeyServiceOperation = 'wrap' | 'unwrap' | 'generate' | 'rewrap' | 'check' | 'read'

/**
 * `miss`: a key is asked for. `refresh`: one is asked for ahead of time. `refresh_failed`: the old one serves on. `stale`: an old one
 * is used because the service is unavailable. `refused`: a refusal is answered from memory. `evicted`: the memory was full.
 */
export type CacheEvent = 'miss' | 'refresh' | 'refresh_failed' | 'stale' | 'refused' | 'evicted'

/** What a key provider, or a source over a network, tells: ids, codes and durations; never a key, context or scope. Hits of the cache are the sealer's events. */
export type KeyServiceEvent =
  /** One request to the service, and one call with all its attempts. */
  | {
      readonly type: 'attempt' | 'call'
      readonly provider: string
      readonly operation: KeyServiceOperation
      readonly outcome: 'ok' | WaxsealErrorCode | 'error'
      /** The attempt's number, or how many there were. */
      readonly attempts: number
      readonly durationMs: number
    }
  /** What became of a key that was looked for in the cache. */
  | {
      readonly type: 'cache'
      readonly provider: string
      readonly use: 'seal' | 'open'
      readonly what: CacheEvent
    }
  /** Whether calls reach the service. */
  | { readonly type: 'breaker'; readonly provider: string; readonly state: 'open' | 'half_open' | 'closed' }
