import {
  BinaryOperationNode,
  CaseNode,
  CastNode,
  ColumnNode,
  FunctionNode,
  MergeQueryNode,
  type OperationNode,
  ParensNode,
  RawNode,
  ReferenceNode,
  WhenNode,
} from 'kysely'
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
    if (CaseNode.is(node) && node.value)
      for (const branch of node.when ?? []) if (WhenNode.is(branch)) checkComparison(node.value, branch.condition, place)
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

function checkComparison(operand: OperationNode, other: OperationNode, { relations }: Place): void {
  for (const reference of referencesIn(operand)) {
    const origin = sealedOrigin(reference, relations)
    if (!origin) continue
    const { source, column } = origin
    const declared = source.table.rows.columns[source.table.nameOf(column)]
    // Documents are queried by what is clear in them; in a migration window there are rows that hold the value in clear.
    if (declared && (declared.kind === 'document' || declared.plaintext)) continue
    for (const value of valuesOf(other)) if (reference === operand || isContent(value)) checkValue(source.table, column, value)
  }
}

/** What functions make of a column may be a number or a truth, which tells nothing of its value. */
const isContent = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array

/** The columns whose values become what is compared, as in `lower(card)`. */
function referencesIn(operand: OperationNode): readonly OperationNode[] {
  if (ReferenceNode.is(operand)) return [operand]
  if (FunctionNode.is(operand)) return operand.arguments.flatMap(referencesIn)
  if (CastNode.is(operand)) return referencesIn(operand.expression)
  if (ParensNode.is(operand)) return referencesIn(operand.node)
  return RawNode.is(operand) && operand.sqlFragments.every((text) => text === '') ? operand.parameters.flatMap(referencesIn) : []
}

function sealedOrigin(node: OperationNode, scopes: readonly (readonly Relation[])[]): Origin | undefined {
  if (!ReferenceNode.is(node) || !ColumnNode.is(node.column)) return undefined
  const column = node.column.column.name
  for (const relations of scopes) {
    const origin = originOf(relations, column, node.table?.table.identifier.name)
    if (!origin) continue
    const { table } = origin.source
    return table.isSealed(origin.column) || table.isIndex(origin.column) ? origin : undefined
  }
  return undefined
}
