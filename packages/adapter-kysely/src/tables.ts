import { WaxsealError } from '@waxseal/core'
import type { RowSealer } from '@waxseal/rows'

/** A row sealer, of whatever columns. */
export type AnyRowSealer = Pick<RowSealer, 'columns' | 'needs' | 'isStored'> & {
  openMany(rows: readonly object[]): Promise<object[]>
}

/** A table whose rows are sealed. */
export interface RegisteredTable {
  /** As the database calls it. */
  readonly name: string
  readonly rows: AnyRowSealer
  isSealed(column: string): boolean
  /** Whether it is known to have this column. */
  has(column: string): boolean
  /** The columns that a row must hold for its values to be opened. */
  readonly needs: readonly string[]
  /** Those, and the sealed ones. */
  readonly known: readonly string[]
}

/** The registered table of this name, if there is one. */
export type Tables = (table: string, schema: string | undefined) => RegisteredTable | undefined

/** `shop.customers` stands for the table of that schema, `customers` for that of any. */
export function registerTables(given: Readonly<Record<string, AnyRowSealer>>): Tables {
  const tables = new Map<string, RegisteredTable>()
  for (const [name, rows] of Object.entries(given ?? {})) {
    if (typeof rows?.openMany !== 'function') throw new WaxsealError('config', `${name} needs a row sealer`)
    const sealed = new Set(Object.keys(rows.columns))
    const needs = [...new Set([...rows.needs.row, ...rows.needs.scope])]
    const known = new Set([...sealed, ...needs])
    tables.set(name, {
      name,
      rows,
      needs,
      known: [...known],
      isSealed: (column) => sealed.has(column),
      has: (column) => known.has(column),
    })
  }
  if (tables.size === 0) throw new WaxsealError('config', 'tables names at least one')
  return (table, schema) => (schema === undefined ? undefined : tables.get(`${schema}.${table}`)) ?? tables.get(table)
}
