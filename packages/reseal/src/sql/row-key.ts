import { type RawBuilder, sql } from 'kysely'
import { misconfigured } from '../config-error.js'
import type { Cursor, Range } from '../engine/target.js'
import { bound } from './dialect.js'

/** What identifies a row: the value of every key column. */
export type RowKey = readonly (string | number | bigint | Uint8Array)[]

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/**
 * The values of a row's key columns. Times are refused, because JavaScript's have fewer digits than those of a database, and so are
 * integers that a driver has rounded: a page would go on behind rows that it never saw.
 */
export function keyOfRow(row: Readonly<Record<string, unknown>>, columns: readonly string[]): RowKey {
  return columns.map((column) => {
    const value = row[column]
    if (typeof value === 'string' || typeof value === 'bigint' || value instanceof Uint8Array) return value
    if (typeof value !== 'number') misconfigured('key columns are text, integers or bytes, and never null')
    return Number.isSafeInteger(value) ? value : misconfigured('a key has more digits than a number: have the driver give text')
  })
}

export const cursorOfKey = (key: RowKey): Cursor =>
  key.map((value) => {
    if (typeof value === 'bigint') return { int: `${value}` }
    return value instanceof Uint8Array ? { hex: hex(value) } : value
  })

/** `config` for what `cursorOfKey` did not make: a job comes from a queue. */
export function keyOfCursor(cursor: Cursor, length: number): RowKey {
  if (!Array.isArray(cursor) || cursor.length !== length) misconfigured('a cursor does not fit the key of its table')
  return (cursor as readonly Cursor[]).map((value) => {
    if (typeof value === 'string' || Number.isSafeInteger(value)) return value as string | number
    const { int, hex: digits } = (value ?? {}) as { int?: unknown; hex?: unknown }
    if (typeof int === 'string' && /^-?\d{1,20}$/.test(int)) return BigInt(int)
    if (typeof digits === 'string' && /^([0-9a-f]{2})*$/.test(digits)) return fromHex(digits)
    return misconfigured('a cursor does not fit the key of its table')
  })
}

/** The key in reports. */
export const idOfKey = (key: RowKey): string => {
  const texts = key.map((value) => (value instanceof Uint8Array ? hex(value) : `${value}`))
  return texts.length === 1 ? texts[0]! : JSON.stringify(texts)
}

/** Rows behind this key, in the order of its columns; begins with what an index on the first column answers. */
function behind(columns: readonly string[], key: RowKey, at = 0): RawBuilder<boolean> {
  const [column, value] = [sql.ref(columns[at]!), bound(key[at])]
  if (at === columns.length - 1) return sql`${column} > ${value}`
  return sql`(${column} >= ${value} and (${column} > ${value} or ${behind(columns, key, at + 1)}))`
}

/** The rows of a range. */
export function inRange(columns: readonly string[], { after, until }: Range): RawBuilder<boolean>[] {
  const conditions: RawBuilder<boolean>[] = []
  if (after !== null) conditions.push(behind(columns, keyOfCursor(after, columns.length)))
  if (until !== null) {
    const last = keyOfCursor(until, columns.length)
    conditions.push(sql`${sql.ref(columns[0]!)} <= ${bound(last[0])}`)
    conditions.push(sql`not (${behind(columns, last)})`)
  }
  return conditions
}

export const isKey = (columns: readonly string[], key: RowKey): RawBuilder<boolean> =>
  sql.join(
    columns.map((column, at) => sql`${sql.ref(column)} = ${bound(key[at])}`),
    sql` and `,
  )
