import { WaxsealError } from '@waxseal/core'
import type { Model } from './models.js'
import type { Args } from './prisma-client.js'
import { rewriteAggregate, rewriteQuery, type Shape } from './selection.js'
import type { Lookup } from './target.js'
import { rewriteWhere } from './where.js'
import { createWriter } from './writer.js'

/**
 * Prepares the arguments of one operation, in place: what it writes is sealed, what it asks fits sealed fields. Gives the shape of what
 * is to be opened in its result. `config` for operations that are not known: what they would write cannot be seen.
 */
export async function prepare(operation: string, model: Model, args: Args, lookup: Lookup): Promise<Shape | undefined> {
  const writer = createWriter(lookup)
  const named = (select: Args) => lookup.findRow('findUnique', model.name, { where: args.where, select })
  switch (operation) {
    case 'findUnique':
    case 'findUniqueOrThrow':
    case 'findFirst':
    case 'findFirstOrThrow':
    case 'findMany':
    case 'delete':
      return rewriteQuery(model, args)
    case 'deleteMany':
      await rewriteWhere(model, args.where)
      return undefined
    case 'count':
    case 'aggregate':
    case 'groupBy':
      await rewriteAggregate(model, args)
      return undefined
    case 'create':
      args.data = await writer.create(model, args.data)
      break
    case 'createMany':
    case 'createManyAndReturn':
      args.data = await writer.createMany(model, args.data)
      break
    case 'update':
      Object.assign(args, await writer.update(model, { where: args.where, data: args.data }, named))
      break
    case 'updateMany':
    case 'updateManyAndReturn':
      Object.assign(args, await writer.updateMany(model, { where: args.where, data: args.data }))
      break
    case 'upsert':
      Object.assign(args, await writer.upsert(model, args as { create: unknown; update: unknown }, named))
      break
    default:
      throw new WaxsealError('config', `${model.name}: ${operation} is no operation that is known`)
  }
  // The filter of a write is rewritten already.
  const { select, include, omit } = args
  return operation === 'createMany' || operation === 'updateMany' ? undefined : rewriteQuery(model, { select, include, omit })
}
