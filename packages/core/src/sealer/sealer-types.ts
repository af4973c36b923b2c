import type { DocumentCall, OpenedDocument } from '../document/call.js'
import type { FieldPolicy, FieldPolicyOptions } from '../document/policy.js'
import type { WaxsealError } from '../errors.js'
import type { Compression } from '../format/compression.js'
import type { Context, StoredContext } from '../format/context.js'
import type { EnvelopeInfo } from '../format/envelope.js'
import type { Padding } from '../format/padding.js'
import type { Suite } from '../format/suites.js'
import type { Keys } from '../keys/types.js'
import type { SealerEvent } from './events.js'
import type { LegacyReader } from './legacy.js'
import type { MigrationWindow } from './migration.js'
import type { OnShredded, SealerLimits } from './sealer-core.js'
import type { StreamCall } from './stream.js'
import type { OpenedValue } from './value.js'

declare const contents: unique symbol

/** A sealed T: the string form of an envelope. */
export type Sealed<T> = string & { readonly [contents]?: T }
/** A sealed T: the binary form of an envelope. */
export type SealedBytes<T> = Uint8Array & { readonly [contents]?: T }
/** A document whose selected fields are sealed. */
export type SealedDocument<T> = { readonly [member: string]: unknown } & { readonly [contents]?: T }

export interface SealerOptions {
  /** One or many key sources or key providers: the first seals, all open. */
  readonly keys: Keys
  /** Default aes-256-gcm. */
  readonly suite?: Suite | undefined
  /** Suites that open. Default: both. */
  readonly acceptSuites?: readonly Suite[] | undefined
  /** Off by default. The first algorithm compresses payloads of at least `minBytes` (default 1024), all of them decompress. */
  readonly compress?: { readonly algorithms: readonly Compression[]; readonly minBytes?: number } | false | undefined
  /** Default `seal-and-open`. */
  readonly mode?: 'seal-and-open' | 'open-only' | undefined
  readonly limits?: Partial<SealerLimits> | undefined
  readonly onShredded?: OnShredded | undefined
  /** `fips`: suite aes-256-gcm alone, on a provider that reports FIPS mode; else `fips_unavailable`. Claims no validation. */
  readonly profile?: 'default' | 'fips' | undefined
  /** Key versions below are `key_retired`; raise it when the last envelope of an older version is re-sealed. */
  readonly minKeyVersion?: ((kid: string, scope: string | undefined) => number) | undefined
  /** Told of every envelope; a hook that throws changes nothing. */
  readonly onEvent?: ((event: SealerEvent) => void) | undefined
  /**
   * Readers of other systems' layouts, such as those of `@waxseal/formats`, in the order in which they are asked. They open nothing
   * outside a migration window (`plaintext` of a call or a field); within one, what a reader detects is never plaintext: it opens,
   * or fails.
   */
  readonly legacy?: readonly LegacyReader[] | undefined
}

interface Call {
  /** Whose key: an opaque id from trusted input; opening must name the same. */
  readonly scope?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface SealCall extends Call {
  /** Where the value belongs; opening must supply the same. */
  readonly context: Context
  /** Default `string`. */
  readonly as?: 'string' | 'bytes' | undefined
  /** Not compressed, whatever the sealer's setting. */
  readonly compress?: false | undefined
  /** Default: none, Padmé for what was compressed. */
  readonly pad?: Padding | undefined
  /** Carry the context in clear for display and tools. */
  readonly storeContext?: boolean | undefined
  /** `verify` passes an envelope on unchanged if it opens under this very call; otherwise sealing always seals. */
  readonly ifSealed?: 'verify' | undefined
}

export interface OpenCall extends Call {
  readonly context: Context | StoredContext
  readonly plaintext?: MigrationWindow | undefined
}

export interface SealFieldsCall extends Call {
  readonly context: Context
  /** By group, where groups have scopes of their own. */
  readonly scopes?: Readonly<Record<string, string>> | undefined
  readonly storeContext?: boolean | undefined
  readonly ifSealed?: 'verify' | undefined
}

export type OpenFieldsCall = Omit<DocumentCall, 'storeContext'>
export type ResealFieldsCall = Omit<DocumentCall, 'plaintext' | 'storeContext'>

export interface ResealCall extends Call {
  readonly context: Context | StoredContext
  /** What the bare envelope was sealed as. Default `value`. */
  readonly form?: 'value' | 'bundle' | undefined
}

export type Settled<T> =
  | { readonly status: 'fulfilled'; readonly value: T }
  | { readonly status: 'rejected'; readonly reason: WaxsealError }
export interface ManyCall {
  readonly onError?: 'throw' | undefined
}
export interface SettleCall {
  readonly onError: 'settle'
}

type Policy = FieldPolicy | FieldPolicyOptions

/**
 * Seals and opens; made once at start-up, shared by everything.
 *
 * Every method may throw `config`, `closed`, and what the keys say: `key_not_found`, `key_suspended`, `key_destroyed`, `key_retired`,
 * `scope_unsupported`, `access_denied`, and, worth another try (`retryable`), `throttled`, `provider_unavailable`, `timeout`. Those
 * with a `signal` may throw `aborted`. Further codes stand with each method.
 */
export interface Sealer {
  /**
   * Seals a value: strings as text, byte arrays as bytes, everything else as JSON. Gives the string form of the envelope, or its
   * bytes. `context_required`, `not_serialisable`, `too_large`, `already_sealed` (with `ifSealed`), `sealing_disabled`.
   *
   * @example
   * const sealed = await sealer.seal({ card: '4111…' }, { context: { app: 'billing', job: 'invoice' } }) // wax1.c256.k1~1.…
   */
  seal<T>(value: T, call: SealCall & { readonly as: 'bytes' }): Promise<SealedBytes<T>>
  seal<T>(value: T, call: SealCall & { readonly as?: 'string' | undefined }): Promise<Sealed<T>>
  seal<T>(value: T, call: SealCall): Promise<Sealed<T> | SealedBytes<T>>
  /**
   * Opens an envelope of either form. Wrong key, wrong context and tampering are one `open_failed`. Besides: `plaintext_rejected`,
   * `malformed`, `unsupported_version`, `unsupported_suite`, `unsupported_compression`, `too_large`, `context_required`. With
   * `details` it tells the context that was used and whether it was the stored one.
   *
   * @example
   * const invoice = await sealer.open(sealed, { context: { app: 'billing', job: 'invoice' } })
   */
  open<T>(sealed: Sealed<T> | SealedBytes<T>, call: OpenCall & { readonly details: true }): Promise<OpenedValue<T>>
  open<T>(sealed: Sealed<T> | SealedBytes<T>, call: OpenCall): Promise<T>
  /**
   * As `seal`, for hosts that cannot wait: `key_not_resident` until the key is at hand (`warm`), `unsupported_suite` where AES is
   * asynchronous.
   *
   * @example
   * await sealer.warm()
   * const sealed = sealer.sealSync(4242, { context })
   */
  sealSync<T>(value: T, call: SealCall & { readonly as: 'bytes' }): SealedBytes<T>
  sealSync<T>(value: T, call: SealCall & { readonly as?: 'string' | undefined }): Sealed<T>
  /**
   * As `open`, for hosts that cannot wait: `key_not_resident` until the key is at hand, `unsupported_suite` where AES, or the legacy
   * reader that detects the value, is asynchronous.
   */
  openSync<T>(sealed: Sealed<T> | SealedBytes<T>, call: OpenCall): T
  /**
   * Seals many values, each with the options of its own. The first that fails fails the call; with `onError: 'settle'` each gets an
   * outcome, in order.
   *
   * @example
   * const sealed = await sealer.sealMany(cards.map((value) => ({ value, context })))
   */
  sealMany<T>(items: readonly (SealCall & { readonly value: T })[], call: SettleCall): Promise<Settled<Sealed<T>>[]>
  sealMany<T>(items: readonly (SealCall & { readonly value: T })[], call?: ManyCall): Promise<Sealed<T>[]>
  /**
   * Opens many envelopes, each with the options of its own. The first that fails fails the call; with `onError: 'settle'` each gets
   * an outcome, in order: one that is poisoned holds up no other.
   *
   * @example
   * const outcomes = await sealer.openMany(rows.map(({ sealed }) => ({ sealed, context })), { onError: 'settle' })
   */
  openMany<T>(
    items: readonly (OpenCall & { readonly sealed: Sealed<T> | SealedBytes<T> })[],
    call: SettleCall,
  ): Promise<Settled<T>[]>
  openMany<T>(items: readonly (OpenCall & { readonly sealed: Sealed<T> | SealedBytes<T> })[], call?: ManyCall): Promise<T[]>
  /**
   * Seals the fields that a policy selects; the rest of the document stays readable (spec section 7). The argument is not changed.
   * `already_sealed` for a document with an own `$wax` or `$doc`, `not_serialisable`, `too_large`, `context_required`,
   * `sealing_disabled`.
   *
   * @example
   * const row = await sealer.sealFields({ id: 7, card: '4111…' }, { fields: ['/card'] }, { context }) // { id: 7, card: '[sealed]', $wax: 'wax1…' }
   */
  sealFields<T>(document: T, policy: Policy, call: SealFieldsCall): Promise<SealedDocument<T>>
  /**
   * Opens what `sealFields` made, under the same policy. `plaintext_rejected` where `$wax` is missing, `field_not_sealed` where a
   * selected field is in clear, `document_changed` where the document does not fit what was sealed, `open_failed`, `malformed`.
   * With `details` it lists the pointers that were restored, which alone are authenticated, and the groups left unopened.
   *
   * @example
   * const { value, restored } = await sealer.openFields(row, { fields: ['/card'] }, { context, details: true })
   */
  openFields<T>(
    document: SealedDocument<T>,
    policy: Policy,
    call: OpenFieldsCall & { readonly details: true },
  ): Promise<OpenedDocument<T>>
  openFields<T>(document: SealedDocument<T>, policy: Policy, call: OpenFieldsCall): Promise<T>
  /** The same for a row of an interface, which has no index signature. */
  openFields<T>(document: object & { readonly [contents]?: T }, policy: Policy, call: OpenFieldsCall): Promise<T>
  /**
   * Bytes in, one binary envelope out, of any length in constant memory. Errors of the sealer error the stream.
   *
   * @example
   * await file.stream().pipeThrough(sealer.sealStream({ context })).pipeTo(upload)
   */
  sealStream(call: Omit<StreamCall, 'release'> & { readonly context: Context }): TransformStream<Uint8Array, Uint8Array>
  /**
   * One binary envelope in, bytes out; errors with `open_failed` unless all of it is authentic and complete. Chunks are released as
   * they are verified: act on the whole only when the stream has closed, or use `release: 'end'`, which buffers.
   *
   * @example
   * await download.pipeThrough(sealer.openStream({ context })).pipeTo(file)
   */
  openStream(call: Omit<StreamCall, 'storeContext'>): TransformStream<Uint8Array, Uint8Array>
  /**
   * Loads the keys that seal for these scopes and those that open these envelopes, for the calls that cannot wait. `malformed` for
   * what is no envelope.
   *
   * @example
   * await sealer.warm({ scopes: ['tenant:acme'] })
   */
  warm(call?: {
    readonly scopes?: readonly (string | undefined)[]
    readonly envelopes?: readonly { readonly sealed: string | Uint8Array; readonly scope?: string | undefined }[]
  }): Promise<void>
  /**
   * What an envelope tells without a key; none of it is authenticated before opening. `malformed`, `too_large`,
   * `unsupported_version`, `unsupported_suite`.
   *
   * @example
   * sealer.inspect(sealed).kid // k1
   */
  inspect(envelope: string | Uint8Array): EnvelopeInfo
  /**
   * Whether the current key or suite differs from the envelope's. `key_not_resident` unless the current key is at hand; `malformed`.
   *
   * @example
   * if (sealer.needsReseal(row.card)) row.card = await sealer.reseal(row.card, { context })
   */
  needsReseal(envelope: string | Uint8Array, call?: { readonly scope?: string | undefined }): false | 'key' | 'suite'
  /** Opens and seals anew under the current key, in the same form. Throws what `open` and `seal` throw. */
  reseal<E extends string | Uint8Array>(envelope: E, call: ResealCall): Promise<E>
  /** Seals anew what this call can open of a document; content, `$id` and other groups stay. Throws what `openFields` throws. */
  resealFields<T>(document: SealedDocument<T>, policy: Policy, call: ResealFieldsCall): Promise<SealedDocument<T>>
  /**
   * Wraps the data key anew; the ciphertext stays, only the locator changes. `config` where the envelope carries no wrapped key, or
   * no configured provider's; `open_failed` where the wrap is not genuine.
   */
  rewrap<E extends string | Uint8Array>(envelope: E, call?: Call): Promise<E>
  /** Closes the keys. Every later call is `closed`. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
