import { WaxsealError } from '@waxseal/core'
import { knownOf, partOf } from './known.js'
import type { Model } from './models.js'
import type { Args, FindRow } from './prisma-client.js'
import { listOf } from './values.js'

/** Reads some fields of the row that an operation is about; null where there is none. `context_required` where it cannot be told. */
export type Locate = (select: Args) => Promise<Args | null>

/** How rows are looked up while an operation is prepared. */
export interface Lookup {
  readonly findRow: FindRow
  /** Whether the database may take texts for equal that differ. */
  readonly loosely: boolean
}

/** The row that an operation changes. */
export interface Target {
  /** What its filter says of it. */
  readonly known: Args
  /** Reads it. */
  readonly locate: Locate
  /** All that sealing needs of it, read from the database where the filter does not say so; null where the row is not there. */
  row(): Promise<{ readonly row: Args; readonly read: boolean } | null>
}

export function createTarget(model: Model, where: unknown, otherwise: Locate, { findRow, loosely }: Lookup): Target {
  const known = knownOf(model, where)
  const { identity, needs } = model.sealed ?? { identity: [], needs: [] }
  const id = identity.length > 0 ? partOf(known, identity) : undefined
  const locate: Locate = id ? (select) => findRow('findFirst', model.name, { where: id, select }) : otherwise
  return {
    known,
    locate,
    async row() {
      const said = partOf(known, needs)
      // What a loose comparison finds may be spelt in another way than what was looked for.
      const exact = !loosely || identity.length === 0 || needs.every((field) => typeof known[field] !== 'string')
      if (said && exact) return { row: said, read: false }
      const found = await locate(Object.fromEntries(needs.map((field) => [field, true])))
      return found && { row: partOf(found, needs) ?? {}, read: true }
    },
  }
}

/** A filter that also asks for these. */
export function narrowed(where: unknown, conditions: Args): Args {
  const { AND, ...others } = (where ?? {}) as Args
  return { ...others, AND: [...(AND === undefined ? [] : listOf(AND)), conditions] }
}

/** True of no row. */
export const NOTHING: Args = { OR: [] }

/** Of a nested write that names its row by a filter which may be unique, or be one that narrows a relation to one row. */
export const ambiguous =
  ({ name }: Model): Locate =>
  async () => {
    throw new WaxsealError(
      'context_required',
      `${name}: a nested change that is sealed names its row by what identifies it, or stands in a list: [{ where, data }]`,
    )
  }
