import { isObject } from './stored.js'

/** What is to stand at a path of a document. */
export type Edit = readonly [path: readonly string[], value: unknown]

const entriesOf = (value: unknown): [string, unknown][] | undefined =>
  isObject(value) || Array.isArray(value) ? Object.entries(value) : undefined

/** The smallest parts in which two documents differ; a member that only `before` has makes the whole of its object one. */
export function editsOf(before: unknown, after: unknown, path: readonly string[] = []): Edit[] {
  if (before === after) return []
  const [left, right] = [entriesOf(before), entriesOf(after)]
  const alike =
    left !== undefined &&
    right !== undefined &&
    Array.isArray(before) === Array.isArray(after) &&
    (!Array.isArray(before) || left.length === right.length) &&
    left.every(([name]) => Object.hasOwn(after as object, name))
  if (!alike) return [[path, after]]
  return right.flatMap(([name, member]) =>
    Object.hasOwn(before as object, name)
      ? editsOf((before as Record<string, unknown>)[name], member, [...path, name])
      : [[[...path, name], member] as const],
  )
}
