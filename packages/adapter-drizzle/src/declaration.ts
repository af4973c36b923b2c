import type { BlindIndex } from '@waxseal/core'
import type { AnyColumn } from '@waxseal/rows'
import type { Column } from 'drizzle-orm'

/** What a builder of this package says about its column. */
export type Declaration =
  | { readonly kind: 'sealed'; readonly column: AnyColumn }
  | {
      readonly kind: 'index'
      readonly of: string
      readonly index: BlindIndex | undefined
      readonly value: ((plain: never) => string | null | undefined) | undefined
    }

/** Where a custom type carries its declaration: every dialect's entry, and copies of this package, read the same. */
export const DECLARATION: unique symbol = Symbol.for('waxseal.drizzle.declaration') as never

interface CustomColumn {
  readonly config: { readonly customTypeParams?: { readonly [DECLARATION]?: Declaration } }
}

/** Of a column of any table, aliased or not; undefined for columns that this package did not make. */
export const declarationOf = (column: Column): Declaration | undefined =>
  (column as unknown as CustomColumn).config.customTypeParams?.[DECLARATION]

/** What a column and its aliases have in common. */
export const originOf = (column: Column): object => (column as unknown as CustomColumn).config
