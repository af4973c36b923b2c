import { sql } from 'kysely'
import type { DeadLetterRow, DeadLetterStore } from '../dead-letter/dead-letter-store.js'
import { keyOf } from '../entry-key.js'
import { cursorOf, pageLimit, pageOf, placeOf } from '../page.js'
import { numberOf, openDatabase, type SqlStoreOptions, storedValue, valueColumns } from './database.js'

/**
 * Dead letters in the table `waxseal_dead_letters`, which `migrateStores` makes.
 *
 * @example
 * const deadLetters = sealedDeadLetterSink(sqlDeadLetterStore({ db, dialect: 'postgres' }), { sealer, app: 'gateway' })
 */
export function sqlDeadLetterStore(options: SqlStoreOptions): DeadLetterStore {
  const { name: store = 'dead-letters' } = options
  const { run } = openDatabase(options)
  return Object.freeze<DeadLetterStore>({
    name: store,
    async push(row) {
      const values = { store, ...keyOf(row), at: row.at, attempts: row.attempts, ...valueColumns(row.value) }
      await run((db) => db.insertInto('waxseal_dead_letters').values(values).execute())
    },
    async read({ after, limit } = {}) {
      const from = placeOf<number | string>(after, ['number', 'string'])
      const wanted = pageLimit(limit)
      const rows = await run((db) => {
        const all = db.selectFrom('waxseal_dead_letters').selectAll().where('store', '=', store)
        const query = from ? all.where(sql<boolean>`(at, id) > (${sql.join(from)})`) : all
        return query
          .orderBy('at')
          .orderBy('id')
          .limit(wanted + 1)
          .execute()
      })
      const read = rows.map(
        (row): DeadLetterRow => ({
          ...keyOf(row),
          at: numberOf(row.at),
          attempts: numberOf(row.attempts),
          value: storedValue(row),
        }),
      )
      const { items, next } = pageOf(read, wanted, ({ at, id }) => cursorOf([at, id]))
      return { rows: items, next }
    },
    async remove(ids) {
      if (ids.length === 0) return []
      const removed = await run((db) =>
        db
          .deleteFrom('waxseal_dead_letters')
          .where('store', '=', store)
          .where('id', 'in', [...ids])
          .returning('id')
          .execute(),
      )
      return removed.map(({ id }) => id)
    },
    async count() {
      const counted = await run((db) =>
        db
          .selectFrom('waxseal_dead_letters')
          .select((eb) => eb.fn.countAll<number | string>().as('count'))
          .where('store', '=', store)
          .executeTakeFirstOrThrow(),
      )
      return numberOf(counted.count)
    },
  })
}
