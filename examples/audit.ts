import { randomBytes } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { createAuditTrail } from '@waxseal/audit'
import { migrateAudit, sqlSink } from '@waxseal/audit/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'

interface Tables {
  keys: { name: string; version: number }
}
const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
await sql`create table keys (name text, version integer)`.execute(db)
// In production: 32 random bytes from a secret store, never from the database whose trail this is.
const auditKey = randomBytes(32)

// #region trail
await migrateAudit({ db, dialect: 'postgres' })
const trail = createAuditTrail({
  sink: sqlSink({ db, dialect: 'postgres' }),
  keys: { id: 'a1', key: auditKey },
})

// The change and its record come together, or not at all.
await db.transaction().execute(async (tx) => {
  await tx.insertInto('keys').values({ name: 'orders', version: 4 }).execute()
  await trail.append({ actor: 'svc-deploy', operation: 'key.rotate', subject: 'orders', version: 4 }, tx)
})

for (const { seq, actor, operation } of await trail.query({ subject: 'orders', limit: 100 })) {
  console.log(seq, actor, operation) // 1 svc-deploy key.rotate
}
// #endregion

// #region verify
await trail.append({ actor: 'user-17', operation: 'key.destroy', subject: 'invoices', outcome: 'access_denied' })

// Kept where the database cannot reach: a log service, a bucket with object lock.
const checkpoint = await trail.checkpoint()

// Somebody with the rights of an administrator blames somebody else.
await sql`alter table waxseal_audit disable trigger user`.execute(db)
await sql`update waxseal_audit set actor = 'user-99' where seq = 2`.execute(db)

const verdict = await trail.verify({ checkpoints: [checkpoint] })
console.log(verdict.ok ? 'in order' : `${verdict.flaw.seq} ${verdict.flaw.reason}`) // 2 changed
// #endregion

await trail.close()
await db.destroy()
