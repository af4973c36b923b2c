import type { RegisteredTable } from './tables.js'

/** One occurrence of a registered table in a query: a row of the result holds one of its rows. */
export interface Source {
  readonly table: RegisteredTable
}

/** Where a column of a result comes from. */
export interface Origin {
  readonly source: Source
  readonly column: string
}

/** What a query gives: columns by name, and all columns of some tables. */
export interface Output {
  /** In the order of selection. No origin: an expression, or a table that is not registered. */
  readonly columns: readonly { readonly name: string; readonly origin: Origin | undefined }[]
  readonly stars: readonly Source[]
  /** Whether columns that nobody knows come along. */
  readonly open: boolean
}

/** What stands behind FROM, JOIN, INTO and so on. */
export interface Relation {
  /** What columns are qualified by. */
  readonly name: string | undefined
  readonly output: Output
}

/** Of which nothing is known. */
export const UNKNOWN: Output = Object.freeze({ columns: [], stars: [], open: true })

/** Whether the column is known to be there. */
const has = ({ columns, stars }: Output, column: string): boolean =>
  columns.some(({ name }) => name === column) || stars.some(({ table }) => table.known.includes(column))

function originIn({ columns, stars, open }: Output, column: string): Origin | undefined {
  const named = columns.filter(({ name }) => name === column)
  if (named.length > 0) return named.length === 1 ? named[0]!.origin : undefined
  const known = stars.filter(({ table }) => table.known.includes(column))
  if (known.length === 1) return { source: known[0]!, column }
  return known.length === 0 && stars.length === 1 && !open ? { source: stars[0]!, column } : undefined
}

/**
 * Where a column comes from that a query names. Databases refuse a name that two tables have: without a qualifier it is that of the
 * table which is known to have it.
 */
export function originOf(relations: readonly Relation[], column: string, qualifier: string | undefined): Origin | undefined {
  const candidates = relations.filter(({ name }) => qualifier === undefined || name === qualifier)
  if (candidates.length === 1) return originIn(candidates[0]!.output, column)
  const known = candidates.filter(({ output }) => has(output, column))
  return known.length === 1 ? originIn(known[0]!.output, column) : undefined
}

/** Everything that these relations have. */
export const allOf = (relations: readonly Relation[]): Output => ({
  columns: relations.flatMap(({ output }) => output.columns),
  stars: relations.flatMap(({ output }) => output.stars),
  open: relations.some(({ output }) => output.open),
})
