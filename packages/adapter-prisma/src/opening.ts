import type { Row } from '@waxseal/rows'
import type { Args } from './prisma-client.js'
import type { Shape } from './selection.js'

/** Opens a result, one row or many, with all that is nested in it. */
export async function openResult(shape: Shape | undefined, result: unknown): Promise<unknown> {
  if (!shape || result === null || typeof result !== 'object') return result
  if (Array.isArray(result)) return openRows(shape, result as Args[])
  return (await openRows(shape, [result as Args]))[0]
}

async function openRows(shape: Shape, rows: Args[]): Promise<Args[]> {
  for (const [relation, nested] of shape.relations) await openRelation(rows, relation, nested)
  if (!shape.opens) return rows
  const opened = (await shape.model.sealed!.rows.openMany(rows as Row[])) as Args[]
  for (const row of opened)
    for (const field of shape.added)
      if (shape.computed) Object.defineProperty(row, field, { enumerable: false })
      else delete row[field]
  return opened
}

/** Opens the related rows of all these rows at once. */
async function openRelation(rows: readonly Args[], relation: string, shape: Shape): Promise<void> {
  const related = rows.flatMap((row) => (row[relation] ?? []) as readonly Args[])
  const opened = await openRows(shape, related)
  let at = 0
  for (const row of rows) {
    const value = row[relation]
    if (Array.isArray(value)) {
      row[relation] = opened.slice(at, at + value.length)
      at += value.length
    } else if (value) row[relation] = opened[at++]
  }
}

/** The part of a shape that Prisma hands out when relations are asked for in a chain: `findUnique(…).orders()`. */
export const shapeAt = (shape: Shape | undefined, dataPath: readonly string[] = []): Shape | undefined =>
  dataPath.filter((_, at) => at % 2 === 1).reduce<Shape | undefined>((at, relation) => at?.relations.get(relation), shape)
