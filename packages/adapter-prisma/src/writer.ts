import { partOf } from './known.js'
import type { Model } from './models.js'
import { createNestedWriter } from './nested-writes.js'
import type { Args } from './prisma-client.js'
import { createTarget, type Locate, type Lookup, NOTHING, narrowed } from './target.js'
import { isPlain, listOf } from './values.js'
import { rewriteWhere } from './where.js'
import { changeOf, missing, sealChange, sealNew, withoutSealed } from './writes.js'

/** Seals the data of writes, and of all that is nested in them, and makes their filters fit. */
export interface Writer {
  create(model: Model, data: unknown): Promise<Args>
  createMany(model: Model, data: unknown): Promise<Args[]>
  /** `otherwise` reads the row where the filter does not name it. */
  update(model: Model, write: { where?: unknown; data: unknown }, otherwise: Locate): Promise<{ where: unknown; data: Args }>
  updateMany(model: Model, write: { where?: unknown; data: unknown }): Promise<{ where: unknown; data: Args }>
  upsert(
    model: Model,
    write: { where?: unknown; create: unknown; update: unknown },
    otherwise: Locate,
  ): Promise<{ where: unknown; create: Args; update: Args }>
}

const record = (data: unknown): Args => (isPlain(data) ? data : {})

export function createWriter(lookup: Lookup): Writer {
  const writer: Writer = {
    async create(model, data) {
      const given = record(data)
      return { ...(await sealNew(model, given)), ...(await nested(model, given, undefined)) }
    },

    createMany: (model, data) => Promise.all(listOf(data).map((row) => writer.create(model, row))),

    async update(model, { where, data }, otherwise) {
      await rewriteWhere(model, where)
      const target = createTarget(model, where, otherwise, lookup)
      const change = changeOf(model, record(data))
      const relations = await nested(model, record(data), target)
      if (!change.ofOneRow) return { where, data: { ...(await sealChange(change)), ...relations } }
      const found = await target.row()
      if (!found) return { where: narrowed(where, NOTHING), data: { ...withoutSealed(change), ...relations } }
      const sealed = await sealChange(change, found.row)
      return { where: found.read ? narrowed(where, found.row) : where, data: { ...sealed, ...relations } }
    },

    async updateMany(model, { where, data }) {
      const { sealed } = model
      if (sealed && changeOf(model, record(data)).ofOneRow) {
        const { known } = createTarget(model, where, nowhere, lookup)
        if (!partOf(known, sealed.identity.length > 0 ? sealed.identity : sealed.needs))
          throw missing(model, sealed, known, 'a change of many rows cannot be sealed; the filter has to give')
      }
      return writer.update(model, { where, data }, nowhere)
    },

    async upsert(model, { where, create, update }, otherwise) {
      await rewriteWhere(model, where)
      const target = createTarget(model, where, otherwise, lookup)
      const change = changeOf(model, record(update))
      const relations = await nested(model, record(update), target)
      const created = await writer.create(model, create)
      if (!change.ofOneRow) return { where, create: created, update: { ...(await sealChange(change)), ...relations } }
      const found = await target.row()
      const row = found?.row ?? partOf(record(create), model.sealed!.needs)
      if (!row) throw missing(model, model.sealed!, record(create), 'the data to create have to give')
      const sealed = await sealChange(change, row)
      // A row that somebody else creates meanwhile is none that this change was sealed for.
      const pinned = found && !found.read ? where : narrowed(where, row)
      return { where: pinned, create: created, update: { ...sealed, ...relations } }
    },
  }
  const nested = createNestedWriter(writer, lookup)
  return writer
}

const nowhere: Locate = async () => null
