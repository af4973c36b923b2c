import { migrateAudit } from '@waxseal/audit/sql'
import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { AnyDatabase, SqlDialect } from './database.js'
import { fromDatabase, isDuplicate, isPassing } from './database-error.js'

export interface MigrateOptions {
  /** An account that owns the schema. */
  readonly db: Kysely<AnyDatabase>
  /** PostgreSQL 14 or later (also PGlite), MySQL 8.0.29 or MariaDB 10.6 or later, SQLite 3.24 or later. */
  readonly dialect: SqlDialect
  /** `false`: without the tables of the audit trail, where that is kept elsewhere. Default true. */
  readonly audit?: boolean | undefined
}

/** Transactions need it, whatever the server's default is. */
const engine = (dialect: SqlDialect) => sql.raw(dialect === 'mysql' ? 'engine = InnoDB' : '')

/** Types of columns. Bytes are compared, not letters: MySQL's own collation takes A for a. */
function types(dialect: SqlDialect) {
  const bytewise = dialect === 'mysql' ? ' character set utf8mb4 collate utf8mb4_bin' : ''
  return {
    text: (length: number) => sql.raw<string>(`varchar(${length})${bytewise}`),
    long: sql.raw<string>(`text${bytewise}`),
  }
}

const integers = (table: CreateTableBuilder<string, string>, names: readonly string[]) =>
  names.reduce((built, name) => built.addColumn(name, 'bigint'), table)

const first = (dialect: SqlDialect): Migration => ({
  async up(db: Kysely<unknown>) {
    const { text, long } = types(dialect)
    await db.schema
      .createTable('waxseal_key_scopes')
      .ifNotExists()
      .addColumn('scope_hash', text(32), (column) => column.primaryKey())
      .addColumn('held', 'integer', (column) => column.notNull())
      .addColumn('shredded_at', 'bigint')
      .addColumn('lock_version', 'bigint', (column) => column.notNull().defaultTo(0))
      .modifyEnd(engine(dialect))
      .execute()
    const keys = db.schema
      .createTable('waxseal_keys')
      .ifNotExists()
      .addColumn('kid', text(64), (column) => column.primaryKey())
      .addColumn('name', text(64), (column) => column.notNull())
      .addColumn('scope_hash', text(32), (column) => column.notNull())
      .addColumn('scope_sealed', long)
      .addColumn('purpose', text(16), (column) => column.notNull())
      .addColumn('suite', text(32))
      .addColumn('newest_version', 'bigint', (column) => column.notNull())
      .addColumn('held', 'integer', (column) => column.notNull())
      .addColumn('lock_version', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', text(255), (column) => column.notNull())
      .addUniqueConstraint('waxseal_keys_name', ['name', 'scope_hash'])
    const settings = ['rotate_every', 'next_rotation_at', 'expires_at', 'max_versions', 'retain_for', 'retain_until']
    await integers(keys as CreateTableBuilder<string, string>, settings)
      .modifyEnd(engine(dialect))
      .execute()
    const versions = db.schema
      .createTable('waxseal_key_versions')
      .ifNotExists()
      .addColumn('kid', text(64), (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('state', text(20), (column) => column.notNull())
      .addColumn('resume_state', text(20))
      .addColumn('wrapped_key', long)
      .addColumn('wrapped_by', text(64), (column) => column.notNull())
      .addColumn('wrapped_by_version', 'bigint', (column) => column.notNull())
      .addColumn('check_value', text(16))
      .addColumn('lock_version', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('activated_at', 'bigint', (column) => column.notNull())
      .addColumn('uses', 'bigint', (column) => column.notNull().defaultTo(0))
      .addPrimaryKeyConstraint('waxseal_key_versions_pk', ['kid', 'version'])
      .addForeignKeyConstraint('waxseal_key_versions_key', ['kid'], 'waxseal_keys', ['kid'])
    const times = ['compromised_at', 'retired_at', 'destroy_after', 'destroyed_at', 'last_used_at']
    const versionTable = integers(versions as CreateTableBuilder<string, string>, times)
    // No more than one version of a key may seal: a partial index, or what MySQL has in place of one.
    const whenActive = sql`if(state = 'active', kid, null)`
    await (dialect === 'mysql'
      ? versionTable.addColumn('active_kid', text(64), (column) => column.generatedAlwaysAs(whenActive).stored().unique())
      : versionTable
    )
      .modifyEnd(engine(dialect))
      .execute()
    if (dialect !== 'mysql')
      await db.schema
        .createIndex('waxseal_key_versions_active')
        .ifNotExists()
        .unique()
        .on('waxseal_key_versions')
        .column('kid')
        .where(sql.ref('state'), '=', sql.lit('active'))
        .execute()
    await createIndexes(db, dialect)
  },
})

const INDEXES = [
  ['waxseal_keys_due', 'waxseal_keys', ['next_rotation_at']],
  ['waxseal_keys_scope', 'waxseal_keys', ['scope_hash']],
  ['waxseal_key_versions_doomed', 'waxseal_key_versions', ['destroy_after']],
  ['waxseal_key_versions_wrapped', 'waxseal_key_versions', ['wrapped_by', 'wrapped_by_version', 'kid', 'version']],
] as const

async function createIndexes(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  // MySQL has no `create index if not exists`, and no transaction for what changes tables.
  const there =
    dialect === 'mysql'
      ? await sql<{ name: string }>`select distinct index_name as name from information_schema.statistics
          where table_schema = database()`.execute(db)
      : { rows: [] }
  const known = new Set(there.rows.map(({ name }) => name))
  for (const [name, table, columns] of INDEXES) {
    if (known.has(name)) continue
    const index = db.schema
      .createIndex(name)
      .on(table)
      .columns([...columns])
    await (dialect === 'mysql' ? index : index.ifNotExists()).execute()
  }
}

const ATTEMPTS = 6
const MIGRATIONS = { '0001-keys': first }

/**
 * Makes or updates the tables of the key store, and those of the audit trail. It may run at every start, from many processes.
 *
 * @example
 * await migrateKeystore({ db, dialect: 'postgres' })
 */
export async function migrateKeystore({ db: given, dialect, audit = true }: MigrateOptions): Promise<void> {
  const db = given.withoutPlugins()
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).map(([name, make]) => [name, make(dialect)]))
  const migrator = new Migrator({
    db: db.withoutPlugins(),
    provider: { getMigrations: async () => migrations },
    migrationTableName: 'waxseal_keystore_migration',
    migrationLockTableName: 'waxseal_keystore_migration_lock',
  })
  // On SQLite nothing makes processes take turns: one that met another one finds its work done.
  for (let attempt = 1; ; attempt++) {
    const { error } = await migrator.migrateToLatest()
    if (!error) break
    if (attempt >= ATTEMPTS || !(isPassing(error) || isDuplicate(error))) throw fromDatabase(error)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** attempt))
  }
  if (audit) await migrateAudit({ db, dialect })
}
