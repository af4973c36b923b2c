import { type Column, getTableColumns, type InferSelectModel, inArray, or, type SQL, type Table } from 'drizzle-orm'
import type { SealedTable } from './sealed-table.js'
import type { OpenedValue } from './types.js'

export interface WhereCall {
  /** Whose rows: the scope that they were sealed under. */
  readonly scope?: string | undefined
  /** The alias under which the query has the table. */
  readonly alias?: Table | undefined
}

type Select<T extends Table> = InferSelectModel<T>

/**
 * The condition that finds the rows whose sealed column holds this value, by its blind index; while an index is rotated, by every
 * version of it. `config` for a column without an index, and for null.
 *
 * @example
 * const found = await db.select().from(customers).where(await whereSealed(sealed, 'email', 'ada@example.com', { scope: tenant }))
 */
export async function whereSealed<T extends Table, F, K extends keyof Select<T> & string>(
  table: SealedTable<T, F>,
  column: K,
  value: NonNullable<OpenedValue<Select<T>[K]>>,
  { scope, alias = table.source }: WhereCall = {},
): Promise<SQL> {
  const columns = getTableColumns(alias) as Record<string, Column>
  const matches = await table.where(column, value, { scope })
  return or(...matches.map(({ column, values }) => inArray(columns[column] as Column, [...values]))) as SQL
}
