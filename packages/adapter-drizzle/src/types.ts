import type { SealedBytesCell, SealedCell, SealedDocumentCell } from '@waxseal/rows'
import type { InferInsertModel, Table } from 'drizzle-orm'

declare const index: unique symbol

/** A keyed hash in an index column. */
export type IndexValue = string & { readonly [index]: true }

type AnyCell<T> = SealedCell<T> | SealedBytesCell<T> | SealedDocumentCell<T>

/** What a column holds, once it is opened. */
export type OpenedValue<V> = V extends AnyCell<infer T> ? T : V
/** A row of one table, once it is opened. */
export type OpenedRow<R> = { [K in keyof R]: OpenedValue<R[K]> }

type Leaf = string | number | bigint | boolean | null | undefined | Date | Uint8Array | readonly unknown[]
type OpenedMember<V> = V extends AnyCell<infer T> ? T : V extends Leaf ? V : V extends object ? OpenedRow<V> : V
/** What a selection gave, once it is opened: columns, and objects of columns. */
export type OpenedSelection<R> = { [K in keyof R]: OpenedMember<R[K]> }

type Insert<T extends Table> = InferInsertModel<T>
type IndexKey<R> = { [K in keyof R]-?: NonNullable<R[K]> extends IndexValue ? K : never }[keyof R]

/** A row before it is sealed: what Drizzle inserts, in clear; without what sealing fills in. */
export type PlainRow<T extends Table, Filled = never> = {
  [K in keyof Insert<T> as K extends IndexKey<Insert<T>> | Filled ? never : K]: OpenedValue<Insert<T>[K]>
}
