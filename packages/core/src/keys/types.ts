import type { MaybePromise } from '../flow.js'
import type { Locator } from '../format/envelope.js'
import type { Suite } from '../format/suites.js'
import type { DataKey } from './data-key.js'

/** What the sealer hands to every look-up. */
export interface KeyCall {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Suites that a locally wrapped key may use. */
  readonly acceptSuites?: readonly Suite[] | undefined
}

/** Named keys: environment, file, Vault KV, SQL. It keeps the keys and hands out opaque handles. */
export interface KeySource {
  readonly kind: 'source'
  /** The key that seals for this scope. Throws `key_not_found`, or `scope_unsupported` where the source has no scopes. */
  current(scope: string | undefined, call: KeyCall): MaybePromise<DataKey>
  /** The key that the locator names, or null for "not mine". An outage is an error, never null. */
  resolve(locator: Locator, scope: string | undefined, call: KeyCall): MaybePromise<DataKey | null>
  /** The keys at hand without input or output, for the checks on configuration. */
  keys?(): readonly DataKey[]
  close?(): MaybePromise<void>
}

/** Binds a wrapped key to its use: section 4 of the specification. Services log it in clear. */
export type WrapContext = Readonly<Record<string, string>>

/** Wrapped keys: a key service whose own key never leaves it. Its `id` is the kid of its locators, `version` their generation. */
export interface KeyProvider {
  readonly kind: 'provider'
  /** 1 to 64 characters of [a-z0-9-]. */
  readonly id: string
  /** Generation of the key-encryption key, default 0. */
  readonly version?: number
  readonly capabilities: {
    /** How the wrap context is bound: as associated data, by a hash beside the key, or by the service's signature. */
    readonly context: 'bound' | 'hashed' | 'signed'
  }
  /** Wraps exactly 32 bytes into 1 to 6144. */
  wrapKey(key: Uint8Array, context: WrapContext, call: KeyCall): MaybePromise<Uint8Array>
  /** The 32 bytes again, in an array that the caller erases; `open_failed` where they or the context do not fit. */
  unwrapKey(wrapped: Uint8Array, context: WrapContext, call: KeyCall): MaybePromise<Uint8Array>
  /** A new key of 32 bytes, in an array that the caller erases, and its wrapped form. */
  generateDataKey?(context: WrapContext, call: KeyCall): MaybePromise<{ key: Uint8Array; wrapped: Uint8Array }>
  /** Moves a wrapped key to the service's newest key without showing it; kid, version and context stay. */
  rewrapKey?(wrapped: Uint8Array, context: WrapContext, call: KeyCall): MaybePromise<Uint8Array>
  status?(call: KeyCall): MaybePromise<'available' | 'unavailable'>
  close?(): MaybePromise<void>
}

export type Keys = KeySource | KeyProvider | readonly (KeySource | KeyProvider)[]
