import { type BlindIndex, WaxsealError } from '@waxseal/core'
import {
  type AnyColumn,
  type Companions,
  createRowSealer,
  type IndexColumn,
  type Row,
  type RowSealer,
  type RowSealerOptions,
} from '@waxseal/rows'
import { type Column, getTableColumns, getTableName, type InferSelectModel, isTable, type Table } from 'drizzle-orm'
import { declarationOf } from './declaration.js'
import type { PlainRow } from './types.js'
import { vouch } from './vouched.js'

type Key<T extends Table> = keyof InferSelectModel<T> & string

/** Columns in clear beside the sealed ones, by their keys in the table; those of `@waxseal/rows`. */
export interface TableCompanions<K extends string> extends Companions {
  readonly sealed?: K | undefined
  readonly fields?: K | undefined
  readonly deleteAt?: (Companions['deleteAt'] & { readonly column: K }) | undefined
}

export interface SealedTableOptions<T extends Table, Filled extends Key<T> = never>
  extends Pick<RowSealerOptions<Record<string, AnyColumn>>, 'sealer' | 'app' | 'previousContexts' | 'write' | 'now'> {
  /** The table, a stable alias: when the table is renamed, it stays. Default: its name, with its schema if it has one. */
  readonly table?: string | undefined
  /**
   * What tells one row from all others and never changes: a key of the table, keys, or a function of the row; made by the client. `none`
   * where the database makes it: then values can be moved from row to row unnoticed.
   */
  readonly row: Key<T> | readonly Key<T>[] | ((row: InferSelectModel<T>) => string) | 'none'
  /** Whose key; of what the row holds in clear. */
  readonly scope?: ((row: InferSelectModel<T>) => string | undefined) | undefined
  /** By key of the index column: the indexes that the columns do not have from `blindIndexOf`, or others in their place. */
  readonly indexes?: { readonly [K in Key<T>]?: BlindIndex } | undefined
  readonly companions?: TableCompanions<Filled> | undefined
}

/** A Drizzle table and the sealer of its rows. */
export interface SealedTable<T extends Table = Table, Filled = never> extends RowSealer<Record<string, AnyColumn>> {
  readonly source: T
  /** What the types of its rows are before they are sealed. */
  readonly $plain: PlainRow<T, Filled>
}

const config = (message: string): never => {
  throw new WaxsealError('config', message)
}

/** Nothing fills a sealed column but `sealRows`: it knows the row. */
function checkFilled(key: string, { hasDefault, defaultFn, onUpdateFn, generated }: Column): void {
  if (hasDefault || defaultFn || onUpdateFn || generated) config(`${key}: a sealed column has no default and is not generated`)
}

/**
 * Makes the sealer of a table's rows from the table: which columns are sealed, and how, stands there. `config` for a table without
 * sealed columns, and for options that do not fit.
 *
 * @example
 * const sealed = sealedTable(customers, { sealer, app: 'shop', row: 'id', scope: ({ tenant }) => tenant })
 * await db.insert(customers).values(await sealRows(sealed, [{ id, tenant, card: '4111…' }]))
 */
export function sealedTable<T extends Table, Filled extends Key<T> = never>(
  source: T,
  options: SealedTableOptions<T, Filled>,
): SealedTable<T, Filled> {
  if (!isTable(source) || internal(source, 'IsAlias')) return config('sealedTable takes a table of Drizzle that is no alias')
  const columns: Record<string, AnyColumn> = {}
  const indexes: Record<string, IndexColumn> = {}
  for (const [key, column] of Object.entries<Column>(getTableColumns(source))) {
    const declared = declarationOf(column)
    if (isArray(column)) return config(`${key}: there are no arrays of sealed values; seal the array`)
    if (!declared) continue
    checkFilled(key, column)
    if (declared.kind === 'sealed') columns[key] = { ...declared.column, field: declared.column.field ?? column.name }
    else {
      const index = options.indexes?.[key as Key<T>] ?? declared.index
      if (!index) return config(`${key} needs an index: give it to blindIndexOf or to sealedTable`)
      indexes[key] = { of: declared.of, index, value: declared.value }
    }
  }
  for (const key of Object.keys(options.indexes ?? {})) if (!indexes[key]) config(`${key} is no column of blindIndexOf`)

  const rows = createRowSealer({
    ...(options as Omit<typeof options, 'row' | 'scope'>),
    row: options.row as string,
    scope: options.scope as ((row: Row) => string | undefined) | undefined,
    table: options.table ?? nameOf(source),
    columns,
    indexes,
  })
  /** Values in clear cannot be told to be what they should by the column. */
  const vouched = options.write === 'plaintext' ? Object.keys(columns) : []
  const passing = (stored: Record<string, unknown>): Record<string, unknown> => {
    for (const key of vouched) if (stored[key] !== null && stored[key] !== undefined) stored[key] = vouch(stored[key])
    return stored
  }

  return Object.freeze({
    ...rows,
    source,
    seal: async (row: Row) => passing(await rows.seal(row as never)),
    sealMany: async (many: readonly Row[]) => (await rows.sealMany(many as never[])).map(passing),
    sealChange: async (change: Row, row: Row) => passing(await rows.sealChange(change as never, row)),
  }) as unknown as SealedTable<T, Filled>
}

const isArray = (column: Column): boolean => {
  const { baseColumn, dimensions } = column as unknown as { baseColumn?: Column; dimensions?: number }
  return Boolean(declarationOf(baseColumn ?? column) && (baseColumn || dimensions))
}

const internal = (table: Table, name: 'IsAlias' | 'Schema'): unknown => (table as never)[Symbol.for(`drizzle:${name}`)]

function nameOf(table: Table): string {
  const schema = internal(table, 'Schema')
  return typeof schema === 'string' ? `${schema}.${getTableName(table)}` : getTableName(table)
}
