import {
  CaseNode,
  CastNode,
  ColumnNode,
  type OperationNode,
  PrimitiveValueListNode,
  ReferenceNode,
  SelectQueryNode,
  ValueNode,
  WhenNode,
} from 'kysely'

/** The nodes right below a node; values are none. */
export function* childrenOf(node: OperationNode): Generator<OperationNode> {
  if (ValueNode.is(node) || PrimitiveValueListNode.is(node)) return
  for (const member of Object.values(node))
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) yield child
}

const isNode = (value: unknown): value is OperationNode =>
  typeof value === 'object' && value !== null && typeof (value as { kind?: unknown }).kind === 'string'

/** The values that an expression may come to, as far as the query holds them: not what columns hold, and not what raw SQL spells. */
export function* valuesOf(expression: OperationNode): Generator<unknown> {
  if (ValueNode.is(expression)) yield expression.value
  else if (PrimitiveValueListNode.is(expression)) yield* expression.values
  else if (ReferenceNode.is(expression) || ColumnNode.is(expression)) return
  else for (const part of partsOf(expression)) yield* valuesOf(part)
}

/** Conditions and names of types do not become part of the value. */
function partsOf(expression: OperationNode): Iterable<OperationNode> {
  if (CastNode.is(expression)) return [expression.expression]
  if (SelectQueryNode.is(expression)) return expression.selections ?? []
  if (CaseNode.is(expression)) return [...(expression.when ?? []), ...(expression.else ? [expression.else] : [])]
  if (WhenNode.is(expression)) return expression.result ? [expression.result] : []
  return childrenOf(expression)
}
