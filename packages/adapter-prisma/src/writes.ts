import { WaxsealError } from '@waxseal/core'
import { partOf } from './known.js'
import type { Model, SealedModel } from './models.js'
import type { Args } from './prisma-client.js'
import { isAbsent, isJsonNull, isNull, isPlain } from './values.js'
import { checkIndexValue } from './where.js'

/** The sealed fields that data gives, without the ways that Prisma has to wrap them; NULL and its kin are null. */
function sealedValues({ scalars }: Model, { columns }: SealedModel, data: Args): Args {
  const values: Args = {}
  for (const name of Object.keys(columns)) {
    const given = data[name]
    // `{ set: value }` is a value of its own in a field of JSON.
    const value = isPlain(given) && scalars.get(name) !== 'Json' && 'set' in given ? given.set : given
    if (!isAbsent(value)) values[name] = isNull(value) ? null : value
  }
  return values
}

/** Whether NULL is all that is written. */
const clears = (values: Args): boolean => Object.values(values).every((value) => value === null)

/** Prisma tells the NULL of the database from the one of JSON: what was given is kept. */
function withJsonNulls(stored: Args, data: Args, names: Iterable<string>): Args {
  for (const name of names) if (isJsonNull(data[name])) stored[name] = data[name]
  return stored
}

/** Data as they are given, without the relations in them. */
const scalarsOf = ({ relations }: Model, data: Args): Args =>
  Object.fromEntries(Object.entries(data).filter(([name, value]) => !relations.has(name) && !isAbsent(value)))

/** Seals the fields of a row that is to be created; relations are left out. */
export async function sealNew(model: Model, data: Args): Promise<Args> {
  const clear = scalarsOf(model, data)
  const { sealed } = model
  if (!sealed) return clear
  const values = sealedValues(model, sealed, clear)
  if (!clears(values) && !partOf(clear, sealed.needs)) throw missing(model, sealed, clear, 'the data have to give')
  const stored = await sealed.rows.seal({ ...clear, ...values } as never)
  return withJsonNulls(stored as Args, clear, Object.keys(values))
}

/** A change of a row, before it is known which row that is. */
export interface Change {
  readonly model: Model
  /** What is changed, without relations. */
  readonly clear: Args
  /** What of it is sealed. */
  readonly values: Args
  /** Whether it can only be made for one row, which has to be known: it seals, or it sets what tells where sealed values belong. */
  readonly ofOneRow: boolean
}

export function changeOf(model: Model, data: Args): Change {
  const clear = scalarsOf(model, data)
  const { sealed } = model
  if (!sealed) return { model, clear, values: {}, ofOneRow: false }
  for (const field of sealed.needs) {
    const given = clear[field]
    if (isPlain(given) && 'set' in given) clear[field] = given.set
  }
  for (const index of Object.keys(sealed.indexes)) {
    const given = clear[index]
    checkIndexValue(model, index, isPlain(given) ? given.set : given)
  }
  const values = sealedValues(model, sealed, clear)
  return { model, clear, values, ofOneRow: !clears(values) || sealed.needs.some((field) => !isAbsent(clear[field])) }
}

/** Seals a change for its row, of which all is given that sealing needs. `config` where it moves the row. */
export async function sealChange({ model, clear, values, ofOneRow }: Change, row?: Args): Promise<Args> {
  const { sealed } = model
  if (!sealed) return clear
  const emptied = Object.keys(sealed.indexes).filter((index) => values[sealed.indexes[index]!.of] === null)
  const stored =
    ofOneRow && row
      ? await sealed.rows.sealChange({ ...clear, ...values } as never, row)
      : { ...clear, ...values, ...Object.fromEntries(emptied.map((index) => [index, null])) }
  return withJsonNulls(stored as Args, clear, Object.keys(values))
}

/** A change without what is sealed, for a row that is not there. */
export const withoutSealed = ({ model, clear }: Change): Args =>
  Object.fromEntries(Object.entries(clear).filter(([name]) => !(name in (model.sealed?.columns ?? {}))))

export function missing({ name }: Model, { needs }: SealedModel, given: Args, where: string): WaxsealError {
  const absent = needs.filter((field) => isAbsent(given[field]))
  return new WaxsealError('context_required', `${name}: ${where} ${absent.join(' and ')}, which tells where sealed values belong`)
}
