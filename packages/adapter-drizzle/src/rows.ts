import { type Settled, WaxsealError } from '@waxseal/core'
import type { Row } from '@waxseal/rows'
import type { InferInsertModel, InferSelectModel, Table } from 'drizzle-orm'
import type { SealedTable } from './sealed-table.js'
import type { OpenedRow, OpenedValue, PlainRow } from './types.js'

/** Any sealed table, whatever it holds. */
export type AnySealedTable = Pick<SealedTable, 'open' | 'openMany' | 'seal' | 'sealMany' | 'sealChange' | 'table' | 'where'> & {
  readonly source: Table
}

/** Which table a nested row belongs to, by its name in the result: the tables of a join, the relations of a relational query. */
export interface Nested {
  readonly [name: string]: AnySealedTable | NestedTable
}
export interface NestedTable {
  readonly table: AnySealedTable
  readonly with: Nested
}

type WithOf<N> = N extends { readonly with: infer W } ? W : Record<never, never>
type OpenedNested<V, N> = V extends readonly (infer R)[]
  ? OpenedWith<R, WithOf<N>>[]
  : V extends object
    ? OpenedWith<V, WithOf<N>>
    : V
/** A row that holds others, once all are opened. What `with` does not name stays as it is. */
export type OpenedWith<R, W> = { [K in keyof R]: K extends keyof W ? OpenedNested<R[K], W[K]> : OpenedValue<R[K]> }
type OpenedJoin<R, J> = { [K in keyof R]: K extends keyof J ? OpenedNested<R[K], J[K]> : R[K] }

export interface OpenCall<W extends Nested> {
  /** The relations that the rows hold. */
  readonly with?: W | undefined
}

type Tables<T extends Table, F> = SealedTable<T, F>

/**
 * Seals rows that are to be inserted, with their indexes and companions. `context_required` for a row without what identifies it:
 * defaults of the database, and Drizzle's, come too late.
 *
 * @example
 * await db.insert(customers).values(await sealRows(sealed, [{ id: randomUUID(), card: '4111…' }]))
 */
export async function sealRows<T extends Table, F>(
  table: Tables<T, F>,
  rows: readonly PlainRow<T, F>[],
): Promise<InferInsertModel<T>[]> {
  return (await table.sealMany(rows as readonly never[])) as InferInsertModel<T>[]
}

/** The same for one row. */
export async function sealRow<T extends Table, F>(table: Tables<T, F>, row: PlainRow<T, F>): Promise<InferInsertModel<T>> {
  return (await table.seal(row as never)) as InferInsertModel<T>
}

/**
 * Seals what changes in one row that is stored: `row` tells at least what identifies it, and its scope. One sealed value is never for
 * many rows: read them, and change each. Where rows have no identity (`row: 'none'`), it may be.
 *
 * @example
 * await db.update(customers).set(await sealChange(sealed, { card: '5500…' }, { id })).where(eq(customers.id, id))
 */
export async function sealChange<T extends Table, F>(
  table: Tables<T, F>,
  change: Partial<PlainRow<T, F>>,
  row: Partial<InferSelectModel<T>>,
): Promise<Partial<InferInsertModel<T>>> {
  return (await table.sealChange(change as never, row as Row)) as Partial<InferInsertModel<T>>
}

/**
 * Opens rows as a query gave them, by a table's own keys, with the relations that `with` names; or, given tables by name, what a join
 * gave. Rows hold what identifies them (`context_required`), unless nothing sealed was selected. NULL stays NULL, and so does what a
 * join did not find. The first row that fails fails all.
 *
 * @example
 * const rows = await openRows(sealed, await db.select().from(customers))
 * const orders = await openRows({ orders: sealedOrders, customers: sealed }, await db.select().from(orders).leftJoin(customers, on))
 */
export async function openRows<R extends object, const W extends Nested = Record<never, never>>(
  table: AnySealedTable,
  rows: readonly R[],
  call?: OpenCall<W>,
): Promise<OpenedWith<R, W>[]>
export async function openRows<R extends object, const J extends Nested>(
  tables: J,
  rows: readonly R[],
): Promise<OpenedJoin<R, J>[]>
export async function openRows(
  tables: AnySealedTable | Nested,
  rows: readonly Row[],
  call: OpenCall<Nested> = {},
): Promise<Row[]> {
  return isTable(tables) ? openNested(tables, rows, call.with ?? {}) : openMembers(rows, tables)
}

/** The same for one row. */
export async function openRow<R extends object, const W extends Nested = Record<never, never>>(
  table: AnySealedTable,
  row: R,
  call?: OpenCall<W>,
): Promise<OpenedWith<R, W>> {
  const [opened] = await openRows(table, [row], call)
  return opened as OpenedWith<R, W>
}

/** Opens rows of one table; each gets an outcome, so that one that was damaged hides no other. */
export const openRowsSettled = <R extends object>(table: AnySealedTable, rows: readonly R[]): Promise<Settled<OpenedRow<R>>[]> =>
  table.openMany(rows, { onError: 'settle' }) as Promise<Settled<OpenedRow<R>>[]>

const isTable = (value: AnySealedTable | Nested | NestedTable): value is AnySealedTable =>
  'openMany' in value && typeof value.openMany === 'function'

async function openNested(table: AnySealedTable, rows: readonly Row[], nested: Nested): Promise<Row[]> {
  const opened = (await table.openMany(rows)) as Row[]
  return Object.keys(nested).length === 0 ? opened : openMembers(opened, nested)
}

/** All rows under one name are opened at once, and then put back where they were. */
async function openMembers(rows: readonly Row[], nested: Nested): Promise<Row[]> {
  const result = rows.map((row): Record<string, unknown> => ({ ...row }))
  for (const [name, entry] of Object.entries(nested)) {
    const { table, with: inner } = isTable(entry) ? { table: entry, with: {} } : entry
    const found = result.map((row) => membersOf(row[name], name))
    const opened = await openNested(table, found.flat(), inner)
    let next = 0
    for (const [at, members] of found.entries()) {
      const own = opened.slice(next, next + members.length)
      next += members.length
      const row = result[at] as Record<string, unknown>
      if (Array.isArray(row[name])) row[name] = own
      else if (own.length === 1) row[name] = own[0]
    }
  }
  return result
}

function membersOf(value: unknown, name: string): readonly Row[] {
  if (value === null) return []
  if (Array.isArray(value)) return value as Row[]
  if (typeof value === 'object') return [value as Row]
  throw new WaxsealError('config', `the result has no rows under ${name}`)
}
