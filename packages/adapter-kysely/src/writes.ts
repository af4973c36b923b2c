import { WaxsealError } from '@waxseal/core'
import { isIndexValue } from '@waxseal/rows'
import {
  CaseNode,
  ColumnNode,
  type ColumnUpdateNode,
  InsertQueryNode,
  type OperationNode,
  PrimitiveValueListNode,
  ReferenceNode,
  SelectQueryNode,
  UpdateQueryNode,
  ValuesNode,
} from 'kysely'
import { pinnedBy } from './pinned.js'
import type { Query } from './query.js'
import type { Relation } from './relation.js'
import type { RegisteredTable } from './tables.js'
import { childrenOf, valuesOf } from './values.js'

/** What is done about an upsert of MySQL that sets sealed columns. */
export type DuplicateKeys = 'refuse' | 'same-row'

export function checkValue(table: RegisteredTable, column: string, value: unknown): void {
  if (table.isIndex(column) ? !isIndexValue(value) : !table.rows.isStored(table.nameOf(column), value))
    throw new WaxsealError(
      'plaintext_rejected',
      `${table.name}.${column} meets a value that is not sealed: seal rows and changes before the query, find rows by an index`,
    )
}

function checkExpression(table: RegisteredTable, column: string, expression: OperationNode): void {
  for (const value of valuesOf(expression)) checkValue(table, column, value)
}

/** Refuses what a query would write to sealed columns in clear, and envelopes that would get into rows they were not made for. */
export function checkWrites(query: Query, targets: readonly Relation[], duplicateKeys: DuplicateKeys): void {
  if (InsertQueryNode.is(query)) checkInsert(query, targets, duplicateKeys)
  else if (UpdateQueryNode.is(query))
    for (const { table, column, value, name } of sealedUpdates(query.updates, targets)) {
      checkExpression(table, column, value)
      if (isOneValue(value) && !pinnedBy(query.where, table.row, name))
        refuseRows(table, column, `the update needs ${namesOf(table)} = … in its where`)
    }
}

function checkInsert(query: InsertQueryNode, targets: readonly Relation[], duplicateKeys: DuplicateKeys): void {
  if (query.values && !query.columns) for (const table of tablesOf(targets)) refuseNameless(table)
  for (const [at, { column }] of (query.columns ?? []).entries())
    for (const { table } of sealedIn(targets, column.name, undefined)) checkInserted(table, column.name, query.values, at)
  for (const { table, column, value } of sealedUpdates(query.onConflict?.updates, targets)) {
    checkExpression(table, column, value)
    const conflict = new Set(query.onConflict?.columns?.map((each) => each.column.name))
    if (!table.row.every((key) => conflict.has(key))) refuseRows(table, column, `the conflict has to be on ${namesOf(table)}`)
  }
  for (const { table, column, value } of sealedUpdates(query.onDuplicateKey?.updates, targets)) {
    checkExpression(table, column, value)
    if (duplicateKeys === 'refuse' && table.row.length > 0)
      refuseRows(
        table,
        column,
        "any unique key may be the duplicate one; `duplicateKeys: 'same-row'` says that none but its own is",
      )
  }
}

function checkInserted(table: RegisteredTable, column: string, values: OperationNode | undefined, at: number): void {
  if (!values) return
  if (ValuesNode.is(values))
    for (const row of values.values) {
      if (PrimitiveValueListNode.is(row)) checkValue(table, column, row.values[at])
      else if (row.values[at]) checkExpression(table, column, row.values[at])
    }
  else if (SelectQueryNode.is(values)) {
    const selection = values.selections?.[at]
    if (selection) checkExpression(table, column, selection)
    for (const { expression } of values.setOperations ?? []) checkInserted(table, column, expression, at)
  } else checkExpression(table, column, values)
}

interface SealedUpdate {
  readonly table: RegisteredTable
  readonly name: string | undefined
  readonly column: string
  readonly value: OperationNode
}

function sealedUpdates(updates: readonly ColumnUpdateNode[] | undefined, targets: readonly Relation[]): SealedUpdate[] {
  return (updates ?? []).flatMap(({ column: node, value }) => {
    const reference = ReferenceNode.is(node) ? node : undefined
    const named = reference?.column ?? node
    if (!ColumnNode.is(named)) return []
    const column = named.column.name
    return sealedIn(targets, column, reference?.table?.table.identifier.name).map((target) => ({ ...target, column, value }))
  })
}

const tablesOf = (targets: readonly Relation[]): RegisteredTable[] =>
  targets.flatMap(({ output }) => output.stars.map(({ table }) => table))

function refuseNameless(table: RegisteredTable): void {
  if (table.inClear) return
  throw new WaxsealError(
    'config',
    `an insert into ${table.name} names its columns: without, it cannot be told which values are sealed`,
  )
}

/** The targets in which this is a sealed column, or the index of one. */
const sealedIn = (targets: readonly Relation[], column: string, qualifier: string | undefined) =>
  targets
    .filter(({ name }) => qualifier === undefined || name === qualifier)
    .flatMap(({ name, output }) => output.stars.map(({ table }) => ({ name, table })))
    .filter(({ table }) => table.isSealed(column) || table.isIndex(column))

/** Whether all rows that the query reaches would get one value: not NULL, and not by case. */
function isOneValue(expression: OperationNode): boolean {
  for (const value of valuesOf(expression)) if (value !== null && value !== undefined) return !hasCase(expression)
  return false
}

const hasCase = (node: OperationNode): boolean => CaseNode.is(node) || [...childrenOf(node)].some(hasCase)

const namesOf = ({ row }: RegisteredTable): string => row.join(', ')

function refuseRows(table: RegisteredTable, column: string, why: string): void {
  if (table.inClear) return
  throw new WaxsealError('context_required', `${table.name}.${column} belongs to one row: ${why}`)
}
