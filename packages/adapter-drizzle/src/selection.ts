import { WaxsealError } from '@waxseal/core'
import type { Row } from '@waxseal/rows'
import { Column, getTableColumns, is, isTable } from 'drizzle-orm'
import { declarationOf, originOf } from './declaration.js'
import type { AnySealedTable } from './rows.js'
import type { OpenedSelection } from './types.js'

interface Place {
  readonly path: readonly string[]
  /** The column's key in its table. */
  readonly key: string
}

/** The columns of one table, or of one alias of it, in a selection. */
interface Source {
  readonly table: AnySealedTable
  readonly places: Place[]
}

/**
 * Opens what `select(fields)` or `returning(fields)` gave: whatever the fields are called, from several tables, and from aliases of
 * one. The fields tell which table each value belongs to, so each table's identity has to be among them.
 *
 * @example
 * const fields = { id: customers.id, mail: customers.email, manager: { id: managers.id, mail: managers.email } }
 * const rows = await openSelection(fields, [sealed], await db.select(fields).from(customers).leftJoin(managers, on))
 */
export async function openSelection<R extends object>(
  fields: object,
  tables: readonly AnySealedTable[],
  rows: readonly R[],
): Promise<OpenedSelection<R>[]> {
  const result = rows.map((row) => ({ ...(row as Row) }) as Record<string, unknown>)
  for (const { table, places } of sourcesOf(fields, tables)) {
    const found = result.map((row) =>
      Object.fromEntries(
        places.map(({ path, key }) => [key, valueAt(row, path)] as const).filter(([, value]) => value !== undefined),
      ),
    )
    const opened = (await table.openMany(found)) as Row[]
    for (const [at, row] of result.entries())
      for (const { path, key } of places) if (valueAt(row, path) !== undefined) put(row, path, opened[at]?.[key])
  }
  return result as OpenedSelection<R>[]
}

function sourcesOf(fields: object, tables: readonly AnySealedTable[]): Iterable<Source> {
  const known = new Map<object, { table: AnySealedTable; key: string }>()
  for (const table of tables)
    for (const [key, column] of Object.entries<Column>(getTableColumns(table.source))) known.set(originOf(column), { table, key })

  const sources = new Map<string, Source>()
  for (const { path, column } of columnsOf(fields, [])) {
    const origin = known.get(originOf(column))
    if (origin) {
      const name = `${origin.table.table}\0${aliasOf(column)}`
      const source = sources.get(name) ?? { table: origin.table, places: [] }
      source.places.push({ path, key: origin.key })
      sources.set(name, source)
    } else if (declarationOf(column)?.kind === 'sealed')
      throw new WaxsealError('config', `${path.join('.')} is a sealed column of a table that was not given`)
  }
  return sources.values()
}

/** Expressions of SQL are no columns: what they give stays as it is. */
function columnsOf(fields: object, path: readonly string[]): { path: readonly string[]; column: Column }[] {
  const members = isTable(fields) ? getTableColumns(fields) : fields
  return Object.entries(members).flatMap(([name, field]) => {
    if (is(field, Column)) return [{ path: [...path, name], column: field }]
    const nested =
      typeof field === 'object' && field !== null && (isTable(field) || Object.getPrototypeOf(field) === Object.prototype)
    return nested ? columnsOf(field, [...path, name]) : []
  })
}

const aliasOf = (column: Column): string => String((column as unknown as { table: never }).table[Symbol.for('drizzle:Name')])

const isObject = (value: unknown): value is Row => typeof value === 'object' && value !== null
const valueAt = (row: Row, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), row)

/** Puts a value where it belongs, into copies of the objects on the way: those of the query's result stay as they are. */
function put(row: Record<string, unknown>, [name, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    row[name as string] = value
    return
  }
  const inner = { ...(row[name as string] as Row) }
  row[name as string] = inner
  put(inner, rest, value)
}
