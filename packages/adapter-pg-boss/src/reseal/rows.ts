import { type Bind, ENVELOPE, type Narrowing } from '@waxseal/adapter-kit/reseal'
import type { Db } from '../host.js'
import { narrowed } from './narrowing.js'
import { type Place, rankOf, type StoredTable } from './tables.js'

/** One column of one row. */
export interface StoredRow {
  readonly place: Place
  /** What the column holds, as the database writes it: numbers keep their digits. */
  readonly text: string
  /** Of outcomes: the data of the same job. */
  readonly data: string | null
  /** Of jobs. */
  readonly state: string | null
  /** Of dead letters: the queue that the job came from. */
  readonly source: string | null
}

export interface RowRange {
  readonly after: Place | null
  readonly until: Place | null
  readonly narrow?: Narrowing | undefined
}

export interface RowSource {
  readonly db: Db
  readonly schema: string
  readonly queues: readonly string[] | undefined
  /** Whether values in clear are read too, whatever they are: they are to be sealed. */
  readonly clear: boolean
}

// Most outcomes without an envelope are pg-boss's own, such as a time-out. Only a result must have one.
const SEALED = `s.value::text ~ '${ENVELOPE}'`
const UNSCRUBBED = `(s.value->>'message' IS DISTINCT FROM '[sealed]' OR ${SEALED})`

function inRange(table: StoredTable, { after, until }: RowRange, bind: Bind): string[] {
  const rank = rankOf(table.relation)
  const bound = (place: Place | null, comparison: '>' | '<'): string[] => {
    if (!place || rankOf(place[0]) !== rank) return []
    const [queue, key, at] = [`${bind(place[1])}::text`, `${bind(place[2])}::${table.keyType}`, `${bind(place[3])}::int`]
    // The first is what an index, and the choice of partitions, can answer.
    return [
      `t.name ${comparison}= ${queue}`,
      `(t.name, ${table.key}, s.at) ${comparison}${comparison === '<' ? '=' : ''} (${queue}, ${key}, ${at})`,
    ]
  }
  return [...bound(after, '>'), ...bound(until, '<')]
}

/** The values of a table that may be sealed, one row for each column that holds any. */
function fromWhere({ schema, queues, clear }: RowSource, table: StoredTable, range: RowRange, bind: Bind): string {
  const values = table.columns.flatMap((name, index) => (name ? [`(${index + 1}, t.${name})`] : []))
  const conditions = [
    // A payload that is null is one all the same: sealed, it opens when nothing in clear is taken any more.
    clear ? "(s.at = 1 OR jsonb_typeof(s.value) <> 'null')" : "jsonb_typeof(s.value) <> 'null'",
    ...(values.length > 1 ? [`(s.at = 1 OR (s.at = 2 AND t.state = 'completed') OR ${clear ? UNSCRUBBED : SEALED})`] : []),
    ...(queues ? [`t.name = ANY(${bind(queues)}::text[])`] : []),
    ...(range.narrow ? [narrowed(range.narrow, bind)] : []),
    ...inRange(table, range, bind),
  ]
  return `FROM ${schema}.${table.relation} t CROSS JOIN LATERAL (VALUES ${values.join(', ')}) AS s(at, value)
    WHERE ${conditions.join(' AND ')}`
}

/** Whether any of a table is in the range. */
export function reaches({ after, until }: RowRange, { relation }: StoredTable): boolean {
  const rank = rankOf(relation)
  return (!after || rankOf(after[0]) <= rank) && (!until || rankOf(until[0]) >= rank)
}

function statement(): { readonly values: unknown[]; readonly bind: Bind } {
  const values: unknown[] = []
  return { values, bind: (value) => `$${values.push(value)}` }
}

const placeOf = ({ relation }: StoredTable, row: Record<string, unknown>): Place => [
  relation,
  row.queue as string,
  row.key as string,
  Number(row.at),
]

/** At most `limit` values of one table, in order. */
export async function readRows(source: RowSource, table: StoredTable, range: RowRange, limit: number): Promise<StoredRow[]> {
  const { values, bind } = statement()
  const text = `SELECT t.name AS queue, ${table.key}::text AS key, s.at AS at, COALESCE(s.value, 'null'::jsonb)::text AS value,
      CASE WHEN s.at > 1 THEN t.data::text END AS data,
      ${table.stateful ? 't.state::text' : 'NULL'} AS state, ${table.sourced ? 't.source_name' : 'NULL'} AS source
    ${fromWhere(source, table, range, bind)}
    ORDER BY t.name, ${table.key}, s.at LIMIT ${bind(limit)}::int`
  const { rows } = await source.db.executeSql(text, values)
  const textOf = (value: unknown): string | null => (value as string | null) ?? null
  return rows.map((row) => ({
    place: placeOf(table, row),
    text: row.value as string,
    data: textOf(row.data),
    state: textOf(row.state),
    source: textOf(row.source),
  }))
}

export async function countRows(source: RowSource, table: StoredTable, range: RowRange): Promise<number> {
  const { values, bind } = statement()
  const { rows } = await source.db.executeSql(`SELECT count(*) AS count ${fromWhere(source, table, range, bind)}`, values)
  return Number(rows[0]?.count ?? 0)
}

/** The place of every value whose number, with `before` values ahead of the table, is a multiple of `size`; but not the last of all. */
export async function placesOf(
  source: RowSource,
  table: StoredTable,
  before: number,
  size: number,
  total: number,
): Promise<Place[]> {
  const { values, bind } = statement()
  const order = `t.name, ${table.key}, s.at`
  const inner = `SELECT t.name AS queue, ${table.key}::text AS key, s.at AS at,
      row_number() OVER (ORDER BY ${order}) + ${bind(before)}::bigint AS number
    ${fromWhere(source, table, { after: null, until: null }, bind)}`
  const text = `SELECT queue, key, at FROM (${inner}) AS numbered
    WHERE number % ${bind(size)}::bigint = 0 AND number < ${bind(total)}::bigint ORDER BY number`
  const { rows } = await source.db.executeSql(text, values)
  return rows.map((row) => placeOf(table, row))
}
