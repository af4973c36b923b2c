import { WaxsealError } from '@waxseal/core'
import { type SqliteDatabase as Driver, Kysely, SqliteDialect } from 'kysely'
import type { AnyDatabase } from './database/database.js'

export type { AnyDatabase }

/** A SQLite database, as `createKeystore` and `migrateKeystore` take it. */
export interface SqliteDatabase {
  readonly db: Kysely<AnyDatabase>
  readonly dialect: 'sqlite'
}

/**
 * SQLite as Node has it (22.13 or later, also Deno): a file, or in memory. Writers wait for each other for up to twenty seconds.
 * `config` where the runtime has none.
 *
 * @example
 * const database = sqliteDatabase('./keys.db')
 * await migrateKeystore(database)
 */
export const sqliteDatabase = (file = ':memory:'): SqliteDatabase => ({
  dialect: 'sqlite',
  db: new Kysely({ dialect: sqliteDialect(file) }),
})

/** The same as a dialect, for a Kysely with types of yours. */
export const sqliteDialect = (file = ':memory:'): SqliteDialect => new SqliteDialect({ database: async () => open(file) })

/** In the shape that Kysely wants. */
function open(file: string): Driver {
  const sqlite = globalThis.process?.getBuiltinModule?.('node:sqlite')
  if (!sqlite) throw new WaxsealError('config', 'SQLite needs a runtime that has it: Node 22.13 or later, or Deno')
  const database = new sqlite.DatabaseSync(file)
  // What is overwritten is gone from the file too.
  database.exec('pragma busy_timeout = 20000; pragma secure_delete = on')
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text)
      const values = (list: readonly unknown[]) => list as (string | number | null)[]
      return {
        reader: statement.columns().length > 0,
        all: (list) => statement.all(...values(list)),
        run: (list) => statement.run(...values(list)),
        iterate: (list) => statement.iterate(...values(list)),
      }
    },
  }
}
