import { type Kysely, sql } from 'kysely'
import { fail } from '../audit-error.js'
import type { SqlDialect, SqlSinkOptions } from './sql.js'

const LOCK_LIMIT_S = 60
const REFUSAL = 'records of the audit trail are never changed'

/** Statements that refuse changes of records. A record that is there is not replaced either: SQLite tells no trigger of such a deletion. */
const GUARDS: Readonly<Record<SqlDialect, readonly string[]>> = {
  postgres: [
    `create or replace function waxseal_audit_refuse() returns trigger language plpgsql as
       $$ begin raise exception '${REFUSAL}'; end $$`,
    `create or replace trigger waxseal_audit_no_change before update or delete on waxseal_audit
       for each row execute function waxseal_audit_refuse()`,
    `create or replace trigger waxseal_audit_no_truncate before truncate on waxseal_audit
       for each statement execute function waxseal_audit_refuse()`,
  ],
  mysql: ['update', 'delete'].map(
    (change) => `create trigger if not exists waxseal_audit_no_${change} before ${change} on waxseal_audit
       for each row signal sqlstate '45000' set message_text = '${REFUSAL}'`,
  ),
  sqlite: [
    ...['update', 'delete'].map(
      (change) => `create trigger if not exists waxseal_audit_no_${change} before ${change} on waxseal_audit
       begin select raise(abort, '${REFUSAL}'); end`,
    ),
    `create trigger if not exists waxseal_audit_no_replace before insert on waxseal_audit
       when exists (select 1 from waxseal_audit where stream = new.stream and seq = new.seq)
       begin select raise(abort, '${REFUSAL}'); end`,
  ],
}

const INDEXED = ['subject', 'actor', 'operation', 'scope', 'at'] as const

/** Bytes are compared, not letters: other collations take A for a, and utf8mb4_bin a text for the same with spaces behind it. */
async function bytewiseCollation(db: Kysely<unknown>): Promise<string> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db)
  const name = /mariadb/i.test(rows[0]?.version ?? '') ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
  return ` character set utf8mb4 collate ${name}`
}

async function createTables(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  const bytewise = dialect === 'mysql' ? await bytewiseCollation(db) : ''
  // Where another engine is the default there would be neither transactions nor locks of rows.
  const engine = sql.raw(dialect === 'mysql' ? 'engine = InnoDB' : '')
  const text = (length: number) => sql.raw<string>(`varchar(${length})${bytewise}`)
  const long = sql.raw<string>(`${dialect === 'mysql' ? 'mediumtext' : 'text'}${bytewise}`)
  await db.schema
    .createTable('waxseal_audit')
    .ifNotExists()
    .addColumn('stream', text(64), (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor', text(255), (column) => column.notNull())
    .addColumn('operation', text(600), (column) => column.notNull())
    .addColumn('subject', text(512))
    .addColumn('version', 'bigint')
    .addColumn('scope', text(255))
    .addColumn('outcome', text(64), (column) => column.notNull())
    .addColumn('request_id', text(255))
    .addColumn('audit_key', text(64), (column) => column.notNull())
    .addColumn('record_text', long, (column) => column.notNull())
    .addColumn('previous_hash', text(64), (column) => column.notNull())
    .addColumn('hash', text(64), (column) => column.notNull())
    .addPrimaryKeyConstraint('waxseal_audit_pk', ['stream', 'seq'])
    .modifyEnd(engine)
    .execute()
  await db.schema
    .createTable('waxseal_audit_head')
    .ifNotExists()
    .addColumn('stream', text(64), (column) => column.primaryKey())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('hash', text(64), (column) => column.notNull())
    .modifyEnd(engine)
    .execute()
}

async function createIndexes(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  // MySQL has no `create index if not exists`.
  const there =
    dialect === 'mysql'
      ? await sql<{ name: string }>`select index_name as name from information_schema.statistics
          where table_schema = database() and table_name = 'waxseal_audit'`.execute(db)
      : { rows: [] }
  const known = new Set(there.rows.map(({ name }) => name))
  for (const column of INDEXED) {
    const name = `waxseal_audit_${column}`
    if (known.has(name)) continue
    const index = db.schema.createIndex(name).on('waxseal_audit').columns(['stream', column, 'seq'])
    await (dialect === 'mysql' ? index : index.ifNotExists()).execute()
  }
}

/** Processes that start at once do not get in each other's way: `if not exists` looks first, and two may have looked. */
async function takingTurns(db: Kysely<unknown>, dialect: SqlDialect, run: (db: Kysely<unknown>) => Promise<void>): Promise<void> {
  const inTransaction = async (tx: Kysely<unknown>) => {
    await sql`select pg_advisory_xact_lock(hashtext('waxseal_audit'))`.execute(tx)
    await run(tx)
  }
  const onConnection = async (connection: Kysely<unknown>) => {
    const { rows } = await sql<{ taken: number }>`select get_lock('waxseal_audit', ${LOCK_LIMIT_S}) as taken`.execute(connection)
    if (Number(rows[0]?.taken) !== 1) fail('conflict', 'another process makes the tables of the audit trail')
    try {
      await run(connection)
    } finally {
      await sql`select release_lock('waxseal_audit')`.execute(connection)
    }
  }
  if (dialect === 'postgres') await (db.isTransaction ? inTransaction(db) : db.transaction().execute(inTransaction))
  else if (dialect === 'mysql') await (db.isTransaction ? onConnection(db) : db.connection().execute(onConnection))
  else await run(db)
}

/**
 * Makes the tables of `sqlSink`, their indexes, and the triggers that refuse UPDATE, DELETE and, on PostgreSQL, TRUNCATE. What is
 * there already is left as it is: it may run at every start, in many processes at once, and within a transaction. Needs an account
 * that owns the schema; the sink itself needs far less.
 *
 * @example
 * await migrateAudit({ db, dialect: 'postgres' })
 */
export async function migrateAudit({ db, dialect }: SqlSinkOptions): Promise<void> {
  await takingTurns(db.withoutPlugins(), dialect, async (connection) => {
    await createTables(connection, dialect)
    await createIndexes(connection, dialect)
    for (const statement of GUARDS[dialect]) await sql.raw(statement).execute(connection)
  })
}
