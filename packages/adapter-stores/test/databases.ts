import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, type SqliteDatabase, SqliteDialect } from 'kysely'
import type { SqlDialect } from '../src/sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into tables of any shape
export type Database = Kysely<any>

export interface TestDatabase {
  readonly db: Database
  readonly dialect: SqlDialect
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

export const openSqlite = (path = ':memory:'): TestDatabase => ({
  dialect: 'sqlite',
  db: new Kysely({ dialect: new SqliteDialect({ database: sqlite(path) }) }),
})

export const openPglite = async (): Promise<TestDatabase> => ({
  dialect: 'postgres',
  db: new Kysely({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) }),
})
