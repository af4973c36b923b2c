import type { RowSealer, SealedColumns } from '@waxseal/rows'
import { type Expression, type SqlBool, sql } from 'kysely'

export interface WhereIndexedCall {
  /** Whose values, where the index has scopes. */
  readonly scope?: string | undefined
  /** What the query calls the table, where it reads several. */
  readonly table?: string | undefined
}

/**
 * Finds rows by the value of a sealed column that has an index: a condition for `where`, true of rows that hold this value. `config`
 * for a column without an index.
 *
 * @example
 * const found = await db.selectFrom('customers').selectAll().where(await whereIndexed(customers, 'email', 'ada@example.com')).execute()
 */
export async function whereIndexed<C extends SealedColumns>(
  rows: RowSealer<C>,
  column: keyof C & string,
  value: unknown,
  { scope, table }: WhereIndexedCall = {},
): Promise<Expression<SqlBool>> {
  const matches = await rows.where(column, value, { scope })
  const conditions = matches.map(
    (match) => sql`${sql.ref(table ? `${table}.${match.column}` : match.column)} in (${sql.join(match.values)})`,
  )
  return sql<SqlBool>`(${sql.join(conditions, sql` or `)})`
}
