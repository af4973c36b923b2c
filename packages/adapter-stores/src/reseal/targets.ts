import { type RetentionPolicy, retention } from '@waxseal/core'
import type { ReaperItem, ReaperTarget, ResealTarget } from '@waxseal/reseal'
import { reapTable, resealTable, type SqlItem, type SqlReaperItem, type SqlRow } from '@waxseal/reseal/sql'
import { type RawBuilder, sql } from 'kysely'
import { entryContext, scopeOf } from '../context.js'
import type { EntryKey } from '../entry-key.js'
import type { StoreSealOptions } from '../seal-options.js'
import type { SqlStoreOptions } from '../sql/database.js'

type Tables = Pick<SqlStoreOptions, 'db' | 'dialect'>

export interface StoresResealOptions extends Tables {
  /** As given to the stores. All stores that lie in these tables have them in common. */
  readonly seal: Pick<StoreSealOptions, 'app' | 'scope'>
}

export interface StoresResealTargets {
  readonly state: ResealTarget<SqlItem>
  readonly audit: ResealTarget<SqlItem>
  readonly deadLetters: ResealTarget<SqlItem>
}

const STATE_KEY = ['store', 'kind', 'namespace', 'tenant', 'id']
const NAMES = ['kind', 'namespace', 'tenant']

/**
 * Everything that the SQL stores of these tables hold sealed, as targets of `@waxseal/reseal`. What stands in clear is left alone.
 *
 * @example
 * const { state, audit, deadLetters } = storesResealTargets({ db, dialect: 'postgres', seal: { app: 'gateway' } })
 * await createReseal({ sealer, targets: [state, audit, deadLetters] }).run()
 */
export function storesResealTargets({ db, dialect, seal }: StoresResealOptions): StoresResealTargets {
  const keyIn = (row: SqlRow) => row as unknown as EntryKey & { readonly store: string }
  const target = (table: string, key: readonly string[]) =>
    resealTable({
      ...{ db, dialect, name: table, table, key, column: 'sealed', columns: NAMES },
      context: (row) => entryContext(seal.app, keyIn(row).store, keyIn(row)),
      scope: seal.scope === undefined ? undefined : (row) => scopeOf(seal.scope, keyIn(row)),
    })
  return {
    state: target('waxseal_state', STATE_KEY),
    audit: target('waxseal_audit_records', ['store', 'id']),
    deadLetters: target('waxseal_dead_letters', ['store', 'id']),
  }
}

interface Kept {
  /** For how long, from the time of the entry on. */
  readonly policy: RetentionPolicy | ((item: ReaperItem) => RetentionPolicy)
  /** A condition on the table that says that an entry is held. */
  readonly heldIf?: RawBuilder<boolean> | undefined
}

/** State past its time to live, which no method shows any more. */
export const expiredStateTarget = ({ db, dialect }: Tables): ReaperTarget<SqlReaperItem> =>
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
export const stateReaperTarget = ({ db, dialect, ...kept }: Tables & Kept): ReaperTarget<SqlReaperItem> =>
  reapTable({ db, dialect, table: 'waxseal_state', key: STATE_KEY, created: 'written_at', ...kept })

/** Audit records by their own policies, and by this one where they have none. */
export const auditReaperTarget = ({ db, dialect, ...kept }: Tables & Kept): ReaperTarget<SqlReaperItem> =>
  reapTable({
    ...{ db, dialect, table: 'waxseal_audit_records', key: ['store', 'id'], created: 'at', policyColumn: 'retention' },
    ...kept,
  })

/** Dead letters by when they were put there. */
export const deadLetterReaperTarget = ({ db, dialect, ...kept }: Tables & Kept): ReaperTarget<SqlReaperItem> =>
  reapTable({ db, dialect, table: 'waxseal_dead_letters', key: ['store', 'id'], created: 'at', ...kept })
