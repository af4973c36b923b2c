import { type EntryKey, keyOf } from '../entry-key.js'
import { cursorOf, expiryOf, pageLimit, pageOf, placeOf } from '../page.js'
import type { StoredValue } from '../stored-value.js'
import { checkStep, numberIn } from './counting.js'
import type { StateHead, StateStore } from './state-store.js'

export interface MemoryStoreOptions {
  /** Default `state`, `audit` and `dead-letters`. */
  readonly name?: string | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

/**
 * State in this process's memory: for tests, and for what may be lost.
 *
 * @example
 * const state = sealedStateStore(memoryStateStore(), { sealer, app: 'gateway', clearKinds: ['Lock'] })
 */
export function memoryStateStore({ name = 'state', now = Date.now }: MemoryStoreOptions = {}): StateStore {
  const entries = new Map<string, StateHead & { readonly value: StoredValue }>()
  const placed = ({ kind, namespace, tenant, id }: EntryKey) => cursorOf([kind, namespace, tenant, id])
  const isAlive = ({ expiresAt }: StateHead) => expiresAt === null || expiresAt > now()

  function found(key: EntryKey) {
    const entry = entries.get(placed(key))
    return entry && isAlive(entry) ? entry : undefined
  }
  function put(key: EntryKey, value: StoredValue, expiresAt: number | null): string {
    const version = crypto.randomUUID()
    entries.set(placed(key), Object.freeze({ ...keyOf(key), value, version, expiresAt }))
    return version
  }

  return Object.freeze<StateStore>({
    name,
    async get(key) {
      const entry = found(key)
      return entry ? { value: entry.value, version: entry.version, expiresAt: entry.expiresAt } : null
    },
    set: async (key, value, { ttlMs } = {}) => put(key, value, expiryOf(now(), ttlMs)),
    async compareAndSwap(key, expected, value, { ttlMs } = {}) {
      const expiresAt = expiryOf(now(), ttlMs)
      return (found(key)?.version ?? null) === expected ? put(key, value, expiresAt) : null
    },
    async increment(key, by, { ttlMs } = {}) {
      const entry = found(key)
      const sum = (entry ? numberIn(entry.value) : 0) + checkStep(by)
      put(key, { clear: `${sum}` }, entry ? entry.expiresAt : expiryOf(now(), ttlMs))
      return sum
    },
    async delete(key, version) {
      const entry = found(key)
      if (!entry || (version !== undefined && entry.version !== version)) return false
      return entries.delete(placed(key))
    },
    async list({ kind, namespace, tenant }, { after, limit } = {}) {
      const from = placeOf<string>(after, ['string', 'string', 'string'])
      const order = (head: StateHead) => [head.namespace, head.tenant, head.id]
      const read = [...entries.values()]
        .filter((head) => head.kind === kind && isAlive(head))
        .filter((head) => (namespace ?? head.namespace) === head.namespace && (tenant ?? head.tenant) === head.tenant)
        .filter((head) => !from || compare(order(head), from) > 0)
        .sort((a, b) => compare(order(a), order(b)))
        .map(({ value: _, ...head }) => head)
      const wanted = pageLimit(limit)
      const { items, next } = pageOf(read, wanted, (head) => cursorOf(order(head)))
      return { entries: items, next }
    },
  })
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index])
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1
}
