import type { RetentionPolicy } from '@waxseal/core'
import { type RawBuilder, sql } from 'kysely'
import { misconfigured } from '../config-error.js'
import type { DueRequest, ReaperItem, ReaperTarget } from '../reaper-target.js'
import { asText, checkDialect, isRetryable, type SqlOptions } from './dialect.js'
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
  /** For rows without one of their own: a policy, or what makes one of a row's times. */
  readonly policy?: RetentionPolicy | ((item: ReaperItem) => RetentionPolicy) | undefined
  /** Further conditions for reading, checked again while deleting: an age that an index answers, or holds of another table. */
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
const NO_DATE = new Date(Number.NaN)

/** A time as drivers give it. */
function time(value: unknown): Date {
  if (value instanceof Date) return value
  if (typeof value === 'number' || typeof value === 'bigint') return new Date(Number(value))
  if (typeof value !== 'string') return NO_DATE
  // Milliseconds from a driver that gives 64 bits as text, or what `Date` reads. A time without a zone is one of UTC.
  if (/^-?\d{1,16}$/.test(value)) return new Date(Number(value))
  return new Date(/\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value) ? `${value.replace(' ', 'T')}Z` : value)
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
  const { db, dialect, table, created, completed, policyColumn, hold, policy, where } = options
  const keyColumns = typeof options.key === 'string' ? [options.key] : options.key
  checkDialect(dialect)
  if (keyColumns.length === 0 || typeof created !== 'string') misconfigured('a table needs key columns and the column created')
  if (!policy && !policyColumn) misconfigured('a table needs a policy, or a column with policies')
  const deciding = [created, completed, policyColumn, hold].filter((column) => column !== undefined)
  const also = (now: Date): RawBuilder<unknown>[] => (where ? [where(now)] : [])
  // Null is no hold; anything that is not false or 0 is one.
  const free = (column: string) =>
    dialect === 'postgres' ? sql`${sql.ref(column)} is not true` : sql`coalesce(${sql.ref(column)}, 0) = 0`

  const same = (column: string, value: string | null): RawBuilder<unknown> => {
    const text = asText(dialect, column)
    if (dialect === 'postgres') return sql`${text} is not distinct from ${value}::text`
    return dialect === 'mysql' ? sql`cast(${text} as binary) <=> cast(${value} as binary)` : sql`${text} is ${value}`
  }

  function itemOf(row: SqlRow, at: Date): SqlReaperItem {
    const key = keyOfRow(row, keyColumns)
    const held = hold ? !(row[hold] === null || row[hold] === false || Number(row[hold]) === 0) : false
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
      const conditions = [sql`1 = 1`, ...also(now), ...inRange(keyColumns, { after, until: null })]
      const { rows } = await sql<SqlRow>`select ${sql.join([...selected, ...texts])} from ${sql.table(table)}
        where ${sql.join(conditions, sql` and `)}
        order by ${sql.join(keyColumns.map((name) => sql.ref(name)))} limit ${sql.lit(limit)}`.execute(db)
      const items = rows.map((row) => itemOf(row, now))
      return { items, next: items.length < limit ? null : cursorOfKey(items.at(-1)!.key) }
    },
    remove: (items, record) =>
      db.transaction().execute(async (tx) => {
        const done: boolean[] = []
        for (const { key, read, at } of items) {
          const unchanged = Object.entries(read).map(([column, value]) => same(column, value))
          const conditions = sql.join(
            [isKey(keyColumns, key), ...unchanged, ...(hold ? [free(hold)] : []), ...also(at)],
            sql` and `,
          )
          const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ${conditions}`.execute(tx)
          done.push(numAffectedRows === 1n)
        }
        const removed = items.filter((_, at) => done[at])
        if (removed.length > 0) await record(removed, tx)
        return done
      }),
  }
}
