import { DatabaseSync } from 'node:sqlite'
import { type Dialect, Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import { type SealedConfig, type SealedDialect, sealedConfig, sealedTypes } from '../src/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into tables of any shape
export type Database = Kysely<any>

export interface TestDatabase {
  /** Without the adapter. */
  readonly db: Database
  readonly dialect: SealedDialect
  /** The same database, for a Kysely of its own. */
  readonly open: () => Dialect
}

export const databaseOf = (dialect: SealedDialect, open: () => Dialect): TestDatabase => ({
  dialect,
  open,
  db: new Kysely({ dialect: open() }),
})

/** The database through the adapter. */
export const sealedDatabase = ({ open }: TestDatabase, config: Omit<SealedConfig, 'dialect'>): Database =>
  new Kysely(sealedConfig({ ...config, dialect: open() }))

/** SQLite takes neither booleans nor dates. */
const bindable = (value: unknown) =>
  (typeof value === 'boolean' ? Number(value) : value instanceof Date ? value.toISOString() : value) as string | number | null

/** SQLite as Node has it, in the shape that Kysely's dialect wants. `seen` is told the values of every statement. */
function sqlite(seen: (values: readonly unknown[]) => void): SqliteDatabase {
  const database = new DatabaseSync(':memory:')
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text)
      const bound = (values: readonly unknown[]) => {
        seen(values)
        return values.map(bindable)
      }
      return {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...bound(values)),
        run: (values) => statement.run(...bound(values)),
        iterate: (values) => statement.iterate(...bound(values)),
      }
    },
  }
}

export function openSqlite(seen: (values: readonly unknown[]) => void = () => {}): TestDatabase {
  const database = sqlite(seen)
  return databaseOf('sqlite', () => new SqliteDialect({ database }))
}

/** Makes the tables of the contract anew. */
export async function createTables({ db, dialect }: TestDatabase): Promise<void> {
  const types = sealedTypes(dialect)
  for (const name of ['customers', 'suppliers']) {
    await db.schema.dropTable(name).ifExists().execute()
    await db.schema
      .createTable(name)
      .addColumn('id', 'varchar(50)', (column) => column.primaryKey())
      .addColumn('tenant', 'varchar(50)', (column) => column.notNull())
      .addColumn('plan', 'varchar(50)')
      .addColumn('email', types.text)
      .addColumn('email_index', types.index, (column) => column.unique())
      .addColumn('card', types.text)
      .addColumn('photo', types.bytes)
      .addColumn('notes', types.json)
      .addColumn('profile', types.json)
      .addColumn('is_encrypted', 'boolean')
      .addColumn('pii_fields', types.json)
      .addColumn('delete_at', dialect === 'postgres' ? 'timestamptz' : dialect === 'mysql' ? 'datetime' : 'text')
      .execute()
  }
}
