import type { RetentionPolicy } from '@waxseal/core'
import { type Selectable, sql } from 'kysely'
import type { AuditRow, AuditStore } from '../audit/audit-store.js'
import { keyOf } from '../entry-key.js'
import { cursorOf, pageLimit, pageOf, placeOf } from '../page.js'
import { numberOf, openDatabase, type SqlStoreOptions, storedValue, valueColumns } from './database.js'
import type { AuditRecordTable } from './tables.js'

/** What somebody wrote there that is no policy is one that no reaper knows. */
function policyIn(text: string | null): RetentionPolicy | null {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return { keep: 'unreadable' } as never
  }
}

const auditRow = (row: Selectable<AuditRecordTable>): AuditRow => ({
  ...keyOf(row),
  at: numberOf(row.at),
  outcome: row.outcome,
  subject: row.subject,
  fingerprint: row.fingerprint,
  retention: policyIn(row.retention),
  value: storedValue(row),
})

const SAME = ['kind', 'namespace', 'tenant', 'outcome', 'subject'] as const

/**
 * Audit records in the table `waxseal_audit_records`, which `migrateStores` makes. With a chain over `sqlSink` on the same database a
 * record and its link come together, or not at all.
 *
 * @example
 * const audit = sealedAuditStore(sqlAuditStore({ db, dialect: 'postgres' }), { sealer, app: 'gateway' })
 */
export function sqlAuditStore(options: SqlStoreOptions): AuditStore {
  const { name: store = 'audit' } = options
  const { run } = openDatabase(options)
  return Object.freeze<AuditStore>({
    name: store,
    async append(row, within) {
      const { at, outcome, subject, fingerprint } = row
      const retention = row.retention === null ? null : JSON.stringify(row.retention)
      const values = { store, ...keyOf(row), at, outcome, subject, fingerprint, retention, ...valueColumns(row.value) }
      await run((db) =>
        db.transaction().execute(async (tx) => {
          await tx.insertInto('waxseal_audit_records').values(values).execute()
          await within?.(tx)
        }),
      )
    },
    async query(filter, { after, limit } = {}) {
      const from = placeOf<number | string>(after, ['number', 'string'])
      const wanted = pageLimit(limit)
      const rows = await run((db) => {
        let query = db.selectFrom('waxseal_audit_records').selectAll().where('store', '=', store)
        for (const name of SAME) if (filter[name] !== undefined) query = query.where(name, '=', filter[name])
        if (filter.from !== undefined) query = query.where('at', '>=', filter.from)
        if (filter.to !== undefined) query = query.where('at', '<', filter.to)
        if (filter.fingerprints) query = query.where('fingerprint', 'in', [...filter.fingerprints])
        if (from) query = query.where(sql<boolean>`(at, id) > (${sql.join(from)})`)
        return query
          .orderBy('at')
          .orderBy('id')
          .limit(wanted + 1)
          .execute()
      })
      const { items, next } = pageOf(rows.map(auditRow), wanted, ({ at, id }) => cursorOf([at, id]))
      return { rows: items, next }
    },
    async get(ids) {
      if (ids.length === 0) return []
      const rows = await run((db) =>
        db
          .selectFrom('waxseal_audit_records')
          .selectAll()
          .where('store', '=', store)
          .where('id', 'in', [...ids])
          .execute(),
      )
      return rows.map(auditRow)
    },
    async count() {
      const counted = await run((db) =>
        db
          .selectFrom('waxseal_audit_records')
          .select((eb) => eb.fn.countAll<number | string>().as('count'))
          .where('store', '=', store)
          .executeTakeFirstOrThrow(),
      )
      return numberOf(counted.count)
    },
  })
}
