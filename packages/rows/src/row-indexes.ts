import { WaxsealError } from '@waxseal/core'
import type { IndexColumn } from './column.js'
import type { Row } from './place.js'

/** An equality on an index: true of rows whose `column` is one of `values`. */
export interface IndexMatch {
  readonly column: string
  /** One for each version of the index. */
  readonly values: readonly string[]
}

/**
 * Tells without a key whether a value may stand in an index column: NULL, or what looks like a keyed hash, at most 22 characters of
 * base64url. Short values in clear can look so too.
 */
export const isIndexValue = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'string' && /^[\w-]{2,22}$/.test(value))

/** The blind indexes of a table. */
export interface RowIndexes {
  /** The sealed columns that they are made of. */
  readonly sources: ReadonlySet<string>
  /** The values of every index whose source is among these plain values. */
  valuesOf(plain: Row, scope: string | undefined): Promise<[column: string, value: string | null][]>
  /** `plaintext_rejected` for a value of an index column that is none of an index. */
  check(values: Row): void
  /** What finds this value of a source. */
  matching(source: string, value: unknown, scope: string | undefined): Promise<IndexMatch[]>
}

export function createRowIndexes(indexes: Readonly<Record<string, IndexColumn>>): RowIndexes {
  const all = Object.entries(indexes)
  return {
    sources: new Set(all.map(([, { of }]) => of)),
    valuesOf: (plain, scope) =>
      Promise.all(
        all
          .filter(([, { of }]) => plain[of] !== undefined)
          .map(async ([column, entry]): Promise<[string, string | null]> => {
            const input = indexed(entry, plain[entry.of])
            return [column, input === null ? null : await entry.index.value(input, { scope })]
          }),
      ),
    check(values) {
      for (const [column] of all)
        if (!isIndexValue(values[column]))
          throw new WaxsealError(
            'plaintext_rejected',
            `${column} is an index: it takes keyed hashes only, and sealing makes them`,
          )
    },
    async matching(source, value, scope) {
      const own = all.filter(([, { of }]) => of === source)
      if (own.length === 0) throw new WaxsealError('config', `${source} has no index`)
      return Promise.all(
        own.map(async ([column, entry]) => {
          const input = indexed(entry, value)
          if (input === null) throw new WaxsealError('config', `${source}: NULL is found by IS NULL`)
          return { column, values: await entry.index.values(input, { scope }) }
        }),
      )
    },
  }
}

function indexed({ of, value }: IndexColumn, plain: unknown): string | null {
  if (plain === null || plain === undefined) return null
  const input = value ? value(plain as never) : plain
  if (input === null || input === undefined) return null
  if (typeof input !== 'string') throw new WaxsealError('config', `${of}: an index is made of a string; tell which by its value`)
  return input
}
