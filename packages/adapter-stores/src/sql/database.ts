import { WaxsealError } from '@waxseal/core'
import type { Kysely } from 'kysely'
import type { StoredValue } from '../stored-value.js'
import { fromDatabase } from './database-error.js'
import type { Tables } from './tables.js'

// biome-ignore lint/suspicious/noExplicitAny: a user's own database may hold any tables beside ours
export type AnyDatabase = any

export type SqlDialect = 'postgres' | 'sqlite'

export interface SqlStoreOptions {
  /** The tables lie in the schema that its connections use; its plugins, `withSchema` among them, are left out. */
  readonly db: Kysely<AnyDatabase>
  /** What speaks there: PostgreSQL 14 or later (also PGlite), SQLite 3.35 or later. */
  readonly dialect: SqlDialect
  /** Default `state`, `audit` and `dead-letters`. Several stores lie in the same tables, by name. */
  readonly name?: string | undefined
}

export interface Database {
  readonly dialect: SqlDialect
  /** Runs statements; what they throw is an error of ours. */
  run<T>(statements: (db: Kysely<Tables>) => Promise<T>): Promise<T>
}

export function openDatabase({ db: given, dialect }: SqlStoreOptions): Database {
  if (dialect !== 'postgres' && dialect !== 'sqlite') throw new WaxsealError('config', 'dialect is postgres or sqlite')
  if (typeof given?.selectFrom !== 'function') throw new WaxsealError('config', 'db is a Kysely')
  if (given.isTransaction) throw new WaxsealError('config', 'db is a Kysely, not a transaction of it')
  // Plugins that change names or values are for other tables.
  const db = given.withoutPlugins() as Kysely<Tables>
  return {
    dialect,
    run: (statements) =>
      statements(db).catch((error: unknown) => {
        throw fromDatabase(error)
      }),
  }
}

/** The columns of a value. */
export const valueColumns = ({ sealed, clear }: StoredValue): ValueColumns => ({ sealed: sealed ?? null, clear: clear ?? null })

interface ValueColumns {
  readonly sealed: string | null
  readonly clear: string | null
}

/** The value of a row. One that holds nothing, or both, was changed by somebody else: as an envelope it does not open. */
export const storedValue = ({ sealed, clear }: ValueColumns): StoredValue =>
  clear !== null && sealed === null ? { clear } : { sealed: clear === null ? (sealed ?? '') : '' }

/** The number of an integer column. */
export const numberOf = (value: number | string): number => Number(value)
