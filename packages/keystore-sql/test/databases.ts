import { Kysely, SqliteDialect } from 'kysely'
import { embeddedDatabase } from '../src/embedded.ts'
import type { SqlDialect } from '../src/index.ts'
import { sqlite } from './children/sqlite.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into tables of any shape
export type Database = Kysely<any>

export interface TestDatabase {
  readonly db: Database
  readonly dialect: SqlDialect
}

export const openSqlite = (path = ':memory:'): TestDatabase => ({
  dialect: 'sqlite',
  db: new Kysely({ dialect: new SqliteDialect({ database: sqlite(path) }) }),
})

export const openPglite = (): TestDatabase => embeddedDatabase()
