import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, type SqliteDatabase, SqliteDialect } from 'kysely'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into tables of any shape
export type Database = Kysely<any>

/** A database of its own for a test, as Kysely speaks to it. */
export interface TestDatabase<Dialect extends string = 'postgres' | 'mysql' | 'sqlite'> {
  readonly db: Database
  readonly dialect: Dialect
}

const builtin = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined
/** Why there is no SQLite here, `undefined` where there is. */
export const sqliteMissing = builtin ? undefined : 'this runtime has no node:sqlite'

/** SQLite as Node has it, in the shape that Kysely's dialect wants. */
function sqlite(path: string): SqliteDatabase {
  if (!builtin) throw new Error(sqliteMissing)
  const database = new builtin.DatabaseSync(path)
  database.exec('pragma busy_timeout = 10000')
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

/** A file, or in memory. */
export const openSqlite = (path = ':memory:'): TestDatabase<'sqlite'> => ({
  dialect: 'sqlite',
  db: new Kysely({ dialect: new SqliteDialect({ database: sqlite(path) }) }),
})

/** PostgreSQL within the process. */
export const openPglite = async (): Promise<TestDatabase<'postgres'>> => ({
  dialect: 'postgres',
  db: new Kysely({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) }),
})
