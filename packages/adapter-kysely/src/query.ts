import {
  AliasNode,
  type CommonTableExpressionNode,
  DeleteQueryNode,
  IdentifierNode,
  InsertQueryNode,
  ListNode,
  MergeQueryNode,
  type OperationNode,
  ReferenceNode,
  SelectAllNode,
  type SelectionNode,
  SelectQueryNode,
  TableNode,
  UpdateQueryNode,
  type WithNode,
} from 'kysely'
import { allOf, type Output, originOf, type Relation, UNKNOWN } from './relation.js'
import type { Tables } from './tables.js'

export type Query = SelectQueryNode | InsertQueryNode | UpdateQueryNode | DeleteQueryNode | MergeQueryNode

export const isQuery = (node: OperationNode): node is Query =>
  SelectQueryNode.is(node) ||
  InsertQueryNode.is(node) ||
  UpdateQueryNode.is(node) ||
  DeleteQueryNode.is(node) ||
  MergeQueryNode.is(node)

/** What names of tables stand for at some place of a query. */
export interface Names {
  readonly tables: Tables
  /** Of WITH. Each use is an occurrence of its own. */
  readonly expressions: ReadonlyMap<string, () => Output>
}

/** The names within a query, which its WITH adds to. */
export function namesWithin(query: { readonly with?: WithNode | undefined }, names: Names): Names {
  if (!query.with) return names
  const expressions = new Map(names.expressions)
  const nameOf = ({ name }: CommonTableExpressionNode) => name.table.table.identifier.name
  if (query.with.recursive) for (const each of query.with.expressions) expressions.set(nameOf(each), () => UNKNOWN)
  for (const each of query.with.expressions) {
    const before: Names = { ...names, expressions: new Map(expressions) }
    expressions.set(nameOf(each), () => (each.name.columns ? UNKNOWN : outputOf(each.expression, before)))
  }
  return { ...names, expressions }
}

/** What stands behind FROM, JOIN, INTO, USING. */
function relationOf(node: OperationNode, names: Names): Relation {
  if (AliasNode.is(node)) {
    const { output } = relationOf(node.node, names)
    return IdentifierNode.is(node.alias) ? { name: node.alias.name, output } : { name: undefined, output: UNKNOWN }
  }
  if (!TableNode.is(node)) return { name: undefined, output: outputOf(node, names) }
  const { identifier, schema } = node.table
  const expression = schema ? undefined : names.expressions.get(identifier.name)
  if (expression) return { name: identifier.name, output: expression() }
  const table = names.tables(identifier.name, schema?.name)
  return { name: identifier.name, output: table ? { columns: [], stars: [{ table }], open: false } : UNKNOWN }
}

const listed = (node: OperationNode | undefined): readonly OperationNode[] =>
  node === undefined ? [] : ListNode.is(node) ? node.items : [node]

/** What a query writes to: tables, whatever WITH calls by their names. */
export function targetsOf(query: Query, { tables }: Names): Relation[] {
  const targets = UpdateQueryNode.is(query) ? query.table : 'into' in query ? query.into : undefined
  return listed(targets).map((node) => relationOf(node, { tables, expressions: new Map() }))
}

/** The relations whose columns a query can name; `names` are those within it. */
export function relationsOf(query: Query, names: Names): Relation[] {
  const from = 'from' in query ? (query.from?.froms ?? []) : []
  const using = !('using' in query) || !query.using ? [] : 'table' in query.using ? [query.using.table] : query.using.tables
  const joined = 'joins' in query ? (query.joins ?? []).map(({ table }) => table) : []
  return [...targetsOf(query, names), ...[...from, ...using, ...joined].map((node) => relationOf(node, names))]
}

/** Which columns a query gives, and where they come from. */
export function outputOf(node: OperationNode, outside: Names): Output {
  if (!isQuery(node)) return UNKNOWN
  if ('setOperations' in node && node.setOperations?.length) return UNKNOWN
  if ('explain' in node && node.explain) return UNKNOWN
  const selections = SelectQueryNode.is(node) ? node.selections : node.returning?.selections
  if (!selections) return UNKNOWN
  const relations = relationsOf(node, namesWithin(node, outside))
  const parts = selections.map((selection) => selected(selection, relations))
  return {
    columns: parts.flatMap(({ columns }) => columns),
    stars: parts.flatMap(({ stars }) => stars),
    open: parts.some(({ open }) => open),
  }
}

function selected({ selection }: SelectionNode, relations: readonly Relation[]): Output {
  const expression: OperationNode = AliasNode.is(selection) ? selection.node : selection
  if (SelectAllNode.is(expression)) return allOf(relations)
  if (ReferenceNode.is(expression)) {
    const qualifier = expression.table?.table.identifier.name
    if (SelectAllNode.is(expression.column)) return allOf(relations.filter(({ name }) => name === qualifier))
    const column = expression.column.column.name
    const origin = originOf(relations, column, qualifier)
    const name = AliasNode.is(selection) ? aliasOf(selection) : column
    return name === undefined ? UNKNOWN : { columns: [{ name, origin }], stars: [], open: false }
  }
  const name = AliasNode.is(selection) ? aliasOf(selection) : undefined
  return name === undefined ? UNKNOWN : { columns: [{ name, origin: undefined }], stars: [], open: false }
}

const aliasOf = ({ alias }: AliasNode): string | undefined => (IdentifierNode.is(alias) ? alias.name : undefined)
