import { WaxsealError } from '@waxseal/core'

/** Arguments of an operation, or a part of them: a copy that Prisma made for extensions, so that it may be changed. */
export type Args = Record<string, unknown>

/** A client's data model as its generator wrote it into the client. */
export interface DataModel {
  readonly models: Readonly<Record<string, { readonly fields: readonly DataModelField[] }>>
}
export interface DataModelField {
  readonly name: string
  /** Name of a scalar type, an enum or, for a relation, a model. */
  readonly type: string
}

/** What an operation is part of, as query extensions get it. */
export interface OperationParams {
  readonly dataPath?: readonly string[]
  readonly transaction?: { readonly kind: string } | undefined
}

/** An operation before it runs; inside a transaction it is told which. */
interface PrismaOperation extends PromiseLike<unknown> {
  readonly requestTransaction?: (transaction: unknown) => PromiseLike<unknown>
}
type Delegate = Readonly<Record<string, (args: Args) => PrismaOperation>>

/**
 * What this adapter uses of a Prisma client beside its documented interface. Prisma's own extensions build on the same members; the
 * tests of this package tell when one of them is gone.
 */
export interface PrismaClientInside {
  readonly _runtimeDataModel?: DataModel
  readonly _activeProvider?: string
}

/** The data model of a client. `config` where it carries none, as one that was never generated. */
export function dataModelOf(client: PrismaClientInside): DataModel {
  const model = client._runtimeDataModel
  if (!model?.models) throw new WaxsealError('config', 'this Prisma client carries no data model: it takes a generated one')
  return model
}

/** Databases whose texts are compared without regard to case, unless they are told otherwise. */
export const comparesLoosely = ({ _activeProvider }: PrismaClientInside): boolean =>
  !['postgresql', 'cockroachdb', 'sqlite'].includes(_activeProvider ?? '')

/** Reads one row as it is stored, within the transaction of the operation that needs it. */
export type FindRow = (by: 'findUnique' | 'findFirst', model: string, args: Args) => Promise<Args | null>

export function createFindRow(client: object, { transaction }: OperationParams): FindRow {
  return async (by, model, args) => {
    const delegate = (client as Readonly<Record<string, Delegate>>)[`${model.charAt(0).toLowerCase()}${model.slice(1)}`]
    const operation = delegate![by]!(args)
    // A batch is not there yet when its operations are prepared.
    const found = transaction?.kind === 'itx' ? operation.requestTransaction!(transaction) : operation
    return (await found) as Args | null
  }
}
