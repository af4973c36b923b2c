import type { AuditEntry, AuditRecord, AuditTrail } from '@waxseal/audit'
import type { AuditTransaction } from '@waxseal/audit/sql'
import { WaxsealError } from '@waxseal/core'
import type { Change } from '../database/database.js'
import type { KeystoreEvent } from '../keystore-event.js'
import { createMirror } from './mirror.js'

export type KeystoreTrail = AuditTrail<AuditTransaction>

/** Writes what happens to keys into the audit trail. */
export interface Journal {
  /** `config` where the store keeps none. */
  readonly trail: () => KeystoreTrail
  /** Within the transaction of the change: if it cannot be written, the change does not happen. */
  write(tx: Change, entry: AuditEntry): Promise<AuditRecord | undefined>
  /**
   * What has no transaction, as a failing key service. Nobody waits for it: readers go on when the trail does not. Failures of one kind
   * are noted once in ten seconds: an outage is not a record for each who asked.
   */
  note(entry: AuditEntry): void
  /** Copies what is new, where there is a mirror; waits for it a while. */
  follow(): Promise<void>
  /** Waits for what was noted, a while. */
  settled(): Promise<void>
}

export interface JournalOptions {
  readonly audit: KeystoreTrail | 'none'
  readonly mirror: AuditTrail<never> | undefined
  readonly tell: (event: KeystoreEvent) => void
}

const PATIENCE_MS = 3_000
const REPEATED_MS = 10_000

const isTrail = (trail: unknown): boolean => typeof (trail as { append?: unknown } | null | undefined)?.append === 'function'

export function createJournal({ audit, mirror, tell }: JournalOptions): Journal {
  if (audit !== 'none' && !isTrail(audit))
    throw new WaxsealError('config', "audit is an audit trail over the same database, or 'none'")
  if (mirror !== undefined && (audit === 'none' || !isTrail(mirror)))
    throw new WaxsealError('config', 'mirror is an audit trail, a copy of the one of `audit`')
  const trail = audit === 'none' ? undefined : audit
  const failed = () => tell({ type: 'audit_failed' })
  const copy = trail && mirror && createMirror(trail, mirror, failed)
  const pending = new Set<Promise<unknown>>()
  const failures = new Map<string, number>()

  /** Waits, and not for long: a trail that hangs holds up nobody. */
  async function patiently(work: Promise<unknown>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        failed()
        resolve()
      }, PATIENCE_MS)
    })
    await Promise.race([work, late])
    clearTimeout(timer)
  }

  /** Whether a failure of this kind was noted just before. */
  function isRepeated({ operation, subject, version, outcome = 'ok' }: AuditEntry): boolean {
    if (outcome === 'ok') return false
    const kind = JSON.stringify([operation, subject, version, outcome])
    const before = failures.get(kind)
    if (before !== undefined && performance.now() - before < REPEATED_MS) return true
    failures.set(kind, performance.now())
    return false
  }

  return {
    trail: () => {
      if (trail) return trail
      throw new WaxsealError('config', 'this key store keeps no audit trail')
    },
    write: async (tx, entry) => trail?.append(entry, tx as unknown as AuditTransaction),
    note(entry) {
      if (!trail || isRepeated(entry)) return
      const noted: Promise<void> = patiently(trail.append(entry).catch(failed)).finally(() => pending.delete(noted))
      pending.add(noted)
    },
    follow: async () => (copy ? patiently(copy.follow()) : undefined),
    settled: () => patiently(Promise.all(pending)),
  }
}

/** Who does something: every change has one. */
export function actorOf(options: { readonly actor: string } | undefined): string {
  const actor = options?.actor
  if (typeof actor !== 'string' || actor === '' || actor.length > 255)
    throw new WaxsealError('config', 'actor is the id of who does it, 1 to 255 characters')
  return actor
}
