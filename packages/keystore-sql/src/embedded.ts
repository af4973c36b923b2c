import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect } from 'kysely'
import type { AnyDatabase } from './database/database.js'

export type { AnyDatabase }

/** A database in this process, as `createKeystore` and `migrateKeystore` take it. */
export interface EmbeddedDatabase {
  readonly db: Kysely<AnyDatabase>
  readonly dialect: 'postgres'
}

/**
 * PostgreSQL within the process (PGlite), for one process and for tests: in a folder, or in memory. It has one connection: what seals
 * inside a transaction of yours must have its keys at hand.
 *
 * @example
 * const database = embeddedDatabase('./keys')
 * await migrateKeystore(database)
 */
export const embeddedDatabase = (folder?: string): EmbeddedDatabase => ({
  dialect: 'postgres',
  db: new Kysely({ dialect: new PGliteDialect({ pglite: async () => PGlite.create(folder) }) }),
})
