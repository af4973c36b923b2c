import type { ResealTarget } from '@waxseal/reseal'
import { resealTable, type SqlItem, type SqlRow } from '@waxseal/reseal/sql'
import { entryContext, scopeOf } from '../context.js'
import type { EntryKey } from '../entry-key.js'
import type { StoreSealOptions } from '../seal-options.js'
import { NAMES, RECORD_KEY, STATE_KEY, type StoreTables } from './tables.js'

export interface StoresResealOptions extends StoreTables {
  /** As given to the stores. All stores that lie in these tables have them in common. */
  readonly seal: Pick<StoreSealOptions, 'app' | 'scope'>
}

export interface StoresResealTargets {
  readonly state: ResealTarget<SqlItem>
  readonly audit: ResealTarget<SqlItem>
  readonly deadLetters: ResealTarget<SqlItem>
}

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
    audit: target('waxseal_audit_records', RECORD_KEY),
    deadLetters: target('waxseal_dead_letters', RECORD_KEY),
  }
}
