import { concernedModels, createModels, createRowSealers, type Model } from './models.js'
import { openResult, shapeAt } from './opening.js'
import { prepare } from './operations.js'
import type { SealedModels, SealedOptions } from './options.js'
import {
  type Args,
  comparesLoosely,
  createFindRow,
  dataModelOf,
  type OperationParams,
  type PrismaClientInside,
} from './prisma-client.js'
import type { SealedExtension } from './types.js'

interface Operation {
  readonly model: string
  readonly operation: string
  readonly args: Args
  readonly query: (args: Args) => Promise<unknown>
  readonly __internalParams?: OperationParams
}

interface Extendable extends PrismaClientInside {
  $extends(extension: object): unknown
}

/**
 * The extension of a Prisma client that seals fields: what is written, nested or not, is sealed before Prisma sees it; what is read is
 * opened, in related rows too; filters by a sealed field use its index. The extended client has the sealers of rows as `$rows`.
 * `config` for options that do not fit, and when it meets a client whose data model they do not fit.
 *
 * @example
 * const prisma = new PrismaClient({ adapter }).$extends(
 *   sealed({ sealer, app: 'shop', models: { Customer: { row: 'id', columns: { email: sealedColumn<string>() } } } }),
 * )
 * await prisma.customer.create({ data: { id: 'c1', email: 'ada@example.com' } })
 */
export function sealed<const M extends SealedModels>(options: SealedOptions<M>): SealedExtension<M> {
  const sealers = createRowSealers(options)
  const $rows = Object.freeze(Object.fromEntries([...sealers].map(([name, { rows }]) => [name, rows])))

  const extension = (client: Extendable): unknown => {
    const models = createModels(dataModelOf(client), sealers)
    const concerned = concernedModels(models)
    const loosely = comparesLoosely(client)

    async function $allOperations({ model: name, operation, args, query, __internalParams: params = {} }: Operation) {
      if (!concerned.has(name)) return query(args)
      const shape = await prepare(operation, models.get(name) as Model, args, { findRow: createFindRow(client, params), loosely })
      return openResult(shapeAt(shape, params.dataPath), await query(args))
    }
    return client.$extends({ name: 'waxseal', query: { $allModels: { $allOperations } }, client: { $rows } })
  }
  return extension as unknown as SealedExtension<M>
}
