import { type Context, WaxsealError } from '@waxseal/core'

/** A row as a database has it, or a part of one. */
export type Row = Readonly<Record<string, unknown>>
export type RowContext = Exclude<Context, 'none'>

/** The columns that identify a row, or a function of the row that gives its identity. */
export type RowIdentity = string | readonly string[] | ((row: Row) => string)

function text(value: unknown, column: string): string {
  if (typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value)
  throw new WaxsealError(
    'context_required',
    `the row's ${column} is needed as a text or an integer, to tell where its values belong`,
  )
}

/** Gives the identity of rows: the text of one column, or the JSON of several, in the order in which they are named. */
export function identityOf(row: RowIdentity): (row: Row) => string {
  if (typeof row === 'function') return (each) => text(row(each), 'identity')
  if (typeof row === 'string') return (each) => text(each[row], row)
  if (row.length === 0) throw new WaxsealError('config', 'row names at least one column')
  return (each) => JSON.stringify(row.map((column) => text(each[column], column)))
}

/** The columns that a function of a row reads. */
export function columnsRead(of: (row: Row) => unknown): string[] {
  const read = new Set<string>()
  const row = new Proxy<Record<string, unknown>>(
    {},
    {
      get(_, column) {
        if (typeof column === 'string') read.add(column)
        return '0'
      },
    },
  )
  try {
    of(row)
  } catch {
    // It wants more than text of a column; that one is known by now.
  }
  return [...read]
}
