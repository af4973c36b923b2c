import type { RetentionPolicy } from '@waxseal/core'
import { type RawBuilder, sql } from 'kysely'
import { misconfigured } from '../config-error.js'
import type { DueRequest, ReaperItem, ReaperTarget } from '../reaper/reaper-target.js'
import { asText, checkDialect, isOfRow, isRetryable, plainDatabase, type SqlOptions } from './dialect.js'
import type { SqlRow } from './reseal-table.js'
import { cursorOfKey, idOfKey, inRange, isKey, keyOfRow, type RowKey } from './row-key.js'

export interface ReapTableOptions extends SqlOptions {
  /** Default: the table. */
  readonly name?: string | undefined
  readonly table: string
  /** A column, or columns, that identify a row and do not change: text, integers or bytes. */
  readonly key: string | readonly string[]
  /** The column with the time from which periods count: a timestamp, ISO 8601 text, or milliseconds since the epoch. */
  readonly created: string
  /** The column with the time when the work was done; null while it is not. */
  readonly completed?: string | undefined
  /** The column with a row's own policy as JSON; null: the table's. */
  readonly policyColumn?: string | undefined
  /** The column that says that a row is held: a boolean, or a number that is not 0. */
  readonly hold?: string | undefined
  /** A condition that says the same where holds have a table of their own; asked again while deleting. */
  readonly heldIf?: RawBuilder<boolean> | undefined
  /** For rows without one of their own: a policy, or what makes one of a row's times. */
  readonly policy?: RetentionPolicy | ((item: ReaperItem) => RetentionPolicy) | undefined
  /** Further conditions for reading, checked again while deleting, as an age that an index answers. */
  readonly where?: ((now: Date) => RawBuilder<boolean>) | undefined
}

export interface SqlReaperItem extends ReaperItem {
  readonly key: RowKey
  /** What decided, as text: a row in which any of it is different is not deleted. */
  readonly read: Readonly<Record<string, string | null>>
  /** When it was read. */
  readonly at: Date
}

const RAW = 'waxseal_raw_'
const HELD = 'waxseal_held'
const NO_DATE = new Date(Number.NaN)
/** 1980. Numbers below it, as milliseconds, are seconds or the digits of a date: read as milliseconds, everything would be due. */
const FIRST_MS = 315_532_800_000

const milliseconds = (value: number): Date => (value >= FIRST_MS ? new Date(value) : NO_DATE)

const ISO = /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/

/** A time as drivers give it. */
function time(value: unknown): Date {
  if (value instanceof Date) return value
  if (typeof value === 'number' || typeof value === 'bigint') return milliseconds(Number(value))
  if (typeof value !== 'string') return NO_DATE
  // Milliseconds from a driver that gives 64 bits as text, or ISO 8601. A time without a zone is one of UTC.
  if (/^-?\d+$/.test(value)) return milliseconds(Number(value))
  const [, day, clock = 'T00:00', zone = 'Z'] = ISO.exec(value) ?? []
  return day ? new Date(`${day}${clock.replace(' ', 'T')}${zone.length === 3 ? `${zone}:00` : zone}`) : NO_DATE
}

function policyOf(value: unknown): RetentionPolicy | null {
  if (value === null || value === undefined) return null
  try {
    return (typeof value === 'string' ? JSON.parse(value) : value) as RetentionPolicy
  } catch {
    // A policy that cannot be read is one that is not known: the row stays.
    return { keep: 'unreadable' } as never
  }
}

/**
 * A table whose rows are deleted when they are due. A row is deleted only as it was read: one whose times, policy or hold changed
 * meanwhile stays. `config` for options that do not fit.
 *
 * @example
 * const jobs = reapTable({ db, dialect: 'postgres', table: 'jobs', key: 'id', created: 'created_at', hold: 'legal_hold', policy: retention.deleteAfter({ days: 30 }) })
 */
export function reapTable(options: ReapTableOptions): ReaperTarget<SqlReaperItem> {
  const { db: given, dialect, table, created, completed, policyColumn, hold, heldIf, policy, where } = options
  const keyColumns = typeof options.key === 'string' ? [options.key] : options.key
  checkDialect(dialect)
  const db = plainDatabase(given)
  if (keyColumns.length === 0 || typeof created !== 'string') misconfigured('a table needs key columns and the column created')
  if (!policy && !policyColumn) misconfigured('a table needs a policy, or a column with policies')
  const deciding = [created, completed, policyColumn, hold].filter((column) => column !== undefined)
  const also = (now: Date): RawBuilder<unknown>[] => [
    ...(where ? [where(now)] : []),
    ...(heldIf ? [sql`(${heldIf}) is not true`] : []),
  ]
  const same = (column: string, value: string | null): RawBuilder<unknown> => {
    const text = asText(dialect, column)
    if (dialect === 'postgres') return sql`${text} is not distinct from ${value}::text`
    return dialect === 'mysql' ? sql`cast(${text} as binary) <=> cast(${value} as binary)` : sql`${text} is ${value}`
  }

  function itemOf(row: SqlRow, at: Date): SqlReaperItem {
    const key = keyOfRow(row, keyColumns)
    // Null is no hold; anything that is not false or 0 is one.
    const byColumn = hold ? !(row[hold] === null || row[hold] === false || Number(row[hold]) === 0) : false
    const held = byColumn || Number(row[HELD] ?? 0) !== 0
    return {
      id: idOfKey(key),
      key,
      createdAt: time(row[created]),
      completedAt: completed ? (row[completed] === null ? null : time(row[completed])) : undefined,
      policy: policyColumn ? policyOf(row[policyColumn]) : undefined,
      held,
      at,
      read: Object.fromEntries(deciding.map((column) => [column, (row[`${RAW}${column}`] ?? null) as string | null])),
    }
  }

  return {
    name: options.name ?? table,
    policy,
    transactional: true,
    isRetryable: isRetryable(dialect),
    async due({ now, after, limit }: DueRequest) {
      const selected = [...new Set([...keyColumns, ...deciding])].map((name) => sql.ref(name))
      const texts = deciding.map((column) => sql`${asText(dialect, column)} as ${sql.ref(`${RAW}${column}`)}`)
      const asked = heldIf ? [sql`case when ${heldIf} then 1 else 0 end as ${sql.ref(HELD)}`] : []
      const conditions = [sql`1 = 1`, ...(where ? [where(now)] : []), ...inRange(keyColumns, { after, until: null })]
      const { rows } = await sql<SqlRow>`select ${sql.join([...selected, ...texts, ...asked])} from ${sql.table(table)}
        where ${sql.join(conditions, sql` and `)}
        order by ${sql.join(keyColumns.map((name) => sql.ref(name)))} limit ${sql.lit(limit)}`.execute(db)
      const items = rows.map((row) => itemOf(row, now))
      return { items, next: items.length < limit ? null : cursorOfKey(items.at(-1)!.key) }
    },
    async remove(items, record) {
      const refused = new Set<SqlReaperItem>()
      for (;;) {
        let asked: SqlReaperItem | undefined
        try {
          return await db.transaction().execute(async (tx) => {
            const removed: SqlReaperItem[] = []
            for (const item of items) {
              if (item.held || refused.has(item)) continue
              const { key, read, at } = item
              const unchanged = Object.entries(read).map(([column, value]) => same(column, value))
              const conditions = sql.join([isKey(keyColumns, key), ...unchanged, ...also(at)], sql` and `)
              asked = item
              const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ${conditions}`.execute(tx)
              asked = undefined
              if (numAffectedRows === 1n) removed.push(item)
            }
            if (removed.length > 0) await record(removed, tx)
            return items.map((item) => removed.includes(item))
          })
        } catch (error) {
          // Something refers to the row, or a trigger keeps it: it stays, and the others go.
          if (!asked || !isOfRow(dialect)(error)) throw error
          refused.add(asked)
        }
      }
    },
  }
}
