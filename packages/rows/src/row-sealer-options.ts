import { type Sealer, WaxsealError } from '@waxseal/core'
import type { IndexColumn, SealedColumns } from './column.js'
import type { Companions } from './companions.js'
import type { Row, RowContext, RowIdentity } from './place.js'

export interface RowSealerOptions<C extends SealedColumns> {
  /** Seals and opens; never closed here. */
  readonly sealer: Sealer
  /** The application, a stable alias: the first pair of every context. */
  readonly app: string
  /** The table, a stable alias: when the table is renamed, it stays. */
  readonly table: string
  /**
   * What tells one row from all others and never changes: a column, columns, or a function of the row; made by the client, since it is
   * needed before the row is stored. `none` where the database makes it: then values can be moved from row to row unnoticed.
   */
  readonly row: RowIdentity | 'none'
  readonly columns: C
  /** By column: keyed hashes of sealed values. */
  readonly indexes?: Readonly<Record<string, IndexColumn>> | undefined
  /** Whose key; of what the row holds in clear. */
  readonly scope?: ((row: Row) => string | undefined) | undefined
  /**
   * Contexts that this cell may have been sealed in before, tried in order where the context of today does not open it: after an alias
   * was changed, or before rows had an identity.
   */
  readonly previousContexts?: ((context: RowContext) => readonly RowContext[]) | undefined
  readonly companions?: Companions | undefined
  /** `plaintext` stores values as they are, for the first step of a roll-out. Default: sealed. */
  readonly write?: 'sealed' | 'plaintext' | undefined
  /** What the driver takes for a column of JSON: a `value` (default), or its `text`. */
  readonly json?: 'value' | 'text' | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

const config = (message: string): never => {
  throw new WaxsealError('config', message)
}

/** `config` for options that do not fit. */
export function checkOptions({
  sealer,
  app,
  table,
  row,
  columns,
  indexes = {},
  write = 'sealed',
  json = 'value',
}: RowSealerOptions<SealedColumns>): void {
  if (typeof sealer?.openSync !== 'function') config('rows need a sealer')
  for (const [name, value] of Object.entries({ app, table }))
    if (typeof value !== 'string' || value === '') config(`${name} is a text that is not empty`)
  if (row === undefined || (typeof row === 'string' && row === ''))
    config("row names the columns that identify a row, or is 'none'")
  const names = Object.keys(columns ?? {})
  if (names.length === 0) config('columns names at least one')
  const aliases = names.map((name) => columns[name]!.field ?? name)
  if (new Set(aliases).size < aliases.length) config('two columns have one name in their contexts')
  const keys = typeof row === 'string' ? [row] : Array.isArray(row) ? row : []
  if (keys.some((key) => names.includes(key))) config('a sealed column cannot identify its row')
  for (const [name, { of, index }] of Object.entries(indexes)) {
    if (!names.includes(of)) config(`${name} is an index of ${of}, which is no sealed column`)
    if (names.includes(name)) config(`${name} is an index and a sealed column`)
    if (typeof index?.values !== 'function') config(`${name} needs an index made by createBlindIndex`)
  }
  if (write !== 'sealed' && write !== 'plaintext') config("write is 'sealed' or 'plaintext'")
  if (json !== 'value' && json !== 'text') config("json is 'value' or 'text'")
}
