import { type RetentionPolicy, retention } from '@waxseal/core'
import type { ReaperItem, ReaperTarget } from '@waxseal/reseal'
import { reapTable, type SqlReaperItem } from '@waxseal/reseal/sql'
import { type RawBuilder, sql } from 'kysely'
import { RECORD_KEY, STATE_KEY, type StoreTables } from './tables.js'

export interface KeptOptions extends StoreTables {
  /** For how long, from the time of the entry on. */
  readonly policy: RetentionPolicy | ((item: ReaperItem) => RetentionPolicy)
  /** A condition on the table that says that an entry is held. */
  readonly heldIf?: RawBuilder<boolean> | undefined
}

/** State past its time to live, which no method shows any more. */
export const expiredStateTarget = ({ db, dialect }: StoreTables): ReaperTarget<SqlReaperItem> =>
  reapTable({
    ...{ db, dialect, name: 'waxseal_state.expired', table: 'waxseal_state', key: STATE_KEY },
    ...{ created: 'written_at', completed: 'expires_at', policy: retention.deleteImmediately() },
    where: (now) => sql`expires_at <= ${now.getTime()}`,
  })

/**
 * State by when it was last written, whatever its time to live.
 *
 * @example
 * const reaper = createReaper({ targets: [stateReaperTarget({ db, dialect: 'postgres', policy: retention.deleteAfter({ days: 30 }) })] })
 */
export const stateReaperTarget = (options: KeptOptions): ReaperTarget<SqlReaperItem> =>
  reapTable({ ...options, table: 'waxseal_state', key: STATE_KEY, created: 'written_at' })

/** Audit records by their own policies, and by this one where they have none. */
export const auditReaperTarget = (options: KeptOptions): ReaperTarget<SqlReaperItem> =>
  reapTable({ ...options, table: 'waxseal_audit_records', key: RECORD_KEY, created: 'at', policyColumn: 'retention' })

/** Dead letters by when they were put there. */
export const deadLetterReaperTarget = (options: KeptOptions): ReaperTarget<SqlReaperItem> =>
  reapTable({ ...options, table: 'waxseal_dead_letters', key: RECORD_KEY, created: 'at' })
