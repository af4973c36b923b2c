import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { openDatabase, type SqlDialect, type SqlStoreOptions } from './database.js'
import { fromDatabase, isDuplicate, isPassing } from './database-error.js'

/** Texts compare by their bytes, in any locale. */
const text = (dialect: SqlDialect) => sql.raw<string>(dialect === 'postgres' ? 'text collate "C"' : 'text')

/** What every table begins with. */
function entries(db: Kysely<unknown>, dialect: SqlDialect, table: string): CreateTableBuilder<string, string> {
  const named = ['store', 'kind', 'namespace', 'tenant', 'id'].reduce(
    (built, name) => built.addColumn(name, text(dialect), (column) => column.notNull()),
    db.schema.createTable(table).ifNotExists() as CreateTableBuilder<string, string>,
  )
  return named
    .addColumn('sealed', text(dialect))
    .addColumn('clear', text(dialect))
    .addCheckConstraint(`${table}_value`, sql`(sealed is null) <> (clear is null)`)
}

const first = (dialect: SqlDialect): Migration => ({
  async up(db: Kysely<unknown>) {
    await entries(db, dialect, 'waxseal_state')
      .addColumn('version', text(dialect), (column) => column.notNull())
      .addColumn('written_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addPrimaryKeyConstraint('waxseal_state_pk', ['store', 'kind', 'namespace', 'tenant', 'id'])
      .execute()
    await entries(db, dialect, 'waxseal_audit_records')
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('outcome', text(dialect), (column) => column.notNull())
      .addColumn('subject', text(dialect))
      .addColumn('fingerprint', text(dialect))
      .addColumn('retention', text(dialect))
      .addPrimaryKeyConstraint('waxseal_audit_records_pk', ['store', 'id'])
      .execute()
    await entries(db, dialect, 'waxseal_dead_letters')
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('waxseal_dead_letters_pk', ['store', 'id'])
      .execute()
    for (const [name, table, columns] of INDEXES)
      await db.schema
        .createIndex(name)
        .ifNotExists()
        .on(table)
        .columns([...columns])
        .execute()
  },
})

const INDEXES = [
  ['waxseal_state_expires', 'waxseal_state', ['expires_at']],
  ['waxseal_audit_records_at', 'waxseal_audit_records', ['store', 'at', 'id']],
  ['waxseal_audit_records_owner', 'waxseal_audit_records', ['store', 'namespace', 'tenant', 'at', 'id']],
  ['waxseal_audit_records_subject', 'waxseal_audit_records', ['store', 'subject', 'at', 'id']],
  ['waxseal_audit_records_fingerprint', 'waxseal_audit_records', ['store', 'fingerprint', 'at', 'id']],
  ['waxseal_dead_letters_at', 'waxseal_dead_letters', ['store', 'at', 'id']],
] as const

const ATTEMPTS = 6
const MIGRATIONS = { '0001-stores': first }

/**
 * Makes or updates the tables of the stores. It may run at every start, from many processes. Needs an account that owns the schema.
 *
 * @example
 * await migrateStores({ db, dialect: 'postgres' })
 */
export async function migrateStores({ db, dialect }: Pick<SqlStoreOptions, 'db' | 'dialect'>): Promise<void> {
  openDatabase({ db, dialect })
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).map(([name, make]) => [name, make(dialect)]))
  const migrator = new Migrator({
    db: db.withoutPlugins(),
    provider: { getMigrations: async () => migrations },
    migrationTableName: 'waxseal_stores_migration',
    migrationLockTableName: 'waxseal_stores_migration_lock',
  })
  // On SQLite nothing makes processes take turns: one that met another one finds its work done.
  for (let attempt = 1; ; attempt++) {
    const { error } = await migrator.migrateToLatest()
    if (!error) return
    if (attempt >= ATTEMPTS || !(isPassing(error) || isDuplicate(error))) throw fromDatabase(error)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** attempt))
  }
}
