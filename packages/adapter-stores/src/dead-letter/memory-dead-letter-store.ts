import { WaxsealError } from '@waxseal/core'
import { cursorOf, pageLimit, pageOf, placeOf } from '../page.js'
import type { MemoryStoreOptions } from '../state/memory-state-store.js'
import type { DeadLetterRow, DeadLetterStore } from './dead-letter-store.js'

type Place = Pick<DeadLetterRow, 'at' | 'id'>

const compare = (a: Place, b: Place): number => a.at - b.at || (a.id < b.id ? -1 : Number(a.id > b.id))

/**
 * Dead letters in this process's memory: for tests, and for what may be lost.
 *
 * @example
 * const deadLetters = sealedDeadLetterSink(memoryDeadLetterStore(), { sealer, app: 'gateway' })
 */
export function memoryDeadLetterStore({ name = 'dead-letters' }: Pick<MemoryStoreOptions, 'name'> = {}): DeadLetterStore {
  const rows = new Map<string, DeadLetterRow>()
  return Object.freeze<DeadLetterStore>({
    name,
    async push(row) {
      if (rows.has(row.id)) throw new WaxsealError('conflict', 'there is a dead letter of this id')
      rows.set(row.id, Object.freeze({ ...row }))
    },
    async read({ after, limit } = {}) {
      const [at, id] = placeOf<number | string>(after, ['number', 'string']) ?? []
      const from = at === undefined ? undefined : { at: at as number, id: id as string }
      const wanted = pageLimit(limit)
      const read = [...rows.values()].filter((row) => !from || compare(row, from) > 0).sort(compare)
      const { items, next } = pageOf(read, wanted, (row) => cursorOf([row.at, row.id]))
      return { rows: items, next }
    },
    remove: async (ids) => ids.filter((id) => rows.delete(id)),
    count: async () => rows.size,
  })
}
