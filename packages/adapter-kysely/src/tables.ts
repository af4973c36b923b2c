import { WaxsealError } from '@waxseal/core'
import type { RowSealer } from '@waxseal/rows'

/** A row sealer, of whatever columns. */
export type AnyRowSealer = Pick<RowSealer, 'columns' | 'indexes' | 'needs' | 'isStored'> & {
  openMany(rows: readonly object[]): Promise<object[]>
}

/** A table whose rows are sealed. All names are those of the database. */
export interface RegisteredTable {
  readonly name: string
  readonly rows: AnyRowSealer
  /** Whether rows are still written in clear, and so belong nowhere. */
  readonly inClear: boolean
  isSealed(column: string): boolean
  isIndex(column: string): boolean
  /** What the row sealer calls a column. */
  nameOf(column: string): string
  /** The columns that identify a row. */
  readonly row: readonly string[]
  /** The columns that a row must hold for its values to be opened. */
  readonly needs: readonly string[]
  /** Those, and the sealed ones: what the table has for certain. */
  readonly known: readonly string[]
}

/** The registered table of this name, if there is one. */
export type Tables = (table: string, schema: string | undefined) => RegisteredTable | undefined

/** `shop.customers` stands for the table of that schema, `customers` for that of any. */
export function registerTables(
  given: Readonly<Record<string, AnyRowSealer>>,
  names: (name: string) => string = (name) => name,
): Tables {
  const tables = new Map<string, RegisteredTable>()
  for (const [key, rows] of Object.entries(given ?? {})) {
    if (typeof rows?.openMany !== 'function') throw new WaxsealError('config', `${key} needs a row sealer`)
    const name = key.split('.').map(names).join('.')
    const called = new Map<string, string>()
    const inDatabase = (columns: readonly string[]): string[] =>
      columns.map((column) => {
        called.set(names(column), column)
        return names(column)
      })
    const sealed = new Set(inDatabase(Object.keys(rows.columns)))
    const indexes = new Set(Object.keys(rows.indexes ?? {}).map(names))
    const row = inDatabase(rows.needs.row)
    const needs = [...new Set([...row, ...inDatabase(rows.needs.scope)])]
    tables.set(name, {
      name,
      rows,
      row,
      needs,
      known: [...called.keys()],
      // No sealed form is empty.
      inClear: Object.keys(rows.columns).some((column) => rows.isStored(column, '')),
      isSealed: (column) => sealed.has(column),
      isIndex: (column) => indexes.has(column),
      nameOf: (column) => called.get(column) ?? column,
    })
  }
  if (tables.size === 0) throw new WaxsealError('config', 'tables names at least one')
  return (table, schema) => (schema === undefined ? undefined : tables.get(`${schema}.${table}`)) ?? tables.get(table)
}
