import type { Sealer } from '@waxseal/core'
import type { RowSealerOptions, SealedColumns } from '@waxseal/rows'

type RowOptions<C extends SealedColumns> = RowSealerOptions<C>

/** How the rows of one model are sealed. All names are those of the Prisma schema: fields, not columns. */
export interface SealedModelOptions<C extends SealedColumns = SealedColumns> {
  /**
   * The field or fields that tell one row from all others and never change; whoever creates a row gives them. `none` where the database
   * makes them: then values can be moved from row to row unnoticed.
   */
  readonly row: string | readonly string[]
  readonly columns: C
  /** The table in contexts, a stable alias: when the model is renamed, it stays. Default: the model's name. */
  readonly table?: string | undefined
  /** By field: keyed hashes of sealed values. A filter on a sealed field becomes one on its first index. */
  readonly indexes?: RowOptions<C>['indexes']
  /** Whose key; of the fields that `needs` names. */
  readonly scope?: RowOptions<C>['scope']
  /** The fields in clear that `scope` reads: they are read along with sealed ones, and do not change. */
  readonly needs?: readonly string[] | undefined
  readonly previousContexts?: RowOptions<C>['previousContexts']
  readonly companions?: RowOptions<C>['companions']
  readonly write?: RowOptions<C>['write']
}

/** By model, as the Prisma schema names it. */
export type SealedModels = Readonly<Record<string, SealedModelOptions>>

export interface SealedOptions<M extends SealedModels> {
  /** Seals and opens; never closed here. */
  readonly sealer: Sealer
  /** The application, a stable alias: the first pair of every context. */
  readonly app: string
  readonly models: M
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}
