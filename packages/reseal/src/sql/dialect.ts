import { type Kysely, type RawBuilder, sql } from 'kysely'
import { misconfigured } from '../config-error.js'

// biome-ignore lint/suspicious/noExplicitAny: a user's own database may hold any tables
export type AnyDatabase = any

export type SqlDialect = 'postgres' | 'mysql' | 'sqlite'

export interface SqlOptions {
  readonly db: Kysely<AnyDatabase>
  /** What speaks there: PostgreSQL 14 or later (also PGlite), MySQL 8 or MariaDB 10.6 or later, SQLite 3.35 or later. */
  readonly dialect: SqlDialect
}

/** The database without plugins: names and values of columns are what they are there, whatever an application makes of its own. */
export function plainDatabase(db: Kysely<AnyDatabase>): Kysely<AnyDatabase> {
  if (typeof db?.withoutPlugins !== 'function') misconfigured('db is a Kysely')
  return db.withoutPlugins()
}

export function checkDialect(dialect: SqlDialect): void {
  if (!['postgres', 'mysql', 'sqlite'].includes(dialect)) misconfigured('dialect is postgres, mysql or sqlite')
}

/** Bytes in the class that drivers take. */
export const bytes = (value: Uint8Array): Uint8Array =>
  typeof Buffer === 'undefined' ? value : Buffer.from(value.buffer, value.byteOffset, value.length)

/** A value as drivers take it. */
export const bound = <T>(value: T): T | Uint8Array => (value instanceof Uint8Array ? bytes(value) : value)

/** A value as text that is the same for the same value. */
export function asText(dialect: SqlDialect, column: string): RawBuilder<string | null> {
  const ref = sql.ref(column)
  if (dialect === 'postgres') return sql`${ref}::text`
  return dialect === 'mysql' ? sql`cast(${ref} as char)` : sql`cast(${ref} as text)`
}

/** Whether a column, as text, holds exactly this; letters and case count. */
export function isExactly(dialect: SqlDialect, text: RawBuilder<string | null>, value: string): RawBuilder<boolean> {
  // MySQL compares by collation, which may take A for a.
  return dialect === 'mysql'
    ? sql`cast(convert(${text} using utf8mb4) as binary) = cast(convert(${value} using utf8mb4) as binary)`
    : sql`${text} = ${value}`
}

const PASSING = {
  // Serialization failure, deadlock, lock not available, server going down or starting, connection failures.
  postgres: (code: unknown) => typeof code === 'string' && /^(40001|40P01|55P03|57P0[123]|08\w{3})$/.test(code),
  mysql: (code: unknown) => code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT',
  sqlite: (code: unknown) => typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code),
}
const CONNECTION = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|PROTOCOL_CONNECTION_LOST)$/

/** Whether the same statement may succeed later. */
export const isRetryable =
  (dialect: SqlDialect) =>
  (error: unknown): boolean => {
    const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown }
    // node:sqlite gives the number: 5 is busy, 6 is locked, further bits say why.
    if (typeof errcode === 'number') return (errcode & 0xff) === 5 || (errcode & 0xff) === 6
    return PASSING[dialect](code) || (typeof code === 'string' && CONNECTION.test(code))
  }

/** Whether the database refused a statement for a row that is in it: a value that does not fit, a constraint, a trigger. */
export const isOfRow =
  (dialect: SqlDialect) =>
  (error: unknown): boolean => {
    const { code, errcode, sqlState } = (error ?? {}) as { code?: unknown; errcode?: unknown; sqlState?: unknown }
    if (dialect === 'postgres') return /^(22|23)...$|^P0001$/.test(`${code}`)
    if (dialect === 'mysql') return /^(22|23|45)...$/.test(`${sqlState}`) || code === 'ER_CHECK_CONSTRAINT_VIOLATED'
    return typeof errcode === 'number' ? (errcode & 0xff) === 19 : /^SQLITE_CONSTRAINT/.test(`${code}`)
  }
