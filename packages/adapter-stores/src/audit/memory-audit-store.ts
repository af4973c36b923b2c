import { WaxsealError } from '@waxseal/core'
import { cursorOf, pageLimit, pageOf, placeOf } from '../page.js'
import type { MemoryStoreOptions } from '../state/memory-state-store.js'
import type { AuditRow, AuditRowFilter, AuditStore } from './audit-store.js'

const compare = (a: Pick<AuditRow, 'at' | 'id'>, b: Pick<AuditRow, 'at' | 'id'>): number =>
  a.at - b.at || (a.id < b.id ? -1 : Number(a.id > b.id))

const SAME = ['kind', 'namespace', 'tenant', 'outcome', 'subject'] as const

const fits = (row: AuditRow, filter: AuditRowFilter): boolean =>
  SAME.every((name) => filter[name] === undefined || filter[name] === row[name]) &&
  (filter.from === undefined || row.at >= filter.from) &&
  (filter.to === undefined || row.at < filter.to) &&
  (filter.fingerprints === undefined || (row.fingerprint !== null && filter.fingerprints.includes(row.fingerprint)))

/**
 * Audit records in this process's memory: for tests.
 *
 * @example
 * const audit = sealedAuditStore(memoryAuditStore(), { sealer, app: 'gateway' })
 */
export function memoryAuditStore({ name = 'audit' }: Pick<MemoryStoreOptions, 'name'> = {}): AuditStore {
  const rows = new Map<string, AuditRow>()
  return Object.freeze<AuditStore>({
    name,
    async append(row, within) {
      if (rows.has(row.id)) throw new WaxsealError('conflict', 'there is a record of this id')
      rows.set(row.id, Object.freeze({ ...row }))
      try {
        await within?.()
      } catch (error) {
        rows.delete(row.id)
        throw error
      }
    },
    async query(filter, { after, limit } = {}) {
      const [at, id] = placeOf<number | string>(after, ['number', 'string']) ?? []
      const from = at === undefined ? undefined : { at: at as number, id: id as string }
      const wanted = pageLimit(limit)
      const read = [...rows.values()].filter((row) => fits(row, filter) && (!from || compare(row, from) > 0)).sort(compare)
      const { items, next } = pageOf(read, wanted, (row) => cursorOf([row.at, row.id]))
      return { rows: items, next }
    },
    get: async (ids) => ids.flatMap((id) => rows.get(id) ?? []),
    count: async () => rows.size,
  })
}
