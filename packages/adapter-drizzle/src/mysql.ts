import type { BlindIndex } from '@waxseal/core'
import type { SealedBytesCell, SealedCell, SealedDocumentCell } from '@waxseal/rows'
import { customType, type MySqlCustomColumnBuilder } from 'drizzle-orm/mysql-core'
import {
  bytesCell,
  type CellType,
  type ColumnOptions,
  type DocumentOptions,
  documentCell,
  type IndexOptions,
  indexCell,
  jsonCell,
  nameAndOptions,
  textCell,
} from './cells.js'
import type { IndexValue } from './types.js'

export type { ColumnOptions, DocumentOptions, IndexOptions } from './cells.js'

type Builder<Data> = MySqlCustomColumnBuilder<{
  name: ''
  dataType: 'custom'
  columnType: 'MySqlCustomColumn'
  data: Data
  driverParam: unknown
  enumValues: undefined
}>

const column = <Data>(type: string, cell: CellType, name: string): Builder<Data> =>
  customType<{ data: Data; driverData: unknown }>({ ...cell, dataType: () => type } as never)(name) as Builder<Data>

/**
 * A column of text, up to 16 MiB, that holds a sealed T. The name in the database, options, or both.
 *
 * @example
 * export const customers = mysqlTable('customers', { id: varchar({ length: 36 }).primaryKey(), card: sealedText<string>() })
 */
export function sealedText<T>(options?: ColumnOptions): Builder<SealedCell<T>>
export function sealedText<T>(name: string, options?: ColumnOptions): Builder<SealedCell<T>>
export function sealedText<T>(a?: string | ColumnOptions, b?: ColumnOptions): Builder<SealedCell<T>> {
  const [name, options] = nameAndOptions(a, b)
  return column('mediumtext', textCell(options), name)
}

/** A column of bytes, up to 16 MiB, that holds a sealed T: a quarter shorter than text. */
export function sealedBytes<T = Uint8Array>(options?: ColumnOptions): Builder<SealedBytesCell<T>>
export function sealedBytes<T = Uint8Array>(name: string, options?: ColumnOptions): Builder<SealedBytesCell<T>>
export function sealedBytes<T = Uint8Array>(a?: string | ColumnOptions, b?: ColumnOptions): Builder<SealedBytesCell<T>> {
  const [name, options] = nameAndOptions(a, b)
  return column('mediumblob', bytesCell(options), name)
}

/** A column of JSON that holds a T, sealed whole. */
export function sealedJson<T>(options?: ColumnOptions): Builder<SealedCell<T>>
export function sealedJson<T>(name: string, options?: ColumnOptions): Builder<SealedCell<T>>
export function sealedJson<T>(a?: string | ColumnOptions, b?: ColumnOptions): Builder<SealedCell<T>> {
  const [name, options] = nameAndOptions(a, b)
  return column('json', jsonCell('either', options), name)
}

/**
 * A column of JSON some of whose fields are sealed: what `fieldPolicy` takes. The others stay to be queried.
 *
 * @example
 * profile: sealedDocument<Profile>({ fields: ['/phone', '/addresses'] })
 */
export function sealedDocument<T>(options: DocumentOptions): Builder<SealedDocumentCell<T>>
export function sealedDocument<T>(name: string, options: DocumentOptions): Builder<SealedDocumentCell<T>>
export function sealedDocument<T>(a: string | DocumentOptions, b?: DocumentOptions): Builder<SealedDocumentCell<T>> {
  const [name, options] = nameAndOptions(a, b)
  return column('json', documentCell(options as DocumentOptions), name)
}

/**
 * A column with a keyed hash of another column's value, by that column's key in the table, for equality look-ups and unique
 * constraints. The index is given here or to `sealedTable`.
 *
 * @example
 * emailIndex: blindIndexOf('email').unique()
 */
export function blindIndexOf(of: string, index?: BlindIndex, options: IndexOptions = {}): Builder<IndexValue> {
  return column('varchar(22) character set ascii collate ascii_bin', indexCell(of, index, options), options.name ?? '')
}
