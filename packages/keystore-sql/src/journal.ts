import type { AuditEntry, AuditRecord, AuditTrail } from '@waxseal/audit'
import type { AuditTransaction } from '@waxseal/audit/sql'
import { WaxsealError } from '@waxseal/core'
import type { Change } from './database.js'
import type { KeystoreEvent } from './keystore-event.js'

export type KeystoreTrail = AuditTrail<AuditTransaction>

/** Writes what happens to keys into the audit trail. */
export interface Journal {
  readonly trail: KeystoreTrail | undefined
  /** Within the transaction of the change: if it cannot be written, the change does not happen. */
  write(tx: Change, entry: AuditEntry): Promise<AuditRecord | undefined>
  /** What has no transaction, as a failing key service: whoever reads keys is not held up by it. */
  note(entry: AuditEntry): Promise<void>
  /** Copies of what was committed, for a trail that a restored backup does not take along. */
  mirror(entries: readonly AuditEntry[]): Promise<void>
}

export interface JournalOptions {
  readonly audit: KeystoreTrail | 'none'
  readonly mirror: AuditTrail<never> | undefined
  readonly tell: (event: KeystoreEvent) => void
}

export function createJournal({ audit, mirror, tell }: JournalOptions): Journal {
  if (audit !== 'none' && typeof audit?.append !== 'function')
    throw new WaxsealError('config', "audit is an audit trail over the same database, or 'none'")
  const trail = audit === 'none' ? undefined : audit
  const failed = () => tell({ type: 'audit_failed' })

  return {
    trail,
    write: async (tx, entry) => trail?.append(entry, tx as unknown as AuditTransaction),
    async note(entry) {
      await Promise.all([trail?.append(entry), mirror?.append(entry)]).catch(failed)
    },
    async mirror(entries) {
      for (const entry of entries) await mirror?.append(entry).catch(failed)
    },
  }
}

/** Who does something: every change has one. */
export function actorOf(options: { readonly actor: string } | undefined): string {
  const actor = options?.actor
  if (typeof actor !== 'string' || actor === '' || actor.length > 255)
    throw new WaxsealError('config', 'actor is the id of who does it, 1 to 255 characters')
  return actor
}
