import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from './dialect.js'

/**
 * Columns of a row as one text that is the same for the same values alone, null included: what a value is sealed with comes from
 * them, and may change between reading and writing. `prefix` is the name of the table and a dot, where it needs one.
 */
export function besideText(dialect: SqlDialect, columns: readonly string[], prefix = ''): RawBuilder<string> {
  const each = (as: (ref: RawBuilder<unknown>) => RawBuilder<unknown>, between: RawBuilder<unknown>) =>
    sql.join(
      columns.map((name) => as(sql.ref(`${prefix}${name}`))),
      between,
    )
  if (dialect === 'postgres') return sql`array[${each((ref) => sql`${ref}::text`, sql`, `)}]::text`
  if (dialect === 'sqlite') return sql`${each((ref) => sql`quote(${ref})`, sql` || ',' || `)}`
  // Hexadecimal digits compare by no collation.
  return sql`concat_ws(',', ${each((ref) => sql`ifnull(hex(cast(${ref} as binary)), '-')`, sql`, `)})`
}
