import {
  type BlindIndex,
  type FieldPolicy,
  type FieldPolicyOptions,
  fieldPolicy,
  type MigrationWindow,
  type Padding,
  type Sealed,
  type SealedBytes,
  type SealedDocument,
} from '@waxseal/core'

declare const plain: unique symbol
declare const cell: unique symbol

interface Place {
  /** The field's name in the context, a stable alias. Default: the column's name. A rename of the column keeps the old one. */
  readonly field?: string | undefined
  /** Until when values in clear, or in layouts that the sealer's `legacy` readers know, are still read. */
  readonly plaintext?: MigrationWindow | undefined
}

export interface ColumnOptions extends Place {
  /**
   * What the column stores: the envelope as `text` (default), as `bytes` (BYTEA, BLOB), or as a string inside a `json` column.
   * Bytes take a quarter less.
   */
  readonly as?: 'text' | 'bytes' | 'json' | undefined
  /** Hides lengths. Default: none. */
  readonly pad?: Padding | undefined
}

export interface DocumentOptions extends Omit<FieldPolicyOptions, 'plaintext'>, Omit<Place, 'plaintext'> {
  /** Until when documents in clear are still read; or, by selector, fields. */
  readonly plaintext?: MigrationWindow | FieldPolicyOptions['plaintext']
}

/** A column that is sealed whole. */
export interface SealedColumn<T, As extends 'text' | 'bytes' | 'json' = 'text' | 'bytes' | 'json'> {
  readonly kind: 'column'
  readonly as: As
  readonly field: string | undefined
  readonly pad: Padding | undefined
  readonly plaintext: MigrationWindow | undefined
  readonly [plain]?: T
}

/** A column of JSON some of whose fields are sealed; the others stay to be queried. */
export interface SealedJson<T> {
  readonly kind: 'document'
  readonly policy: FieldPolicy
  /** The selectors of the policy, as they were given. */
  readonly selectors: readonly string[]
  readonly field: string | undefined
  readonly plaintext: MigrationWindow | undefined
  readonly [plain]?: T
}

/** A column with a keyed hash of another column's value, for equality look-ups and unique constraints. */
export interface IndexColumn {
  /** The sealed column that it is made of. */
  readonly of: string
  readonly index: BlindIndex
  /** What of the column's value is hashed; null and undefined give NULL. Default: the value itself, which then is a string. */
  readonly value?: ((plain: never) => string | null | undefined) | undefined
}

export type AnyColumn = SealedColumn<unknown> | SealedJson<unknown>
/** By column. */
export type SealedColumns = Readonly<Record<string, AnyColumn>>

type PlainOf<C> = C extends { readonly [plain]?: infer T } ? Exclude<T, undefined> : never
type Gap<V> = Extract<V, null | undefined>
type Filled<V> = Exclude<V, null | undefined>
type StoredOf<C, V> =
  C extends SealedColumn<unknown, infer As>
    ? (As extends 'bytes' ? SealedBytesCell<Filled<V>> : SealedCell<Filled<V>>) | Gap<V>
    : SealedDocumentCell<Filled<V>> | Gap<V>

/** Marks what a sealed column stores: no plain string, bytes or object is assignable to it. */
interface Cell<T> {
  readonly [cell]: T
}
/** A sealed T in a column of text, or in one of JSON. */
export type SealedCell<T> = Sealed<T> & Cell<T>
/** A sealed T in a column of bytes. */
export type SealedBytesCell<T> = SealedBytes<T> & Cell<T>
/** A T in a column of JSON, some of whose fields are sealed. */
export type SealedDocumentCell<T> = SealedDocument<T> & Cell<T>

/** What a row must hold in its sealed columns, before they are sealed. */
export type PlainRow<C> = { readonly [K in keyof C]?: PlainOf<C[K]> | null | undefined }
/** A row as it is stored: sealed columns hold envelopes, NULL stays NULL, all else is as it was. */
export type SealedRow<C, R> = { [K in keyof R]: K extends keyof C ? StoredOf<C[K], R[K]> : R[K] }
/** A row as it was before it was sealed. */
export type OpenedRow<C, R> = { [K in keyof R]: K extends keyof C ? PlainOf<C[K]> | Gap<R[K]> : R[K] }

/**
 * Declares a column that is sealed whole: values of type T go in, an envelope is stored.
 *
 * @example
 * const columns = { card: sealedColumn<string>(), photo: sealedColumn<Uint8Array>({ as: 'bytes' }) }
 */
export function sealedColumn<T>(options: ColumnOptions & { readonly as: 'bytes' }): SealedColumn<T, 'bytes'>
export function sealedColumn<T>(options?: ColumnOptions & { readonly as?: 'text' | 'json' | undefined }): SealedColumn<T, 'text'>
export function sealedColumn<T>({ as = 'text', field, pad, plaintext }: ColumnOptions = {}): SealedColumn<T> {
  return Object.freeze({ kind: 'column', as, field, pad, plaintext })
}

/**
 * Declares a column of JSON whose selected fields are sealed: what a field policy takes, and `field` and `plaintext`. `config` where
 * the policy does not fit.
 *
 * @example
 * const columns = { profile: sealedJson<Profile>({ fields: ['/email', '/addresses'] }) }
 */
export function sealedJson<T>({ field, plaintext, ...options }: DocumentOptions): SealedJson<T> {
  const { fields = [], groups = {}, detector } = options
  const selectors = [...fields, ...Object.values(groups).flat(), ...(detector ? ['*'] : [])]
  const whole = isWindow(plaintext) ? plaintext : undefined
  const policy = fieldPolicy(isWindow(plaintext) ? options : { ...options, plaintext })
  return Object.freeze({ kind: 'document', policy, selectors, field, plaintext: whole })
}

const isWindow = (plaintext: DocumentOptions['plaintext']): plaintext is MigrationWindow =>
  plaintext !== undefined && 'allowUntil' in plaintext
