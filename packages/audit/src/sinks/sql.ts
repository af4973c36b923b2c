import type { ExpressionBuilder, Kysely, Transaction } from 'kysely'
import { AuditError, fail, failure } from '../audit-error.js'
import { GENESIS } from '../chain.js'
import type { StoredRecord } from '../record.js'
import type { AuditSink, Head } from '../sink.js'

// biome-ignore lint/suspicious/noExplicitAny: a user's own database may hold any tables beside ours
type AnyDatabase = any

export type SqlDialect = 'postgres' | 'mysql' | 'sqlite'

export interface SqlSinkOptions {
  /** The tables lie in the schema that its connections use; its plugins, `withSchema` among them, are left out. */
  readonly db: Kysely<AnyDatabase>
  /** What speaks there: PostgreSQL 14 or later (also PGlite), MySQL 8.0.29 or MariaDB 10.6 or later, SQLite 3.24 or later. */
  readonly dialect: SqlDialect
}

/** An append that is part of a caller's transaction. */
export type AuditTransaction = Transaction<AnyDatabase>

interface Row {
  readonly stream: string
  readonly seq: number | string
  readonly at: number | string
  readonly actor: string
  readonly operation: string
  readonly subject: string | null
  readonly version: number | string | null
  readonly scope: string | null
  readonly outcome: string
  readonly request_id: string | null
  readonly audit_key: string
  readonly record_text: string
  readonly previous_hash: string
  readonly hash: string
}

const turns = new WeakMap<AuditTransaction, Promise<unknown>>()

/** Integers of 64 bits come as text from some drivers. */
const number = (value: number | string): number =>
  typeof value === 'string' && !/^\d{1,16}$/.test(value) ? Number.NaN : Number(value)

const recordOf = (row: Row): StoredRecord => ({
  stream: row.stream,
  seq: number(row.seq),
  at: number(row.at),
  actor: row.actor,
  operation: row.operation,
  subject: row.subject,
  version: row.version === null ? null : number(row.version),
  scope: row.scope,
  outcome: row.outcome,
  requestId: row.request_id,
  keyId: row.audit_key,
  text: row.record_text,
  previous: row.previous_hash,
  hash: row.hash,
})

/**
 * Keeps the trail in the tables `waxseal_audit` and `waxseal_audit_head`, which `migrateAudit` makes. The head's row is locked while a
 * record is appended, so that writers of one stream take turns, in whichever process they are.
 *
 * @example
 * await migrateAudit({ db, dialect: 'postgres' })
 * const trail = createAuditTrail({ sink: sqlSink({ db, dialect: 'postgres' }), keys })
 * await db.transaction().execute(async (tx) => { await change(tx); await trail.append(entry, tx) })
 */
export function sqlSink({ db, dialect }: SqlSinkOptions): AuditSink<AuditTransaction> {
  if (!['postgres', 'mysql', 'sqlite'].includes(dialect)) fail('config', 'dialect is postgres, mysql or sqlite')
  if (db.isTransaction) fail('config', 'db is a database; a transaction is given to append')
  // A plugin that renames columns or parses texts would make other records of these.
  const database = db.withoutPlugins()

  async function appendIn(tx: AuditTransaction, stream: string, make: (head: Head) => StoredRecord): Promise<StoredRecord> {
    // Makes the head's row, or locks it: with a write, so that a transaction on SQLite need not turn from reader to writer.
    const insert = tx.insertInto('waxseal_audit_head').values({ stream, seq: 0, hash: GENESIS })
    const same = (eb: ExpressionBuilder<AnyDatabase, AnyDatabase>) => ({ seq: eb.ref('waxseal_audit_head.seq') })
    const upsert =
      dialect === 'mysql'
        ? insert.onDuplicateKeyUpdate(same)
        : insert.onConflict((conflict) => conflict.column('stream').doUpdateSet(same))
    await upsert.execute()
    const head = tx.selectFrom('waxseal_audit_head').select(['seq', 'hash']).where('stream', '=', stream)
    const found = await (dialect === 'sqlite' ? head : head.forUpdate()).executeTakeFirstOrThrow()
    const from = number(found.seq)
    if (from === 0) {
      const first = tx.selectFrom('waxseal_audit').select('seq').where('stream', '=', stream).limit(1)
      if (await first.executeTakeFirst()) fail('tampered', 'the head of the audit trail was removed; its records are there')
    }
    const record = make({ seq: from, hash: found.hash })
    await tx
      .insertInto('waxseal_audit')
      .values({
        stream: record.stream,
        seq: record.seq,
        at: record.at,
        actor: record.actor,
        operation: record.operation,
        subject: record.subject,
        version: record.version,
        scope: record.scope,
        outcome: record.outcome,
        request_id: record.requestId,
        audit_key: record.keyId,
        record_text: record.text,
        previous_hash: record.previous,
        hash: record.hash,
      })
      .execute()
    const { numUpdatedRows } = await tx
      .updateTable('waxseal_audit_head')
      .set({ seq: record.seq, hash: record.hash })
      .where('stream', '=', stream)
      .where('seq', '=', from)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new AuditError('conflict', 'somebody else appended to the audit trail meanwhile')
    return record
  }

  const failed = (message: string) => (error: unknown) => {
    throw failure(error, 'sink_failed', message)
  }

  /** Appends in one transaction share its connection: they take turns, as those in several do. */
  async function appendWith(tx: AuditTransaction, stream: string, make: (head: Head) => StoredRecord): Promise<StoredRecord> {
    if (tx.isTransaction !== true) fail('config', 'what an append is part of is a transaction of Kysely')
    const appended = (turns.get(tx) ?? Promise.resolve()).then(() => appendIn(tx.withoutPlugins(), stream, make))
    turns.set(
      tx,
      appended.catch(() => {}),
    )
    return appended
  }

  const unread = failed('the audit trail could not be read')

  return {
    kind: 'sink',
    append: (stream, make, transaction) =>
      (transaction
        ? appendWith(transaction, stream, make)
        : database.transaction().execute((tx) => appendIn(tx, stream, make))
      ).catch(failed('the audit record could not be written')),
    async read(stream, { subject, actor, operation, scope, from, to }, { after, limit }) {
      let query = database.selectFrom('waxseal_audit').selectAll().where('stream', '=', stream)
      if (after !== undefined) query = query.where('seq', '>', after)
      if (subject !== undefined) query = query.where('subject', '=', subject)
      if (scope !== undefined) query = query.where('scope', '=', scope)
      if (actor !== undefined) query = query.where('actor', '=', actor)
      if (operation !== undefined) query = query.where('operation', '=', operation)
      if (from !== undefined) query = query.where('at', '>=', from)
      if (to !== undefined) query = query.where('at', '<', to)
      const rows = await query.orderBy('seq').limit(limit).execute().catch(unread)
      return (rows as Row[]).map(recordOf)
    },
    async head(stream) {
      const query = database.selectFrom('waxseal_audit_head').select(['seq', 'hash']).where('stream', '=', stream)
      const row = await query.executeTakeFirst().catch(unread)
      return row ? { seq: number(row.seq), hash: row.hash } : { seq: 0, hash: GENESIS }
    },
  }
}
