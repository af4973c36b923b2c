import type { Model, SealedModel } from './models.js'
import type { Args } from './prisma-client.js'
import { isAbsent, isPlain, listOf } from './values.js'
import { refusal, rewriteWhere } from './where.js'

/** What of a result is sealed, and what was read along only to open it. */
export interface Shape {
  readonly model: Model
  readonly opens: boolean
  /** Fields to take out again. */
  readonly added: readonly string[]
  /** Whether they are only hidden, because computed fields of other extensions may read them. */
  readonly computed: boolean
  readonly relations: ReadonlyMap<string, Shape>
}

/**
 * Makes arguments of a query fit sealed fields, in place and at every depth: filters go to the indexes, what is needed to open rows is
 * selected too. Gives the shape of the result; undefined where nothing in it is sealed. `config` for orders and such by sealed fields.
 */
export async function rewriteQuery(model: Model, args: Args): Promise<Shape | undefined> {
  await rewriteWhere(model, args.where)
  checkCursor(model, args.cursor)
  checkOrder(model, args.orderBy)
  for (const field of listOf(args.distinct ?? []))
    if (isSealed(model, field as string)) throw refusal(model, `${field}`, 'distinct')

  const relations = new Map<string, Shape>()
  for (const selection of [args.select, args.include])
    if (isPlain(selection))
      for (const [name, nested] of Object.entries(selection)) {
        const related = model.relations.get(name)
        if (name === '_count') await rewriteCounts(model, nested)
        if (!related || isAbsent(nested) || nested === false) continue
        const shape = await rewriteQuery(related, isPlain(nested) ? nested : {})
        if (shape) relations.set(name, shape)
      }
  const computed = mayCompute(model, args)
  const opens = model.sealed !== undefined && (computed || selectsSealed(model.sealed, args))
  const added = opens ? addNeeds(model, args) : []
  return opens || relations.size > 0 ? { model, opens, added, computed, relations } : undefined
}

const isSealed = ({ sealed }: Model, field: string): boolean => sealed !== undefined && field in sealed.columns

/** Whether fields of the result may be made of others, by extensions whose needs are not told here. */
function mayCompute({ scalars, relations }: Model, { select }: Args): boolean {
  return !isPlain(select) || Object.keys(select).some((name) => !scalars.has(name) && !relations.has(name) && name !== '_count')
}

function selectsSealed({ columns }: SealedModel, { select, omit }: Args): boolean {
  return Object.keys(columns).some((field) => (isPlain(select) ? select[field] === true : !isPlain(omit) || omit[field] !== true))
}

function addNeeds({ sealed }: Model, { select, omit }: Args): string[] {
  const added: string[] = []
  for (const field of sealed!.needs) {
    if (isPlain(select)) {
      if (select[field] === true) continue
      select[field] = true
    } else if (isPlain(omit) && omit[field] === true) omit[field] = false
    else continue
    added.push(field)
  }
  return added
}

async function rewriteCounts(model: Model, counts: unknown): Promise<void> {
  if (!isPlain(counts) || !isPlain(counts.select)) return
  for (const [name, nested] of Object.entries(counts.select)) {
    const related = model.relations.get(name)
    if (related && isPlain(nested)) await rewriteWhere(related, nested.where)
  }
}

function checkCursor(model: Model, cursor: unknown): void {
  if (isPlain(cursor))
    for (const field of Object.keys(cursor)) if (isSealed(model, field)) throw refusal(model, field, 'a cursor')
}

/** Refuses to order by what is sealed, here or in related rows. */
export function checkOrder(model: Model, orderBy: unknown): void {
  for (const order of listOf(orderBy))
    if (isPlain(order))
      for (const [name, by] of Object.entries(order)) {
        const related = model.relations.get(name)
        if (isAbsent(by)) continue
        if (isSealed(model, name)) throw refusal(model, name, 'an order')
        if (related) checkOrder(related, by)
        else if (name === '_relevance' && isPlain(by)) {
          for (const field of listOf(by.fields))
            if (isSealed(model, field as string)) throw refusal(model, `${field}`, 'relevance')
        } else if (name !== '_count' && isPlain(by)) checkOrder(model, by)
      }
}

/** Counting what is not NULL is all that aggregates can do with sealed fields. */
export async function rewriteAggregate(model: Model, args: Args): Promise<void> {
  await rewriteWhere(model, args.where)
  checkCursor(model, args.cursor)
  checkOrder(model, args.orderBy)
  for (const field of listOf(args.by ?? [])) if (isSealed(model, field as string)) throw refusal(model, `${field}`, 'a group')
  for (const by of ['_min', '_max', '_avg', '_sum'])
    if (isPlain(args[by]))
      for (const [field, wanted] of Object.entries(args[by]))
        if (wanted === true && isSealed(model, field)) throw refusal(model, field, by)
  checkHaving(model, args.having)
}

function checkHaving(model: Model, having: unknown): void {
  for (const part of listOf(having))
    if (isPlain(part))
      for (const [name, filter] of Object.entries(part)) {
        if (isSealed(model, name)) throw refusal(model, name, 'having')
        if (!model.scalars.has(name)) checkHaving(model, filter)
      }
}
