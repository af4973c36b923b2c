import type { Kysely } from 'kysely'
import { embeddedDatabase } from '../src/embedded.ts'
import type { SqlDialect } from '../src/index.ts'
import { sqliteDatabase } from '../src/sqlite.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into tables of any shape
export type Database = Kysely<any>

export interface TestDatabase {
  readonly db: Database
  readonly dialect: SqlDialect
}

export const openSqlite = (path?: string): TestDatabase => sqliteDatabase(path)
export const openPglite = (): TestDatabase => embeddedDatabase()
