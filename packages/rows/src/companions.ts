import { type RetentionPolicy, retention, WaxsealError } from '@waxseal/core'
import type { SealedColumns } from './column.js'
import type { Row } from './place.js'

/** Columns in clear beside the sealed ones, so that a database can tell what it holds without opening it. */
export interface Companions {
  /** Gets whether the row was sealed when it was stored first: `is_encrypted`. Who seals all of a row later sets it along. */
  readonly sealed?: string | undefined
  /** Gets what is sealed, as a list: names of columns, and `column/pointer` of fields inside JSON. `pii_fields`. */
  readonly fields?: string | undefined
  /** Gets the date on which the row is to go; NULL for never. `retention_delete_at`. */
  readonly deleteAt?:
    | {
        readonly column: string
        readonly policy: RetentionPolicy
        /** Where the row holds the date from which the policy counts. Default: the time of sealing. */
        readonly createdAt?: string | undefined
      }
    | undefined
}

/** Gives the companions of a row that is stored for the first time. */
export function createCompanions(
  { sealed, fields, deleteAt }: Companions,
  columns: SealedColumns,
  { write, json, now }: { write: 'sealed' | 'plaintext'; json: 'value' | 'text'; now: () => number },
): (row: Row) => Row {
  const names = Object.entries(columns).flatMap(([name, column]) =>
    column.kind === 'document'
      ? column.selectors.map((selector) => `${name}${selector.startsWith('/') ? '' : '/'}${selector}`)
      : [name],
  )
  return (row) => ({
    ...(sealed !== undefined && { [sealed]: write === 'sealed' }),
    ...(fields !== undefined && { [fields]: json === 'text' ? JSON.stringify(names) : names }),
    ...(deleteAt && {
      [deleteAt.column]: retention.deadline(deleteAt.policy, { createdAt: createdAt(row, deleteAt.createdAt, now) }),
    }),
  })
}

function createdAt(row: Row, column: string | undefined, now: () => number): Date {
  if (column === undefined) return new Date(now())
  const at = row[column]
  if (at instanceof Date || typeof at === 'string' || typeof at === 'number') return new Date(at)
  throw new WaxsealError('context_required', `the row's ${column} is needed: its retention counts from there`)
}
