import { isObject } from './stored.js'

/** What is to stand at a path of a document. */
export type Edit = readonly [path: readonly string[], value: unknown]

const entriesOf = (value: unknown): [string, unknown][] | undefined =>
  isObject(value) || Array.isArray(value) ? Object.entries(value) : undefined

/** The smallest parts in which two documents differ. */
export function editsOf(before: unknown, after: unknown, path: readonly string[] = []): Edit[] {
  if (before === after) return []
  const [left, right] = [entriesOf(before), entriesOf(after)]
  const alike =
    left?.length === right?.length &&
    Array.isArray(before) === Array.isArray(after) &&
    left?.every(([name]) => Object.hasOwn(after as object, name))
  if (!alike) return [[path, after]]
  return left!.flatMap(([name, member]) => editsOf(member, (after as Record<string, unknown>)[name], [...path, name]))
}
