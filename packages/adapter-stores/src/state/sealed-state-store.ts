import { WaxsealError } from '@waxseal/core'
import { type EntryKey, type EntryName, entryFilter, entryKey } from '../entry-key.js'
import { jsonInClear } from '../json-in-clear.js'
import type { PageOptions } from '../page.js'
import type { StoreSealOptions } from '../seal-options.js'
import type { StoredValue } from '../stored-value.js'
import { createValues, inClearText } from '../values.js'
import type { StateEntry, StateFilter, StatePage, StateStore, WriteOptions } from './state-store.js'

export interface SealedStateOptions extends StoreSealOptions {
  /**
   * Kinds that are stored in clear, and not authenticated: counters, locks, indices and what else holds no payload. All others, those
   * not thought of too, are sealed.
   */
  readonly clearKinds?: readonly string[] | undefined
}

/** State whose values are sealed, but for the kinds that stand in clear. Values are JSON. */
export interface SealedStateStore {
  readonly name: string
  /** The entry, opened; null where there is none. Throws what `open` of the sealer throws. */
  get<T = unknown>(key: EntryName): Promise<StateEntry<T> | null>
  /** Writes, whatever was there, and gives the version. */
  set(key: EntryName, value: unknown, options?: WriteOptions): Promise<string>
  /** Writes where the version is still this one (null: where there is no entry) and gives the new one; else null. */
  compareAndSwap(key: EntryName, expected: string | null, value: unknown, options?: WriteOptions): Promise<string | null>
  /**
   * Adds to a number of a kind in clear, in one step, and gives the sum; from 0, with a time to live that begins then. `config` for
   * kinds that are sealed, `conflict` where no number stands there.
   */
  increment(key: EntryName, by?: number, options?: WriteOptions): Promise<number>
  /** Deletes, with `version` only where it is still this one, and tells whether it did. Needs no key. */
  delete(key: EntryName, version?: string): Promise<boolean>
  /** Entries of a kind by namespace, tenant and id, without their values: opens nothing and needs no key. */
  list(filter: StateFilter, page?: PageOptions): Promise<StatePage>
}

/**
 * Redacts and seals values before a store of state sees them, and opens what it gives back. What does not open is an error, never a
 * value. `config` for options that do not fit.
 *
 * @example
 * const state = sealedStateStore(sqlStateStore({ db, dialect: 'postgres' }), { sealer, app: 'gateway', clearKinds: ['Counter', 'Lock'] })
 * await state.set({ kind: 'ScheduledAction', id: 'a-1', tenant: 'acme' }, { to: 'ada@example.com' }, { ttlMs: 60_000 })
 */
export function sealedStateStore(inner: StateStore, options: SealedStateOptions): SealedStateStore {
  const { clearKinds = [] } = options
  if (typeof inner?.compareAndSwap !== 'function') throw new WaxsealError('config', 'a sealed store needs a store of state')
  if (!Array.isArray(clearKinds) || !clearKinds.every((kind) => typeof kind === 'string'))
    throw new WaxsealError('config', 'clearKinds is a list of kinds')
  const values = createValues(inner.name, options)
  const clear = new Set(clearKinds)

  async function stored(key: EntryKey, value: unknown): Promise<StoredValue> {
    const redacted = await values.redacted(key, value)
    return clear.has(key.kind) ? inClearText(redacted) : values.seal(key, redacted)
  }

  /** What was sealed before its kind came to stand in clear still opens. */
  function opened(key: EntryKey, value: StoredValue): Promise<unknown> | unknown {
    return clear.has(key.kind) && value.clear !== undefined ? jsonIn(value.clear) : values.open(key, value)
  }

  return Object.freeze<SealedStateStore>({
    name: inner.name,
    async get<T>(name: EntryName) {
      const key = entryKey(name)
      const entry = await inner.get(key)
      return entry && { ...entry, value: (await opened(key, entry.value)) as T }
    },
    async set(name, value, write) {
      const key = entryKey(name)
      return inner.set(key, await stored(key, value), write)
    },
    async compareAndSwap(name, expected, value, write) {
      const key = entryKey(name)
      return inner.compareAndSwap(key, expected, await stored(key, value), write)
    },
    async increment(name, by = 1, write) {
      const key = entryKey(name)
      if (!clear.has(key.kind)) throw new WaxsealError('config', 'a kind that is sealed cannot be counted: name it in clearKinds')
      return inner.increment(key, by, write)
    },
    delete: async (name, version) => inner.delete(entryKey(name), version),
    async list({ kind, namespace, tenant }, page) {
      if (kind === undefined) throw new WaxsealError('config', 'entries are listed by kind')
      return inner.list(entryFilter({ kind, namespace, tenant }), page)
    },
  })
}

function jsonIn(text: string): unknown {
  const json = jsonInClear(text)
  if (!json) throw new WaxsealError('malformed', 'what stands there is no JSON')
  return json.value
}
