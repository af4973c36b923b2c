import { WaxsealError } from '@waxseal/core'
import { isIndexValue } from '@waxseal/rows'
import { isUniqueKey, knownOf, partOf } from './known.js'
import type { Model, SealedModel } from './models.js'
import type { Args } from './prisma-client.js'
import { meetsSealed } from './sealed-paths.js'
import { isAbsent, isFieldRef, isNull, isPlain, listOf } from './values.js'

const BRANCHES = new Set(['AND', 'OR', 'NOT'])
const RELATION_FILTERS = ['is', 'isNot', 'some', 'every', 'none']

/**
 * Turns what a filter says about sealed fields into what their indexes can tell, in place. `config` for all that an index cannot, and
 * for a field without one; `context_required` where the filter does not say whose rows, while the index has a key for each scope.
 */
export async function rewriteWhere(model: Model, where: unknown, outer: Args = {}): Promise<void> {
  if (!isPlain(where)) return
  const known = { ...outer, ...knownOf(model, where) }
  const conditions: Args[] = []
  for (const [name, filter] of Object.entries(where)) {
    const related = model.relations.get(name)
    if (isAbsent(filter)) continue
    if (BRANCHES.has(name)) for (const branch of listOf(filter)) await rewriteWhere(model, branch, known)
    else if (related) await rewriteRelation(related, filter)
    else if (model.sealed && name in model.sealed.columns) {
      if (keepsItself(model.sealed, name, filter)) continue
      delete where[name]
      conditions.push(...(await indexConditions(model, name, filter, known)))
    } else if (model.sealed && name in model.sealed.indexes) checkIndexFilter(model, name, filter)
    else if (model.sealed && isUniqueKey(model, name) && isPlain(filter) && !model.scalars.has(name))
      for (const part of Object.keys(filter)) if (part in model.sealed.columns) throw refusal(model, part, 'a unique key')
  }
  if (conditions.length > 0) where.AND = [...(where.AND === undefined ? [] : listOf(where.AND)), ...conditions]
}

async function rewriteRelation(related: Model, filter: unknown): Promise<void> {
  if (!isPlain(filter)) return
  const parts = RELATION_FILTERS.filter((part) => part in filter && !related.scalars.has(part) && !related.relations.has(part))
  if (parts.length === 0) return rewriteWhere(related, filter)
  for (const part of parts) await rewriteWhere(related, filter[part])
}

export const refusal = ({ name }: Model, field: string, what: string): WaxsealError =>
  new WaxsealError('config', `${name}.${field} is sealed: ${what} cannot tell anything of it`)

/** An index is asked by the field that it is of; by itself for keyed hashes only. */
function checkIndexFilter(model: Model, name: string, filter: unknown): void {
  if (!isPlain(filter)) checkIndexValue(model, name, filter)
  else for (const value of Object.values(filter)) for (const each of listOf(value)) checkIndexFilter(model, name, each)
}

export function checkIndexValue({ name }: Model, field: string, value: unknown): void {
  if (typeof value === 'string' && !isIndexValue(value))
    throw new WaxsealError('plaintext_rejected', `${name}.${field} is an index: it takes and is compared with keyed hashes only`)
}

/** Comparisons with NULL, and with fields of JSON that are in clear, are for the database. */
function keepsItself({ columns }: SealedModel, name: string, filter: unknown): boolean {
  if (isNull(filter)) return true
  if (!isPlain(filter)) return false
  const column = columns[name]!
  if (column.kind === 'document' && filter.path !== undefined) {
    const { path, ...compared } = filter
    if (!meetsSealed(column.selectors, path, Object.values(compared).flatMap(listOf))) return true
    throw new WaxsealError('config', `${name}: what the path of this filter leads to is sealed`)
  }
  const operators = Object.entries(filter).filter(([, value]) => !isAbsent(value))
  return operators.every(([operator, value]) => (operator === 'equals' || operator === 'not') && isNull(value))
}

/** All that has to be true of the index of a field. */
async function indexConditions(model: Model, name: string, filter: unknown, known: Args): Promise<Args[]> {
  const { rows, indexes, scope, scopeNeeds } = model.sealed!
  const index = Object.keys(indexes).find((each) => indexes[each]!.of === name)
  if (!index) throw new WaxsealError('config', `${model.name}.${name} is sealed and has no index to be found by`)
  const row = partOf(known, scopeNeeds)
  if (!row)
    throw new WaxsealError(
      'context_required',
      `${model.name}.${name}: to find rows by it, the filter has to say ${scopeNeeds.join(' and ')} too`,
    )

  const among = async (operator: 'in' | 'notIn', values: readonly unknown[]): Promise<Args> => {
    if (values.some(isFieldRef)) throw refusal(model, name, 'a comparison with another field')
    const found = await Promise.all(values.map((value) => rows.where(name, value, { scope: scope?.(row) })))
    return { [index]: { [operator]: found.flatMap(([match]) => match!.values) } }
  }
  if (!isPlain(filter)) return [await among('in', [filter])]
  const conditions: Args[] = []
  for (const [operator, value] of Object.entries(filter)) {
    if (isAbsent(value) || (operator === 'mode' && value === 'default')) continue
    if ((operator === 'equals' || operator === 'not') && isNull(value)) conditions.push({ [name]: { [operator]: value } })
    else if (operator === 'equals') conditions.push(await among('in', [value]))
    else if ((operator === 'in' || operator === 'notIn') && Array.isArray(value)) conditions.push(await among(operator, value))
    else if (operator === 'not' && !isPlain(value)) conditions.push(await among('notIn', [value]))
    else if (operator === 'not') conditions.push({ NOT: { AND: await indexConditions(model, name, value, known) } })
    else throw refusal(model, name, operator)
  }
  return conditions
}
