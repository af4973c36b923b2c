import { WaxsealError } from '@waxseal/core'
import type { Model } from './models.js'
import type { Args } from './prisma-client.js'
import { ambiguous, type Locate, type Lookup, type Target } from './target.js'
import { isPlain, listOf } from './values.js'
import { rewriteWhere } from './where.js'
import type { Writer } from './writer.js'

/** Seals what a write carries for related rows: by relation, what takes the place of what was given. */
export type NestedWriter = (model: Model, data: Args, parent: Target | undefined) => Promise<Args>

export function createNestedWriter(writer: Writer, { findRow }: Lookup): NestedWriter {
  const each = async (given: unknown, write: (item: unknown, listed: boolean) => Promise<unknown>): Promise<unknown> =>
    Array.isArray(given) ? Promise.all(given.map((item) => write(item, true))) : write(given, false)

  /** How to find the related row of an operation that names it by a filter, or by nothing but the relation. */
  function locator(related: Model, where: unknown, listed: boolean, alone: Locate): Locate {
    if (where === undefined) return alone
    return listed ? (select) => findRow('findUnique', related.name, { where, select }) : ambiguous(related)
  }

  async function operation(related: Model, name: string, given: unknown, alone: Locate): Promise<unknown> {
    switch (name) {
      case 'create':
        return each(given, (data) => writer.create(related, data))
      case 'createMany':
        return { ...(given as Args), data: await writer.createMany(related, (given as Args).data) }
      case 'connectOrCreate':
        return each(given, async (item) => {
          const { where, create } = item as Args
          await rewriteWhere(related, where)
          return { where, create: await writer.create(related, create) }
        })
      case 'update':
        return each(given, async (item, listed) => {
          const filtered = isPlain(item) && 'data' in item && !related.scalars.has('data') && !related.relations.has('data')
          const { where, data } = (filtered ? item : { data: item }) as Args
          const written = await writer.update(related, { where, data }, locator(related, where, listed, alone))
          return written.where === undefined ? written.data : written
        })
      case 'upsert':
        return each(given, async (item, listed) => {
          const { where, create, update } = item as Args
          const written = await writer.upsert(related, { where, create, update }, locator(related, where, listed, alone))
          return written.where === undefined ? { create: written.create, update: written.update } : written
        })
      case 'updateMany':
        return each(given, (item) => writer.updateMany(related, item as { data: unknown }))
      case 'connect':
      case 'disconnect':
      case 'set':
      case 'delete':
      case 'deleteMany':
        for (const where of listOf(given)) await rewriteWhere(related, where)
        return given
      default:
        throw new WaxsealError('config', `${related.name}: nested ${name} is no operation that is known`)
    }
  }

  return async (model, data, parent) => {
    const written: Args = {}
    for (const [relation, related] of model.relations) {
      const operations = data[relation]
      if (!isPlain(operations)) continue
      const alone: Locate = async (select) => {
        const found = await parent?.locate({ [relation]: { select } })
        return (found?.[relation] ?? null) as Args | null
      }
      const entries = Object.entries(operations).map(async ([name, given]) => [
        name,
        await operation(related, name, given, alone),
      ])
      written[relation] = Object.fromEntries(await Promise.all(entries))
    }
    return written
  }
}
