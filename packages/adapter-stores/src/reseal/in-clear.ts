import { WaxsealError } from '@waxseal/core'
import type { Change, ResealTarget } from '@waxseal/reseal'
import { resealTable, type SqlItem, type SqlRow } from '@waxseal/reseal/sql'
import { sql } from 'kysely'
import { entryContext } from '../context.js'
import { type EntryKey, entryKey } from '../entry-key.js'
import type { StoreSealOptions } from '../seal-options.js'
import { createValues, type Values } from '../values.js'
import { NAMES, RECORD_KEY, STATE_KEY, type StoreTables } from './tables.js'

export interface InClearOptions extends StoreTables {
  /** As given to the stores, with the windows under which what is in clear is still read. What lies there is not redacted again. */
  readonly seal: Omit<StoreSealOptions, 'redact'>
  /** Kinds of state that stay in clear. */
  readonly clearKinds?: readonly string[] | undefined
}

export interface InClearTargets {
  readonly state: ResealTarget<SqlItem>
  readonly audit: ResealTarget<SqlItem>
  readonly deadLetters: ResealTarget<SqlItem>
}

/**
 * Everything that the SQL stores of these tables hold in clear and should hold sealed, as targets of `@waxseal/reseal`: each value is
 * sealed in its row, unless somebody changed it meanwhile. What no window lets through stays and is reported.
 *
 * @example
 * const { state, audit, deadLetters } = inClearTargets({ db, dialect: 'postgres', seal: { sealer, app: 'gateway', plaintext }, clearKinds })
 * await createReseal({ sealer, targets: [state, audit, deadLetters] }).run()
 */
export function inClearTargets({ db, dialect, seal, clearKinds = [] }: InClearOptions): InClearTargets {
  if (seal?.write === 'plaintext') throw new WaxsealError('config', "values cannot be sealed with write: 'plaintext'")
  const stores = new Map<string, Values>()
  const valuesOf = (store: string): Values => {
    const values = stores.get(store) ?? createValues(store, seal)
    stores.set(store, values)
    return values
  }

  async function sealed({ context, stored }: SqlItem): Promise<string | undefined> {
    // Made of the row by `entryContext`.
    const { store, ...name } = context as unknown as EntryKey & { readonly store: string }
    const key = entryKey(name)
    const values = valuesOf(store)
    return (await values.seal(key, await values.open(key, { clear: stored as string }))).sealed
  }

  function target(table: string, key: readonly string[], where = sql<boolean>`1 = 1`): ResealTarget<SqlItem> {
    const clear = resealTable({
      ...{ db, dialect, name: `${table}.clear`, table, key, column: 'clear', columns: NAMES, where },
      context: (row: SqlRow) => entryContext(seal.app, `${row.store}`, row as unknown as EntryKey),
    })
    const swap = async ({ item, next }: Change<SqlItem>): Promise<boolean> => {
      const same = key.map((column, at) => sql`${sql.ref(column)} = ${item.key[at]}`)
      const { numAffectedRows } = await sql`update ${sql.table(table)} set sealed = ${next}, clear = null
        where ${sql.join([...same, sql`clear = ${item.stored}`], sql` and `)}`.execute(db.withoutPlugins())
      return numAffectedRows === 1n
    }
    return {
      ...clear,
      async page(request) {
        const { items, next } = await clear.page(request)
        return { items: items.map((item) => ({ ...item, seal: () => sealed(item) })), next }
      },
      async replace(changes) {
        const swapped: boolean[] = []
        for (const change of changes) swapped.push(await swap(change))
        return swapped
      },
    }
  }

  const payloads = clearKinds.length === 0 ? undefined : sql<boolean>`kind not in (${sql.join([...clearKinds])})`
  return {
    state: target('waxseal_state', STATE_KEY, payloads),
    audit: target('waxseal_audit_records', RECORD_KEY),
    deadLetters: target('waxseal_dead_letters', RECORD_KEY),
  }
}
