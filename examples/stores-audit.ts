import { randomBytes } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { redactFields, sealedAuditStore } from '@waxseal/adapter-stores'
import { migrateStores, sqlAuditStore } from '@waxseal/adapter-stores/sql'
import { createAuditTrail } from '@waxseal/audit'
import { migrateAudit, sqlSink } from '@waxseal/audit/sql'
import { createBlindIndex, createDedupKey, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'
import { Kysely, PGliteDialect, sql } from 'kysely'

const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
const keys = staticKeys([
  { kid: 'k1', key: generateKey() },
  { kid: 'index', key: generateKey(), state: 'decrypt_only' },
])
const sealer = createSealer({ keys })
const auditKey = randomBytes(32)

// #region use
await migrateStores({ db, dialect: 'postgres' })
await migrateAudit({ db, dialect: 'postgres' })
const audit = sealedAuditStore(sqlAuditStore({ db, dialect: 'postgres' }), {
  sealer,
  app: 'gateway',
  // Redacted, then sealed: what is redacted is stored nowhere.
  redact: redactFields(['password', 'card.cvc']),
  fingerprint: {
    index: createBlindIndex({
      keys,
      table: 'audit',
      field: 'to',
      normaliser: normalisers.text,
      versions: [{ version: 1, key: { kid: 'index' } }],
    }),
    of: ({ payload }) => (payload as { to?: string }).to,
  },
  chain: {
    trail: createAuditTrail({ sink: sqlSink({ db, dialect: 'postgres' }), keys: { id: 'a1', key: auditKey } }),
    digest: createDedupKey({ keys, key: { kid: 'index' } }),
  },
})

const payload = { to: 'ada@example.com', password: 'hunter2', amount: 12 }
await audit.append({ kind: 'send_email', tenant: 'acme', outcome: 'executed', subject: 'a-1', payload })

const { records } = await audit.query({ tenant: 'acme', outcome: 'executed', fingerprint: 'Ada@example.com' })
console.log(records[0]?.payload) // { to: 'ada@example.com', password: '[REDACTED]', amount: 12 }
// #endregion

// #region verify
const second = await audit.append({ kind: 'send_email', tenant: 'acme', outcome: 'failed', payload: { to: 'bob@example.com' } })
console.log((await audit.verify()).ok) // true

// Somebody makes a failure of it that never was.
await sql`update waxseal_audit_records set outcome = 'executed' where id = ${second.id}`.execute(db)
const verdict = await audit.verify()
console.log(verdict.ok ? 'in order' : verdict.flaw.reason, verdict.ok ? '' : verdict.flaw.id === second.id) // changed true
// #endregion

await db.destroy()
