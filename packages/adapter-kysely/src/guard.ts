import { BinaryOperationNode, ColumnNode, MergeQueryNode, type OperationNode, ReferenceNode } from 'kysely'
import { isQuery, type Names, namesWithin, relationsOf, targetsOf } from './query.js'
import { type Origin, originOf, type Relation } from './relation.js'
import type { Tables } from './tables.js'
import { childrenOf, valuesOf } from './values.js'
import { checkValue, checkWrites, type DuplicateKeys } from './writes.js'

interface Place {
  readonly names: Names
  /** What can be named, from the innermost query outwards. */
  readonly relations: readonly (readonly Relation[])[]
  /** What the branches of a MERGE write to. */
  readonly merged: readonly Relation[]
}

/**
 * Refuses a query that takes plaintext to the driver: as the value of a sealed column, or compared with one. Looks into WITH,
 * subqueries, and queries within raw SQL; what raw SQL spells itself it cannot read.
 */
export function guardQuery(query: OperationNode, tables: Tables, duplicateKeys: DuplicateKeys): void {
  visit(query, { names: { tables, expressions: new Map() }, relations: [], merged: [] })

  function visit(node: OperationNode, place: Place): void {
    if (BinaryOperationNode.is(node)) {
      checkComparison(node.leftOperand, node.rightOperand, place)
      checkComparison(node.rightOperand, node.leftOperand, place)
    }
    const inside = isQuery(node) ? enter(node) : place
    for (const child of childrenOf(node)) visit(child, inside)

    function enter(query: Parameters<typeof checkWrites>[0]): Place {
      const names = namesWithin(query, place.names)
      const targets = targetsOf(query, names)
      checkWrites(query, targets.length > 0 ? targets : place.merged, duplicateKeys)
      return {
        names,
        relations: [relationsOf(query, names), ...place.relations],
        merged: MergeQueryNode.is(query) ? targets : [],
      }
    }
  }
}

function checkComparison(reference: OperationNode, other: OperationNode, { relations }: Place): void {
  const origin = sealedOrigin(reference, relations)
  if (!origin) return
  const { source, column } = origin
  const declared = source.table.rows.columns[source.table.nameOf(column)]
  // Documents are queried by what is clear in them; in a migration window there are rows that hold the value in clear.
  if (declared?.kind !== 'column' || declared.plaintext) return
  for (const value of valuesOf(other)) checkValue(source.table, column, value)
}

function sealedOrigin(node: OperationNode, scopes: readonly (readonly Relation[])[]): Origin | undefined {
  if (!ReferenceNode.is(node) || !ColumnNode.is(node.column)) return undefined
  const column = node.column.column.name
  for (const relations of scopes) {
    const origin = originOf(relations, column, node.table?.table.identifier.name)
    if (origin) return origin.source.table.isSealed(origin.column) ? origin : undefined
  }
  return undefined
}
