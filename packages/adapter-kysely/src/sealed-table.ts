import type { PlainRow, SealedColumns, SealedRow } from '@waxseal/rows'
import type { ColumnType } from 'kysely'

/**
 * A table for Kysely's interface of a database: `R` tells its columns as they are read, and those that `S`, a row sealer, seals are
 * written as envelopes only.
 *
 * @example
 * interface Database {
 *   customers: SealedTable<typeof customers, { id: string; plan: string; card: string | null; email_index: string | null }>
 * }
 */
export type SealedTable<S extends { readonly columns: SealedColumns }, R extends PlainRow<S['columns']>> = {
  [K in keyof R]: K extends keyof S['columns']
    ? ColumnType<R[K], SealedRow<S['columns'], R>[K], SealedRow<S['columns'], R>[K]>
    : R[K]
}
