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
  /**
   * What has no transaction, as a failing key service: whoever reads keys is not held up by it, though the trail hang. Failures of one
   * kind are noted once in ten seconds: an outage is not a record for each who asked.
   */
  note(entry: AuditEntry): Promise<void>
  /** Copies of what was committed, for a trail that a restored backup does not take along. */
  mirror(entries: readonly AuditEntry[]): Promise<void>
}

export interface JournalOptions {
  readonly audit: KeystoreTrail | 'none'
  readonly mirror: AuditTrail<never> | undefined
  readonly tell: (event: KeystoreEvent) => void
}

const PATIENCE_MS = 3_000
const REPEATED_MS = 10_000

export function createJournal({ audit, mirror, tell }: JournalOptions): Journal {
  if (audit !== 'none' && typeof audit?.append !== 'function')
    throw new WaxsealError('config', "audit is an audit trail over the same database, or 'none'")
  const trail = audit === 'none' ? undefined : audit
  const noted = new Map<string, number>()

  /** Waits for records outside a transaction, and not for long. */
  async function soon(records: Promise<unknown>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise((_, reject) => {
      timer = setTimeout(reject, PATIENCE_MS)
    })
    await Promise.race([records, late]).catch(() => tell({ type: 'audit_failed' }))
    clearTimeout(timer)
  }

  /** Whether a failure of this kind was noted just before. */
  function isRepeated({ operation, subject, version, outcome = 'ok' }: AuditEntry): boolean {
    if (outcome === 'ok') return false
    const kind = JSON.stringify([operation, subject, version, outcome])
    const before = noted.get(kind)
    if (before !== undefined && performance.now() - before < REPEATED_MS) return true
    noted.set(kind, performance.now())
    return false
  }

  return {
    trail,
    write: async (tx, entry) => trail?.append(entry, tx as unknown as AuditTransaction),
    async note(entry) {
      if (!isRepeated(entry)) await soon(Promise.all([trail?.append(entry), mirror?.append(entry)]))
    },
    async mirror(entries) {
      if (mirror) for (const entry of entries) await soon(mirror.append(entry))
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
