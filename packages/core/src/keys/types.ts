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
  /** The smallest version that opens, of a local key that wraps others: the sealer's `minKeyVersion`. */
  readonly minKeyVersion?: ((kid: string, scope: string | undefined) => number) | undefined
  /** Bytes that are about to be sealed, where their number is known. */
  readonly bytes?: number | undefined
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
  /** Every kid that may be this source's, where that is known: it is not asked for others. */
  kids?(): readonly string[]
  /** The key that the locator names, if it can be had without asking anybody. */
  resident?(locator: Locator, scope: string | undefined, call: KeyCall): DataKey | undefined
  /** How keys of this scope are wrapped, in a source of wrapped keys. */
  wrapping?(scope: string | undefined): KeyWrapping | undefined
  close?(): MaybePromise<void>
}

/** What re-wrapping needs of a source of wrapped keys. */
export interface KeyWrapping {
  readonly kid: string
  /** The generation that wraps now. */
  readonly version: number
  /** The 32 bytes of a locator's data key, in an array that the caller erases. */
  unwrap(locator: Locator, scope: string | undefined, call: KeyCall): MaybePromise<Uint8Array>
  wrap(key: Uint8Array, scope: string | undefined, call: KeyCall): MaybePromise<Uint8Array>
  /** Where the service does it without showing the key, within one generation. */
  rewrap?(locator: Locator, scope: string | undefined, call: KeyCall): MaybePromise<Uint8Array>
}

/** Binds a wrapped key to its use: section 4 of the specification. Services log it in clear. */
export type WrapContext = Readonly<Record<string, string>>

/**
 * The few calls that a key service has to answer; `keyProvider` of `@waxseal/core/keys` makes a provider of them. They do not cache
 * and do not retry, end when `call.signal` aborts, and throw `WaxsealError`s.
 */
export interface KeyProviderDriver {
  /** 1 to 64 characters of [a-z0-9-]; the kid of the locators, permanent and public. */
  readonly id: string
  /** Generation of the key-encryption key, default 0. */
  readonly version?: number | undefined
  readonly capabilities: {
    /** How the wrap context is bound: as associated data, by a hash beside the key, or by the service's signature. */
    readonly context: 'bound' | 'hashed' | 'signed'
  }
  /** Asks nobody outside the process: calls are not timed, not tried again and may answer at once. */
  readonly local?: boolean | undefined
  /** Wraps exactly 32 bytes into 1 to 6144. */
  wrapKey(key: Uint8Array, context: WrapContext, call: KeyCall): MaybePromise<Uint8Array>
  /** The 32 bytes again, in an array that the caller erases; `open_failed` where they or the context do not fit. */
  unwrapKey(wrapped: Uint8Array, context: WrapContext, call: KeyCall): MaybePromise<Uint8Array>
  /** A new key of 32 bytes, in an array that the caller erases, and its wrapped form. */
  generateDataKey?(context: WrapContext, call: KeyCall): MaybePromise<{ key: Uint8Array; wrapped: Uint8Array }>
  /** Moves a wrapped key to the service's newest key without showing it; kid, version and context stay. */
  rewrapKey?(wrapped: Uint8Array, context: WrapContext, call: KeyCall): MaybePromise<Uint8Array>
  /** Throws where the service cannot be used: one cheap call. */
  check?(call: KeyCall): MaybePromise<void>
  close?(): MaybePromise<void>
}

/** Wrapped keys: a key service whose own key never leaves it. Made by `keyProvider` of `@waxseal/core/keys`. */
export interface KeyProvider extends Omit<KeyProviderDriver, 'check'> {
  readonly kind: 'provider'
  readonly version: number
  /** Whether the service answers now; never throws for an outage. */
  status(call: KeyCall): MaybePromise<'available' | 'unavailable'>
  /** This provider as a source of data keys, with a cache of its own. */
  source(): KeySource
}

export type Keys = KeySource | KeyProvider | readonly (KeySource | KeyProvider)[]
