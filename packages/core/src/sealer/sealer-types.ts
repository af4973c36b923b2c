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

/** Seals and opens; made once at start-up, shared by everything. */
export interface Sealer {
  /** Seals a value: strings as text, byte arrays as bytes, everything else as JSON. */
  seal<T>(value: T, call: SealCall & { readonly as: 'bytes' }): Promise<SealedBytes<T>>
  seal<T>(value: T, call: SealCall & { readonly as?: 'string' | undefined }): Promise<Sealed<T>>
  seal<T>(value: T, call: SealCall): Promise<Sealed<T> | SealedBytes<T>>
  /** Opens an envelope of either form; wrong key, wrong context and tampering are one `open_failed`. */
  open<T>(sealed: Sealed<T> | SealedBytes<T>, call: OpenCall & { readonly details: true }): Promise<OpenedValue<T>>
  open<T>(sealed: Sealed<T> | SealedBytes<T>, call: OpenCall): Promise<T>
  /** As `seal`, for hosts that cannot wait: `key_not_resident` until the key is at hand (`warm`). */
  sealSync<T>(value: T, call: SealCall & { readonly as: 'bytes' }): SealedBytes<T>
  sealSync<T>(value: T, call: SealCall & { readonly as?: 'string' | undefined }): Sealed<T>
  openSync<T>(sealed: Sealed<T> | SealedBytes<T>, call: OpenCall): T
  sealMany<T>(items: readonly (SealCall & { readonly value: T })[], call: SettleCall): Promise<Settled<Sealed<T>>[]>
  sealMany<T>(items: readonly (SealCall & { readonly value: T })[], call?: ManyCall): Promise<Sealed<T>[]>
  openMany<T>(
    items: readonly (OpenCall & { readonly sealed: Sealed<T> | SealedBytes<T> })[],
    call: SettleCall,
  ): Promise<Settled<T>[]>
  openMany<T>(items: readonly (OpenCall & { readonly sealed: Sealed<T> | SealedBytes<T> })[], call?: ManyCall): Promise<T[]>
  /** Seals the fields that a policy selects; the rest of the document stays readable. */
  sealFields<T>(document: T, policy: Policy, call: SealFieldsCall): Promise<SealedDocument<T>>
  openFields<T>(
    document: SealedDocument<T>,
    policy: Policy,
    call: OpenFieldsCall & { readonly details: true },
  ): Promise<OpenedDocument<T>>
  openFields<T>(document: SealedDocument<T>, policy: Policy, call: OpenFieldsCall): Promise<T>
  /** The same for a row of an interface, which has no index signature. */
  openFields<T>(document: object & { readonly [contents]?: T }, policy: Policy, call: OpenFieldsCall): Promise<T>
  /** Bytes in, one binary envelope out. */
  sealStream(call: Omit<StreamCall, 'release'> & { readonly context: Context }): TransformStream<Uint8Array, Uint8Array>
  /** One binary envelope in, bytes out; errors unless all of it is authentic and complete. */
  openStream(call: Omit<StreamCall, 'storeContext'>): TransformStream<Uint8Array, Uint8Array>
  /** Loads the keys that seal for these scopes and those that open these envelopes, for the calls that cannot wait. */
  warm(call?: {
    readonly scopes?: readonly (string | undefined)[]
    readonly envelopes?: readonly { readonly sealed: string | Uint8Array; readonly scope?: string | undefined }[]
  }): Promise<void>
  /** What an envelope tells without a key. */
  inspect(envelope: string | Uint8Array): EnvelopeInfo
  /** Whether the current key or suite differs from the envelope's; needs the current key at hand. */
  needsReseal(envelope: string | Uint8Array, call?: { readonly scope?: string | undefined }): false | 'key' | 'suite'
  /** Opens and seals anew under the current key, in the same form. */
  reseal<E extends string | Uint8Array>(envelope: E, call: ResealCall): Promise<E>
  /** Seals anew what this call can open of a document; content, `$id` and other groups stay. */
  resealFields<T>(document: SealedDocument<T>, policy: Policy, call: ResealFieldsCall): Promise<SealedDocument<T>>
  /** Wraps the data key anew; the ciphertext stays, only the locator changes. */
  rewrap<E extends string | Uint8Array>(envelope: E, call?: Call): Promise<E>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
