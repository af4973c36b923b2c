import { type RawBuilder, sql } from 'kysely'

export type SealedDialect = 'postgres' | 'mysql' | 'sqlite'

/** Types of columns, for migrations: `addColumn('card', types.text)`. */
export interface SealedTypes {
  /** An envelope as text. */
  readonly text: RawBuilder<unknown>
  /** An envelope as bytes, for `as: 'bytes'`. */
  readonly bytes: RawBuilder<unknown>
  /** A document, or an envelope in JSON, for `sealedJson` and `as: 'json'`. */
  readonly json: RawBuilder<unknown>
  /** A keyed hash, compared byte by byte: it can be unique. */
  readonly index: RawBuilder<unknown>
}

/**
 * What columns are in a dialect. MySQL and MariaDB compare texts without regard to case unless told otherwise, which would take
 * different hashes for equal.
 *
 * @example
 * const types = sealedTypes('postgres')
 * await db.schema.alterTable('customers').addColumn('email_index', types.index, (column) => column.unique()).execute()
 */
export function sealedTypes(dialect: SealedDialect): SealedTypes {
  switch (dialect) {
    case 'postgres':
      return { text: sql`text`, bytes: sql`bytea`, json: sql`jsonb`, index: sql`text` }
    case 'sqlite':
      return { text: sql`text`, bytes: sql`blob`, json: sql`text`, index: sql`text` }
    case 'mysql':
      return {
        text: sql`mediumtext character set utf8mb4 collate utf8mb4_bin`,
        bytes: sql`mediumblob`,
        json: sql`json`,
        index: sql`varchar(64) character set ascii collate ascii_bin`,
      }
  }
}
