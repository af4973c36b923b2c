import { createInClear, type InClearOptions } from '@waxseal/adapter-kit'
import { isPassing, type Narrowing } from '@waxseal/adapter-kit/reseal'
import { WaxsealError } from '@waxseal/core'
import type { Db } from '../host.js'
import { createPayloads } from '../payloads.js'
import { checkedSchema } from '../schema-name.js'
import type { SealOptions } from '../seal-options.js'
import { itemOf, type StoredItem, swapOf, valueIn } from './item.js'
import { countRows, placesOf, type RowRange, type RowSource, reaches, readRows } from './rows.js'
import { swapAll } from './swap.js'
import { type Place, placeOfCursor, type StoredTables, storedTables } from './tables.js'

export interface PgBossResealOptions extends InClearOptions {
  /** As given to the class: contexts, scopes and policies are told in one place. */
  readonly seal: SealOptions
  /** Executes SQL: `boss.getDb()` of a boss that was started, or what else pg-boss takes as `db`. */
  readonly db: { executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> }
  /** pg-boss's schema. Default `pgboss`. */
  readonly schema?: string | undefined
  /** Only these queues. Then others may need a key as well, and none is retired on the word of this target. */
  readonly queues?: readonly string[] | undefined
  /** In reports, checkpoints and jobs. Default `pg-boss`. */
  readonly name?: string | undefined
}

const isAboutKeys = ({ narrow }: RowRange): boolean => narrow !== undefined && 'on' in narrow

interface CountRequest {
  readonly after: unknown
  readonly until: unknown
  readonly narrow?: Narrowing | undefined
}

/** A target of `@waxseal/reseal`, by its shape. */
export interface PgBossResealTarget {
  readonly name: string
  page(request: CountRequest & { readonly limit: number }): Promise<{ readonly items: StoredItem[]; readonly next: Place | null }>
  replace(changes: readonly { readonly item: StoredItem; readonly next: unknown }[]): Promise<readonly boolean[]>
  count(request: CountRequest): Promise<number>
  split(parts: number): Promise<Place[]>
  isRetryable(error: unknown): boolean
  readonly unscoped: boolean
  /** Until the schema was looked at, where it holds JSON that is not known here, and where only some queues are asked for. */
  readonly partial: boolean
}

function sourceOf({ db, schema = 'pgboss', queues }: PgBossResealOptions): Omit<RowSource, 'clear'> {
  if (typeof db?.executeSql !== 'function') throw new WaxsealError('config', 'db must execute SQL, as boss.getDb() does')
  if (queues && !(Array.isArray(queues) && queues.length > 0 && queues.every((queue) => typeof queue === 'string')))
    throw new WaxsealError('config', 'queues is a list of names')
  return { db: db as Db, schema: checkedSchema(schema), queues: queues && [...queues] }
}

/**
 * Everything that this package stores sealed in pg-boss's schema, as a target of `@waxseal/reseal`: the data, results and errors of
 * jobs in any state, of dead letters and of archived jobs, and the data of schedules. With `inClear: 'seal'` what is in clear is
 * sealed where it stands. `config` for options that do not fit.
 *
 * @example
 * const jobs = resealTarget({ seal, db: boss.getDb() })
 * const report = await createReseal({ sealer, targets: [jobs] }).run()
 */
export function resealTarget(options: PgBossResealOptions): PgBossResealTarget {
  const payloads = createPayloads(options.seal ?? {})
  const inClear = createInClear(payloads, options)
  const source: RowSource = { ...sourceOf(options), clear: inClear.seals }
  let more = true

  async function look(): Promise<StoredTables['tables']> {
    const found = await storedTables(source.db, source.schema)
    more = found.more
    return found.tables
  }
  const rangeOf = ({ after, until, narrow }: CountRequest): RowRange => ({
    after: after === null ? null : placeOfCursor(after),
    until: until === null ? null : placeOfCursor(until),
    narrow,
  })

  async function counts(range: RowRange): Promise<{ table: StoredTables['tables'][number]; count: number }[]> {
    const list = []
    for (const table of await look())
      if (reaches(range, table)) list.push({ table, count: await countRows(source, table, range) })
    return list
  }

  return {
    name: options.name ?? 'pg-boss',
    unscoped: options.seal.scope === undefined,
    get partial() {
      return more || source.queues !== undefined
    },
    isRetryable: isPassing,
    async page({ limit, ...request }) {
      const range = rangeOf(request)
      const items: StoredItem[] = []
      let [read, next]: [number, Place | null] = [0, null]
      for (const table of await look()) {
        if (read === limit || !reaches(range, table)) continue
        const rows = await readRows(source, table, range, limit - read)
        read += rows.length
        next = rows.at(-1)?.place ?? next
        for (const row of rows) {
          const value = valueIn(row)
          // What may need a key is shown, whatever is found in it.
          if (isAboutKeys(range) || (await inClear.concerns(value.value)))
            items.push(itemOf(payloads, inClear, row, value, table.columns))
        }
      }
      return { items, next: read < limit ? null : next }
    },
    async replace(changes) {
      if (changes.length === 0) return []
      const swaps = changes.map(({ item, next }) => swapOf(item, next))
      return swapAll(source, await look(), swaps)
    },
    count: async (request) => (await counts(rangeOf(request))).reduce((sum, { count }) => sum + count, 0),
    async split(parts) {
      const list = await counts({ after: null, until: null })
      const total = list.reduce((sum, { count }) => sum + count, 0)
      const size = Math.ceil(total / parts)
      const places: Place[] = []
      let before = 0
      for (const { table, count } of list) {
        if (count > 0) places.push(...(await placesOf(source, table, before, size, total)))
        before += count
      }
      return places
    },
  }
}
