import { type RawBuilder, sql } from 'kysely'
import { misconfigured } from '../config-error.js'
import { besideText } from './beside.js'
import { asText, bound, isExactly, isOfRow, type SqlOptions } from './dialect.js'
import { idOfKey, isKey, type RowKey } from './row-key.js'

/** One row whose column is to hold something else, if it still holds `old` and stands where it stood. */
export interface ColumnChange {
  readonly key: RowKey
  readonly old: string | Uint8Array
  /** Of the columns beside it, as `besideText` has them. */
  readonly beside: string | undefined
  readonly next: string | Uint8Array
}

export interface ColumnPlace extends SqlOptions {
  readonly table: string
  readonly keyColumns: readonly string[]
  readonly column: string
  /** Columns that decide with what a value is sealed. */
  readonly besideColumns: readonly string[]
  /** Whether the column holds documents, which were read as text. */
  readonly document: boolean
}

type Types = Readonly<Record<string, string>>

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** A table's name as PostgreSQL reads it from a text. */
export const quoted = (table: string): string =>
  table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')

/** The types of the columns, which PostgreSQL does not find out by itself where many rows come as one parameter. */
async function columnTypes({ db, table, keyColumns, column }: ColumnPlace): Promise<Types> {
  const { rows } = await sql<{ name: string; type: string }>`select attname as name, format_type(atttypid, -1) as type
    from pg_attribute where attrelid = ${quoted(table)}::regclass and attnum > 0 and not attisdropped`.execute(db)
  const types = Object.fromEntries(rows.map((row) => [row.name, row.type]))
  // Types by name are written into statements; they come from the catalogue, quoted where they need it.
  return Object.fromEntries([...keyColumns, column].map((each) => [each, types[each] ?? 'text']))
}

/** All rows in one statement: arrays as parameters, so that the statement is the same for every page. */
async function replaceOnPostgres(place: ColumnPlace, types: Types, changes: readonly ColumnChange[]): Promise<boolean[]> {
  const { db, table, keyColumns, column, besideColumns } = place
  const type = types[column]!
  const bytes = type === 'bytea'
  const text = (value: string | Uint8Array | number | bigint) => {
    if (!(value instanceof Uint8Array)) return `${value}`
    return `\\x${typeof Buffer === 'undefined' ? hex(value) : Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`
  }
  const list = (values: readonly string[]) => sql`${values}::text[]`
  const typed = (name: string, as: string): RawBuilder<unknown> => sql`${sql.ref(`v.${name}`)}::${sql.raw(as)}`
  const keys = keyColumns.map((_, at) => `k${at}`)
  const sameKey = keyColumns.map((name, at) => sql`${sql.ref(`t.${name}`)} = ${typed(`k${at}`, types[name]!)}`)
  const target = sql.ref(`t.${column}`)
  // As it was read: the equality of a collation or of `jsonb` takes more than one text for the same, that of `json` is not there.
  const same = bytes ? sql`${target} = v.old::bytea` : sql`${target}::text collate "C" = v.old collate "C"`
  const samePlace =
    besideColumns.length > 0 ? [sql`${besideText('postgres', besideColumns, 't.')} collate "C" = v.beside collate "C"`] : []
  const { rows } = await sql<{ at: number | string }>`update ${sql.table(table)} as t
    set ${sql.ref(column)} = ${typed('next', type)}
    from unnest(${sql.join(keyColumns.map((_, at) => list(changes.map(({ key }) => text(key[at]!)))))},
      ${list(changes.map(({ old }) => text(old)))}, ${list(changes.map(({ next }) => text(next)))},
      ${list(changes.map(({ beside }) => beside ?? ''))})
      with ordinality as v(${sql.join([...keys, 'old', 'next', 'beside', 'at'].map((name) => sql.ref(name)))})
    where ${sql.join([...sameKey, same, ...samePlace], sql` and `)} returning v.at as at`.execute(db)
  const done = new Set(rows.map(({ at }) => Number(at)))
  return changes.map((_, at) => done.has(at + 1))
}

/** Rows a statement: SQLite takes 32,766 parameters. */
const SQLITE_ROWS = 1000

async function replaceOnSqlite(place: ColumnPlace, changes: readonly ColumnChange[]): Promise<boolean[]> {
  const done: boolean[] = []
  for (let from = 0; from < changes.length; from += SQLITE_ROWS)
    done.push(...(await replaceSomeOnSqlite(place, changes.slice(from, from + SQLITE_ROWS))))
  return done
}

async function replaceSomeOnSqlite(
  { db, table, keyColumns, column, besideColumns }: ColumnPlace,
  changes: readonly ColumnChange[],
) {
  const rows = changes.map(({ key, old, next, beside }) => sql`(${sql.join([...key, old, next, beside ?? ''].map(bound))})`)
  const keys = keyColumns.map((_, at) => `k${at}`)
  const sameKey = keyColumns.map((name, at) => sql`${sql.ref(`t.${name}`)} = ${sql.ref(`v.k${at}`)}`)
  const samePlace = besideColumns.length > 0 ? [sql`${besideText('sqlite', besideColumns, 't.')} = v.beside collate binary`] : []
  const returned = keyColumns.map((name, at) => sql`${sql.ref(name)} as ${sql.ref(`k${at}`)}`)
  const updated = await sql<Record<string, string | number | bigint | Uint8Array>>`
    with v(${sql.join([...keys, 'old', 'next', 'beside'].map((name) => sql.ref(name)))}) as (values ${sql.join(rows)})
    update ${sql.table(table)} as t set ${sql.ref(column)} = v.next from v
    where ${sql.join([...sameKey, ...samePlace], sql` and `)} and ${sql.ref(`t.${column}`)} = v.old collate binary
    returning ${sql.join(returned)}`.execute(db)
  const done = new Set(updated.rows.map((row) => idOfKey(keys.map((name) => row[name]!))))
  return changes.map(({ key }) => done.has(idOfKey(key)))
}

/** One statement a row: MySQL does not tell which rows of many it has changed. */
async function replaceOnMysql(
  { db, dialect, table, keyColumns, column, besideColumns, document }: ColumnPlace,
  changes: readonly ColumnChange[],
) {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ mode: string }>`select @@session.sql_mode as mode`.execute(tx)
    if (!/STRICT_(TRANS|ALL)_TABLES/.test(rows[0]?.mode ?? ''))
      misconfigured('the connection has no strict mode: MySQL would cut off what is longer than its column')
    const done: boolean[] = []
    for (const { key, old, next, beside } of changes) {
      const same =
        typeof old === 'string'
          ? isExactly(dialect, document ? asText(dialect, column) : sql<string>`${sql.ref(column)}`, old)
          : sql`${sql.ref(column)} = ${bound(old)}`
      const samePlace = besideColumns.length > 0 ? sql`${besideText(dialect, besideColumns)} = ${beside}` : sql`true`
      const { numAffectedRows } = await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${bound(next)}
        where ${isKey(keyColumns, key)} and ${same} and ${samePlace}`.execute(tx)
      done.push(numAffectedRows === 1n)
    }
    return done
  })
}

/**
 * Compare and swap of many rows of one column; tells which were changed, in order. A row that the database refuses (too long, a
 * constraint, a trigger) is one that was not changed; the others are.
 */
export function createReplace(place: ColumnPlace): (changes: readonly ColumnChange[]) => Promise<boolean[]> {
  let types: Types | undefined
  const refused = isOfRow(place.dialect)
  async function replace(changes: readonly ColumnChange[]): Promise<boolean[]> {
    if (place.dialect === 'sqlite') return replaceOnSqlite(place, changes)
    if (place.dialect === 'mysql') return replaceOnMysql(place, changes)
    types ??= await columnTypes(place)
    return replaceOnPostgres(place, types, changes)
  }
  async function replaceWhatGoes(changes: readonly ColumnChange[]): Promise<boolean[]> {
    if (changes.length === 0) return []
    try {
      return await replace(changes)
    } catch (error) {
      if (!refused(error)) throw error
      if (changes.length === 1) return [false]
      const half = Math.ceil(changes.length / 2)
      return [...(await replaceWhatGoes(changes.slice(0, half))), ...(await replaceWhatGoes(changes.slice(half)))]
    }
  }
  return replaceWhatGoes
}
