import { WaxsealError } from '@waxseal/core'
import { type Kysely, sql, type Transaction } from 'kysely'
import { fromDatabase, isPassing } from './database-error.js'
import type { Tables } from './tables.js'

// biome-ignore lint/suspicious/noExplicitAny: a user's own database may hold any tables beside ours
export type AnyDatabase = any

export type SqlDialect = 'postgres' | 'mysql' | 'sqlite'

export type Reader = Kysely<Tables>
export type Change = Transaction<Tables>

/** The database of a key store: reads and changes with errors that are ours. */
export interface Database {
  readonly dialect: SqlDialect
  read<T>(run: (db: Reader) => Promise<T>): Promise<T>
  /** Runs a transaction, again where it met another one. The first statement must be a write: SQLite locks with it. */
  change<T>(run: (tx: Change) => Promise<T>): Promise<T>
  /** Milliseconds since the epoch, by the clock of the database. */
  now(db: Reader): Promise<number>
}

const NOW: Readonly<Record<SqlDialect, string>> = {
  postgres: 'floor(extract(epoch from clock_timestamp()) * 1000)',
  mysql: "timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000",
  sqlite: "cast(round((julianday('now') - 2440587.5) * 86400000) as integer)",
}

const ATTEMPTS = 5

export interface DatabaseOptions {
  readonly db: Kysely<AnyDatabase>
  readonly dialect: SqlDialect
  readonly now?: (() => number) | undefined
}

export function createDatabase({ db: given, dialect, now }: DatabaseOptions): Database {
  if (!Object.hasOwn(NOW, dialect)) throw new WaxsealError('config', 'dialect is postgres, mysql or sqlite')
  if (typeof given?.selectFrom !== 'function') throw new WaxsealError('config', 'db is a Kysely')
  if (given.isTransaction) throw new WaxsealError('config', 'db is a Kysely, not a transaction of it')
  // Plugins that change names or values are for other tables.
  const db = given.withoutPlugins() as Reader

  const begin = () => {
    const transaction = db.transaction()
    return dialect === 'sqlite' ? transaction : transaction.setIsolationLevel('read committed')
  }

  return {
    dialect,
    read: (run) =>
      run(db).catch((error: unknown) => {
        throw fromDatabase(error)
      }),
    async change(run) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await begin().execute(run)
        } catch (error) {
          if (attempt >= ATTEMPTS || !isPassing(error)) throw fromDatabase(error)
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt))
        }
      }
    },
    async now(reader) {
      if (now) return now()
      const { rows } = await sql<{ now: number | string }>`select ${sql.raw(NOW[dialect])} as now`.execute(reader)
      return Number(rows[0]!.now)
    },
  }
}
