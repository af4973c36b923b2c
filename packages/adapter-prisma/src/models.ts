import { WaxsealError } from '@waxseal/core'
import { createRowSealer, type IndexColumn, type Row, type RowSealer, type SealedColumns } from '@waxseal/rows'
import type { SealedModelOptions, SealedModels, SealedOptions } from './options.js'
import type { DataModel } from './prisma-client.js'

/** A model of the Prisma schema, and how its rows are sealed. */
export interface Model {
  readonly name: string
  /** Names of scalar types by field. */
  readonly scalars: ReadonlyMap<string, string>
  readonly relations: ReadonlyMap<string, Model>
  readonly sealed: SealedModel | undefined
}

export interface SealedModel {
  readonly rows: RowSealer
  readonly columns: SealedColumns
  readonly indexes: Readonly<Record<string, IndexColumn>>
  /** Fields that identify a row. */
  readonly identity: readonly string[]
  /** All fields that tell where the values of a row belong: its identity, and what its scope is made of. */
  readonly needs: readonly string[]
  /** What `scope` reads. */
  readonly scopeNeeds: readonly string[]
  readonly scope: ((row: Row) => string | undefined) | undefined
}

/** The sealers of rows by model. */
export function createRowSealers(options: SealedOptions<SealedModels>): ReadonlyMap<string, SealedModel> {
  const { sealer, app, models, now } = options
  const entries = Object.entries(models ?? {})
  if (entries.length === 0) throw new WaxsealError('config', 'models names at least one')
  return new Map(entries.map(([name, model]) => [name, sealedModel(name, model, { sealer, app, now })]))
}

function sealedModel(
  name: string,
  { table = name, needs = [], ...model }: SealedModelOptions,
  shared: Pick<SealedOptions<SealedModels>, 'sealer' | 'app' | 'now'>,
): SealedModel {
  const { row, columns, indexes = {}, scope } = model
  if (typeof row === 'function') throw new WaxsealError('config', `${name}: row names fields; Prisma selects what it is made of`)
  if (scope && needs.length === 0) throw new WaxsealError('config', `${name}: needs names the fields that scope reads`)
  const identity = row === 'none' ? [] : typeof row === 'string' ? [row] : row
  const sealing = needs.find((field) => field in (columns ?? {}))
  if (sealing !== undefined) throw new WaxsealError('config', `${name}: ${sealing} is sealed, so that no scope is made of it`)
  const rows = createRowSealer({ ...shared, ...model, table })
  const unread = rows.needs.scope.find((field) => !needs.includes(field))
  if (unread !== undefined) throw new WaxsealError('config', `${name}: scope reads ${unread}, which needs does not name`)
  return {
    rows,
    columns,
    indexes,
    identity,
    needs: [...new Set([...identity, ...needs])],
    scopeNeeds: needs,
    scope,
  }
}

const TYPES = { text: 'String', bytes: 'Bytes', json: 'Json' } as const

/** Lays the sealed models over the data model. `config` where a name or a type does not fit. */
export function createModels({ models }: DataModel, sealed: ReadonlyMap<string, SealedModel>): ReadonlyMap<string, Model> {
  const all = new Map<string, Model>()
  for (const [name, { fields }] of Object.entries(models)) {
    const scalars = new Map(fields.filter(({ type }) => !(type in models)).map((field) => [field.name, field.type]))
    all.set(name, { name, scalars, relations: new Map(), sealed: sealed.get(name) })
  }
  for (const [name, { fields }] of Object.entries(models))
    for (const { name: field, type } of fields)
      if (type in models) (all.get(name)!.relations as Map<string, Model>).set(field, all.get(type)!)
  for (const [name, model] of sealed) checkFields(name, model, all.get(name))
  return all
}

function checkFields(name: string, { columns, indexes, needs }: SealedModel, model: Model | undefined): void {
  if (!model) throw new WaxsealError('config', `the data model has no ${name}; models are named as in the Prisma schema`)
  const typed = (field: string, type: string): void => {
    const found = model.scalars.get(field)
    if (found !== type) throw new WaxsealError('config', `${name}.${field} is ${found ?? 'not there'}; it has to be ${type}`)
  }
  for (const [field, column] of Object.entries(columns)) typed(field, column.kind === 'document' ? 'Json' : TYPES[column.as])
  for (const field of Object.keys(indexes)) typed(field, 'String')
  const missing = needs.find((field) => !model.scalars.has(field))
  if (missing !== undefined) throw new WaxsealError('config', `${name}.${missing} is not there`)
}

/** The models from which sealed rows can be reached: operations on the others pass as they are. */
export function concernedModels(models: ReadonlyMap<string, Model>): ReadonlySet<string> {
  const concerned = new Set([...models.values()].filter(({ sealed }) => sealed).map(({ name }) => name))
  for (let before = -1; before !== concerned.size; ) {
    before = concerned.size
    for (const { name, relations } of models.values())
      if ([...relations.values()].some((related) => concerned.has(related.name))) concerned.add(name)
  }
  return concerned
}
