import { WaxsealError } from '@waxseal/core'
import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely'
import { type EntryKey, keyOf } from '../entry-key.js'
import { cursorOf, expiryOf, pageLimit, pageOf, placeOf } from '../page.js'
import { checkStep } from '../state/counting.js'
import type { StateHead, StateStore } from '../state/state-store.js'
import type { StoredValue } from '../stored-value.js'
import { numberOf, openDatabase, type SqlDialect, type SqlStoreOptions, storedValue, valueColumns } from './database.js'
import type { Tables } from './tables.js'

export interface SqlStateOptions extends SqlStoreOptions {
  /** Milliseconds since the epoch. Default Date.now: clocks of processes that share state must agree. */
  readonly now?: (() => number) | undefined
}

type Builder = ExpressionBuilder<Tables, 'waxseal_state'>

const KEY = ['store', 'kind', 'namespace', 'tenant', 'id'] as const
const WRITTEN = ['sealed', 'clear', 'version', 'written_at', 'expires_at'] as const

const expiry = (value: number | string | null): number | null => (value === null ? null : numberOf(value))

/** Whether the text that stands there is an integer. */
const isNumber = (dialect: SqlDialect): RawBuilder<boolean> =>
  dialect === 'postgres'
    ? sql`waxseal_state.clear ~ '^-?[0-9]{1,15}$'`
    : sql`waxseal_state.clear glob '[-0-9]*' and waxseal_state.clear not glob '?*[^0-9]*'
        and waxseal_state.clear <> '-' and length(waxseal_state.clear) <= 15`

/**
 * State in the table `waxseal_state`, which `migrateStores` makes.
 *
 * @example
 * await migrateStores({ db, dialect: 'postgres' })
 * const state = sealedStateStore(sqlStateStore({ db, dialect: 'postgres' }), { sealer, app: 'gateway', clearKinds: ['Lock'] })
 */
export function sqlStateStore(options: SqlStateOptions): StateStore {
  const { name: store = 'state', now = Date.now } = options
  const { dialect, run } = openDatabase(options)
  const alive = (eb: Builder) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now())])
  const isKey = (key: EntryKey) => (eb: Builder) => eb.and({ store, ...keyOf(key) })

  const rowOf = (key: EntryKey, value: StoredValue, ttlMs: number | undefined) => {
    const at = now()
    const version = crypto.randomUUID()
    return { store, ...keyOf(key), ...valueColumns(value), version, written_at: at, expires_at: expiryOf(at, ttlMs) }
  }

  /** Writes where nothing is, and over what is there unless only what has expired may be overwritten. */
  async function put(row: ReturnType<typeof rowOf>, over: 'all' | 'expired'): Promise<string | null> {
    const written = await run((db) =>
      db
        .insertInto('waxseal_state')
        .values(row)
        .onConflict((conflict) => {
          const update = conflict
            .columns(KEY)
            .doUpdateSet((eb) => Object.fromEntries(WRITTEN.map((name) => [name, eb.ref(`excluded.${name}`)])))
          return over === 'all' ? update : update.where('waxseal_state.expires_at', '<=', row.written_at)
        })
        .returning('version')
        .executeTakeFirst(),
    )
    return written?.version ?? null
  }

  return Object.freeze<StateStore>({
    name: store,
    async get(key) {
      const query = (db: Parameters<Parameters<typeof run>[0]>[0]) =>
        db.selectFrom('waxseal_state').select(['sealed', 'clear', 'version', 'expires_at']).where(isKey(key)).where(alive)
      const row = await run((db) => query(db).executeTakeFirst())
      return row ? { value: storedValue(row), version: row.version, expiresAt: expiry(row.expires_at) } : null
    },
    set: async (key, value, { ttlMs } = {}) => (await put(rowOf(key, value, ttlMs), 'all'))!,
    async compareAndSwap(key, expected, value, { ttlMs } = {}) {
      const row = rowOf(key, value, ttlMs)
      if (expected === null) return put(row, 'expired')
      const { sealed, clear, version, written_at, expires_at } = row
      const swapped = await run((db) =>
        db
          .updateTable('waxseal_state')
          .set({ sealed, clear, version, written_at, expires_at })
          .where(isKey(key))
          .where('version', '=', expected)
          .where(alive)
          .returning('version')
          .executeTakeFirst(),
      )
      return swapped?.version ?? null
    },
    async increment(key, by, { ttlMs } = {}) {
      const row = rowOf(key, { clear: `${checkStep(by)}` }, ttlMs)
      const expired = sql<boolean>`waxseal_state.expires_at is not null and waxseal_state.expires_at <= ${sql.lit(row.written_at)}`
      const summed = await run((db) =>
        db
          .insertInto('waxseal_state')
          .values(row)
          .onConflict((conflict) =>
            conflict
              .columns(KEY)
              .doUpdateSet({
                sealed: null,
                clear: sql<string>`case when ${expired} then excluded.clear
                  else cast(cast(waxseal_state.clear as bigint) + cast(excluded.clear as bigint) as text) end`,
                version: row.version,
                written_at: row.written_at,
                expires_at: sql<number | null>`case when ${expired} then excluded.expires_at else waxseal_state.expires_at end`,
              })
              .where(sql<boolean>`(${expired}) or (waxseal_state.sealed is null and ${isNumber(dialect)})`),
          )
          .returning('clear')
          .executeTakeFirst(),
      )
      if (!summed) throw new WaxsealError('conflict', 'what stands there is no number in clear')
      return Number(summed.clear)
    },
    async delete(key, version) {
      const { numDeletedRows } = await run((db) => {
        const query = db.deleteFrom('waxseal_state').where(isKey(key)).where(alive)
        return (version === undefined ? query : query.where('version', '=', version)).executeTakeFirst()
      })
      return numDeletedRows === 1n
    },
    async list({ kind, namespace, tenant }, { after, limit } = {}) {
      const from = placeOf<string>(after, ['string', 'string', 'string'])
      const wanted = pageLimit(limit)
      const rows = await run((db) => {
        let query = db
          .selectFrom('waxseal_state')
          .select(['kind', 'namespace', 'tenant', 'id', 'version', 'expires_at'])
          .where((eb) => eb.and({ store, kind }))
          .where(alive)
        if (namespace !== undefined) query = query.where('namespace', '=', namespace)
        if (tenant !== undefined) query = query.where('tenant', '=', tenant)
        if (from) query = query.where(sql<boolean>`(namespace, tenant, id) > (${sql.join(from)})`)
        return query
          .orderBy('namespace')
          .orderBy('tenant')
          .orderBy('id')
          .limit(wanted + 1)
          .execute()
      })
      const read = rows.map((row): StateHead => ({ ...keyOf(row), version: row.version, expiresAt: expiry(row.expires_at) }))
      const { items, next } = pageOf(read, wanted, ({ namespace, tenant, id }) => cursorOf([namespace, tenant, id]))
      return { entries: items, next }
    },
  })
}
