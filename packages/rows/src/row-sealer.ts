import { type MaybePromise, type Settled, WaxsealError } from '@waxseal/core'
import { type CellPlace, type Cells, createCells } from './cell.js'
import type { IndexColumn, OpenedRow, PlainRow, SealedColumns, SealedRow } from './column.js'
import { createCompanions } from './companions.js'
import { columnsRead, identityOf, type Row, type RowContext } from './place.js'
import { createRowIndexes, type IndexMatch } from './row-indexes.js'
import { checkOptions, type RowSealerOptions } from './row-sealer-options.js'
import { createStoredForm } from './stored-form.js'

export interface OpenRowsCall {
  readonly onError?: 'throw' | undefined
}
export interface SettleRowsCall {
  readonly onError: 'settle'
}

/** Seals and opens the rows of one table. What is no sealed column passes as it is; NULL stays NULL; what a row lacks it goes on lacking. */
export interface RowSealer<C extends SealedColumns = SealedColumns> {
  readonly table: string
  readonly columns: C
  readonly indexes: Readonly<Record<string, IndexColumn>>
  /** The columns that a row must hold for its values to be opened: what identifies it, and what its scope is told by. */
  readonly needs: { readonly row: readonly string[]; readonly scope: readonly string[] }
  /** Seals a row that is to be inserted, with its indexes and companions. `context_required` where its identity is missing. */
  seal<R extends PlainRow<C>>(row: R): Promise<SealedRow<C, R>>
  sealMany<R extends PlainRow<C>>(rows: readonly R[]): Promise<SealedRow<C, R>[]>
  /**
   * Seals the change of a row that is stored already: `row` holds at least what tells its identity and scope. Indexes of what changes
   * come along; companions stay.
   */
  sealChange<R extends PlainRow<C>>(change: R, row: Row): Promise<SealedRow<C, R>>
  /**
   * Opens a row, or the part of one that a query selected; it holds at least what tells its identity and scope. `context_required`,
   * and what the sealer says: `open_failed` for a value of another row, column or table. Errors name the column.
   */
  open<R extends object>(row: R): Promise<OpenedRow<C, R>>
  /** Opens rows, in order. The first that fails fails all; with `onError: 'settle'` each gets an outcome. */
  openMany<R extends object>(rows: readonly R[], call: SettleRowsCall): Promise<Settled<OpenedRow<C, R>>[]>
  openMany<R extends object>(rows: readonly R[], call?: OpenRowsCall): Promise<OpenedRow<C, R>[]>
  /**
   * How to find the rows whose sealed column holds this value: any of the matches is enough. `config` for a column without an index.
   *
   * @example
   * const [match] = await customers.where('email', 'ada@example.com') // { column: 'email_index', values: ['…'] }
   */
  where(column: keyof C & string, value: unknown, call?: { readonly scope?: string | undefined }): Promise<IndexMatch[]>
  /**
   * The index columns of a stored row as they should be; null where they are. For an index that is new, or whose first version changed.
   */
  reindex(row: object): Promise<Readonly<Record<string, string | null>> | null>
  /**
   * Whether a value may be written to a sealed column as it is: NULL, or what looks sealed in this column's form; with
   * `write: 'plaintext'` anything. Needs no key and opens nothing: it finds what somebody forgot to seal.
   */
  isStored(column: keyof C & string, value: unknown): boolean
  /** Where a sealed column of a row belongs: for tools, and for targets of re-encryption. */
  placeOf(column: keyof C & string, row: Row): { readonly context: RowContext; readonly scope: string | undefined }
}

/** What the places of all fields of a row share. */
interface RowPlace {
  readonly row: string | undefined
  readonly scope: string | undefined
}

interface Field {
  readonly name: string
  /** Its name in the context. */
  readonly alias: string
  readonly cells: Cells
  readonly isStored: (value: unknown) => boolean
}

/** Says which column a refusal is about; the names of columns are no secret. */
function inColumn(name: string, error: unknown): unknown {
  if (!WaxsealError.is(error)) return error
  return new WaxsealError(error.code, `${name}: ${error.message}`, { cause: error, retryAfterMs: error.retryAfterMs })
}

/**
 * Makes the sealer of a table's rows. `config` for options that do not fit.
 *
 * @example
 * const customers = createRowSealer({
 *   sealer, app: 'shop', table: 'customers', row: 'id',
 *   columns: { card: sealedColumn<string>(), profile: sealedJson<Profile>({ fields: ['/email'] }) },
 * })
 * const stored = await customers.seal({ id: 'c1', card: '4111…', profile })
 * const row = await customers.open(stored)
 */
export function createRowSealer<C extends SealedColumns>(options: RowSealerOptions<C>): RowSealer<C> {
  const { sealer, app, table, row: identity, columns, indexes = {}, scope, previousContexts, json = 'value' } = options
  checkOptions(options)
  const { write = 'sealed', now = Date.now } = options
  const rowOf = identity === 'none' ? undefined : identityOf(identity)
  const isEnvelope = (value: unknown): boolean => {
    try {
      sealer.inspect(value as string)
      return true
    } catch {
      return false
    }
  }
  const companionsOf = options.companions && createCompanions(options.companions, columns, { write, json, now })
  const needs = { row: rowOf ? columnsRead(rowOf) : [], scope: scope ? columnsRead(scope) : [] }
  for (const name of [...needs.row, ...needs.scope])
    if (Object.hasOwn(columns, name))
      throw new WaxsealError('config', `${name} is sealed: it cannot tell where a row's values belong`)
  const fields = Object.entries(columns).map(
    ([name, column]): Field => ({
      name,
      alias: column.field ?? name,
      cells: createCells(sealer, column, json),
      isStored: createStoredForm(column, isEnvelope),
    }),
  )
  const indexed = createRowIndexes(indexes)
  const fieldNamed = new Map(fields.map((field) => [field.name, field]))

  function fieldOf(column: string): Field {
    const field = fieldNamed.get(column)
    if (!field) throw new WaxsealError('config', `${column} is no sealed column`)
    return field
  }

  /** A row that lacks what tells its scope must not be taken for one that has none: that would be sealed under the key of all. */
  function scopeOf(row: Row): string | undefined {
    for (const name of needs.scope)
      if (row[name] === undefined)
        throw new WaxsealError('context_required', `the row's ${name} is needed, to tell whose key its values are under`)
    return scope?.(row)
  }

  const placeOfRow = (row: Row): RowPlace => ({ row: rowOf?.(row), scope: scopeOf(row) })

  function placeOfField({ alias }: Field, { row, scope }: RowPlace): CellPlace {
    const context = { app, table, field: alias }
    return { context: row === undefined ? context : { ...context, row }, scope }
  }

  /** Seals values of a row, and makes the indexes that hang on them. */
  async function sealValues(values: Row, row: Row): Promise<Record<string, unknown>> {
    const stored: Record<string, unknown> = { ...values }
    const present = fields.filter(({ name }) => values[name] !== undefined && values[name] !== null)
    if (write === 'plaintext') {
      for (const { name, cells } of present) stored[name] = cells.plain(values[name])
    } else if (present.length > 0) {
      const place = placeOfRow(row)
      for (const field of present) {
        try {
          stored[field.name] = await field.cells.seal(values[field.name], placeOfField(field, place))
        } catch (error) {
          throw inColumn(field.name, error)
        }
      }
    }
    const indexScope = present.some(({ name }) => indexed.sources.has(name)) ? scopeOf(row) : undefined
    for (const [name, value] of await indexed.valuesOf(values, indexScope)) stored[name] = value
    indexed.check(stored)
    return stored
  }

  /** What did not open is tried in the contexts that it may have been sealed in before. */
  async function openAgain({ name, cells }: Field, stored: unknown, place: CellPlace, error: unknown): Promise<unknown> {
    if (!WaxsealError.is(error) || error.code !== 'open_failed') throw inColumn(name, error)
    for (const context of previousContexts?.(place.context) ?? []) {
      try {
        return await cells.open(stored, { ...place, context })
      } catch (again) {
        if (!WaxsealError.is(again) || again.code !== 'open_failed') throw inColumn(name, again)
      }
    }
    throw inColumn(name, error)
  }

  function openField(field: Field, stored: unknown, within: RowPlace): unknown {
    if (stored === null) return null
    const place = placeOfField(field, within)
    const failed = (error: unknown) => openAgain(field, stored, place, error)
    try {
      const opened = field.cells.open(stored, place)
      return opened instanceof Promise ? opened.catch(failed) : opened
    } catch (error) {
      return failed(error)
    }
  }

  /** Waits only where a cell has to. */
  function openNow(row: Row): MaybePromise<Record<string, unknown>> {
    const opened: Record<string, unknown> = { ...row }
    const pending: Promise<unknown>[] = []
    let place: RowPlace | undefined
    for (const field of fields) {
      const { name } = field
      const stored = row[name]
      if (stored === undefined || stored === null) continue
      place ??= placeOfRow(row)
      const value = openField(field, stored, place)
      if (value instanceof Promise) pending.push(value.then((later) => (opened[name] = later)))
      else opened[name] = value
    }
    return pending.length === 0 ? opened : Promise.all(pending).then(() => opened)
  }

  const open = async (row: Row) => openNow(row)

  /** All rows at once; one that fails leaves no other unattended. */
  const openAll = (rows: readonly Row[]) =>
    rows.map((row) => {
      try {
        return openNow(row)
      } catch (error) {
        return Promise.reject(error)
      }
    })

  const seal = async (row: Row) => ({ ...(await sealValues(row, row)), ...companionsOf?.(row) })

  const made = {
    table,
    columns,
    indexes,
    needs,
    seal,
    sealMany: (rows: readonly Row[]) => Promise.all(rows.map(seal)),
    async sealChange(change: Row, row: Row) {
      const changed = { ...row, ...change }
      if (rowOf && rowOf(changed) !== rowOf(row)) throw new WaxsealError('config', 'what identifies a row does not change')
      if (scopeOf(changed) !== scopeOf(row))
        throw new WaxsealError('config', 'the scope of a row does not change with some of its values')
      return sealValues(change, row)
    },
    open: async (row: Row) => open(row),
    async openMany(rows: readonly Row[], { onError }: { onError?: string } = {}) {
      if (onError !== 'settle') {
        const opened = openAll(rows)
        return opened.some((each) => each instanceof Promise) ? Promise.all(opened) : opened
      }
      const outcomes = await Promise.allSettled(openAll(rows))
      for (const outcome of outcomes) if (outcome.status === 'rejected' && !WaxsealError.is(outcome.reason)) throw outcome.reason
      return outcomes
    },
    where: (column: string, value: unknown, call?: { scope?: string | undefined }) =>
      indexed.matching(column, value, call?.scope),
    async reindex(row: Row) {
      const place = placeOfRow(row)
      const plain: Record<string, unknown> = {}
      for (const field of fields.filter(({ name }) => indexed.sources.has(name))) {
        if (row[field.name] === undefined)
          throw new WaxsealError('context_required', `the row's ${field.name} is needed, to make its index anew`)
        plain[field.name] = await openField(field, row[field.name], place)
      }
      const changed = (await indexed.valuesOf(plain, place.scope)).filter(([name, value]) => (row[name] ?? null) !== value)
      return changed.length === 0 ? null : Object.fromEntries(changed)
    },
    isStored: (column: string, value: unknown) => fieldOf(column).isStored(value) || write === 'plaintext',
    placeOf: (column: string, row: Row) => placeOfField(fieldOf(column), placeOfRow(row)),
  }
  return Object.freeze(made) as unknown as RowSealer<C>
}
