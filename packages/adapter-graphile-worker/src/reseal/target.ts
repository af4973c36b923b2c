import { createInClear, createPayloads, type InClearOptions } from '@waxseal/adapter-kit'
import { isPassing, type Narrowing } from '@waxseal/adapter-kit/reseal'
import { WaxsealError } from '@waxseal/core'
import type { SealOptions } from '../seal-options.js'
import { itemsOf, type StoredItem, swapOf, valueIn } from './item.js'
import { type Place, placeOf } from './place.js'
import { checkRowSecurity, countParts, endsOf, type PartRange, type PartSource, readParts } from './rows.js'
import type { Db } from './statement.js'
import { swapAll } from './swap.js'

export interface GraphileWorkerResealOptions extends InClearOptions {
  /** As given to graphile-worker's functions: contexts, scopes and policies are told in one place. */
  readonly seal: SealOptions
  /** Executes SQL: a pool or a client of pg. */
  readonly db: Db
  /** graphile-worker's schema. Default `graphile_worker`. */
  readonly schema?: string | undefined
  /** In reports, checkpoints and jobs. Default `graphile-worker`. */
  readonly name?: string | undefined
}

interface CountRequest {
  readonly after: unknown
  readonly until: unknown
  readonly narrow?: Narrowing | undefined
}

/** A target of `@waxseal/reseal`, by its shape. */
export interface GraphileWorkerResealTarget {
  readonly name: string
  page(request: CountRequest & { readonly limit: number }): Promise<{ readonly items: StoredItem[]; readonly next: Place | null }>
  replace(changes: readonly { readonly item: StoredItem; readonly next: unknown }[]): Promise<readonly boolean[]>
  count(request: CountRequest): Promise<number>
  split(parts: number): Promise<Place[]>
  isRetryable(error: unknown): boolean
  readonly unscoped: boolean
}

const isAboutKeys = ({ narrow }: PartRange): boolean => narrow !== undefined && 'on' in narrow

function rangeOf({ after, until, narrow }: CountRequest): PartRange {
  return { after: after === null ? null : placeOf(after), until: until === null ? null : placeOf(until), narrow }
}

/**
 * Everything that this package stores sealed in graphile-worker's schema, as a target of `@waxseal/reseal`: payloads and last errors
 * of jobs in any state, of lists each element. With `inClear: 'seal'` what is in clear is sealed where it stands. `config` for
 * options that do not fit.
 *
 * @example
 * const jobs = resealTarget({ seal, db: pool })
 * const report = await createReseal({ sealer, targets: [jobs] }).run()
 */
export function resealTarget(options: GraphileWorkerResealOptions): GraphileWorkerResealTarget {
  const { seal, db, schema = 'graphile_worker', name = 'graphile-worker' } = options
  const payloads = createPayloads(seal ?? {})
  const inClear = createInClear(payloads, options)
  const itemOf = itemsOf(payloads, inClear, seal)
  if (typeof db?.query !== 'function') throw new WaxsealError('config', 'db must execute SQL, as a pool of pg does')
  if (typeof schema !== 'string' || schema === '') throw new WaxsealError('config', 'schema names a schema')
  const source: PartSource = { db, schema, clear: inClear.seals }

  return Object.freeze({
    name,
    unscoped: seal.scope === undefined,
    isRetryable: isPassing,
    async page({ limit, ...request }: CountRequest & { readonly limit: number }) {
      const range = rangeOf(request)
      await checkRowSecurity(source)
      const parts = await readParts(source, range, limit)
      const items: StoredItem[] = []
      for (const part of parts) {
        const value = valueIn(part)
        // What may need a key is shown, whatever is found in it.
        if (isAboutKeys(range) || (await inClear.concerns(value))) items.push(itemOf(part, value))
      }
      return { items, next: parts.length < limit ? null : parts.at(-1)!.place }
    },
    async replace(changes: readonly { readonly item: StoredItem; readonly next: unknown }[]) {
      return swapAll(
        source,
        changes.map(({ item, next }) => swapOf(item, next)),
      )
    },
    count: (request: CountRequest) => countParts(source, rangeOf(request)),
    split: (parts: number) => endsOf(source, parts),
  })
}
