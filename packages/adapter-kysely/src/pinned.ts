import {
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type OperationNode,
  OperatorNode,
  ParensNode,
  PrimitiveValueListNode,
  ReferenceNode,
  ValueNode,
  type WhereNode,
} from 'kysely'

/** Whether a condition holds for one row at most: it tells each of these columns. `table` is what the query calls their table. */
export function pinnedBy(where: WhereNode | undefined, columns: readonly string[], table: string | undefined): boolean {
  const pinned = new Set(where ? pinnedColumns(where.where, table) : [])
  return columns.every((column) => pinned.has(column))
}

function pinnedColumns(condition: OperationNode, table: string | undefined): string[] {
  if (AndNode.is(condition)) return [...pinnedColumns(condition.left, table), ...pinnedColumns(condition.right, table)]
  if (ParensNode.is(condition)) return pinnedColumns(condition.node, table)
  if (!BinaryOperationNode.is(condition)) return []
  const { leftOperand: left, operator, rightOperand: right } = condition
  if (!ReferenceNode.is(left) || !ColumnNode.is(left.column) || !OperatorNode.is(operator)) return []
  if (left.table && left.table.table.identifier.name !== table) return []
  const one =
    operator.operator === 'in'
      ? PrimitiveValueListNode.is(right) && right.values.length === 1
      : operator.operator === '=' && ValueNode.is(right)
  return one ? [left.column.column.name] : []
}
