import type { Model } from './models.js'
import { isAbsent, isPlain, listOf } from './values.js'

type Row = Record<string, unknown>

/**
 * What a filter says about every row that it finds: the fields that it compares with `equals`, at its top and inside AND, and the parts
 * of a unique key of several fields.
 */
export function knownOf(model: Model, where: unknown): Row {
  const known: Row = {}
  if (!isPlain(where)) return known
  for (const [name, filter] of Object.entries(where)) {
    if (name === 'AND') for (const part of listOf(filter)) Object.assign(known, knownOf(model, part))
    else if (model.scalars.has(name)) {
      const exact = !isPlain(filter) ? filter : filter.mode === 'insensitive' ? undefined : filter.equals
      if (!isAbsent(exact) && !isPlain(exact)) known[name] = exact
    } else if (isUniqueKey(model, name) && isPlain(filter)) Object.assign(known, filter)
  }
  return known
}

/** A member of a filter that names several fields at once, as `hall_place`. */
export const isUniqueKey = ({ relations }: Model, name: string): boolean =>
  !relations.has(name) && name !== 'OR' && name !== 'NOT' && name !== 'AND'

/** These fields of a row, if it has them all. */
export function partOf(row: Row, fields: readonly string[]): Row | undefined {
  const part = Object.fromEntries(fields.map((field) => [field, row[field]]))
  return fields.every((field) => !isAbsent(part[field])) ? part : undefined
}
