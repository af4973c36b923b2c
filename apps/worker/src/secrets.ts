import { type FieldPolicy, selectFields } from '@waxseal/core'
import type { InputJob } from './job-file.js'

const MIN_CHARACTERS = 6
// Six digits stand in every timestamp.
const MIN_DIGITS = 9

/** All texts and numbers in a value, as text. */
export function* leavesOf(value: unknown): Generator<string> {
  if (typeof value === 'string' || typeof value === 'number') yield String(value)
  else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) yield* leavesOf(member)
}

/** Values short enough to stand somewhere by chance are not searched for. */
const isTelling = (leaf: string): boolean => leaf.length >= (/^[\d.]*$/.test(leaf) ? MIN_DIGITS : MIN_CHARACTERS)

/**
 * What the database must not hold: every text in the fields that the policies seal, unless the same text also stands in a field
 * that they leave readable.
 */
export async function secretsOf(
  jobs: readonly InputJob[],
  policies: (type: string) => FieldPolicy | undefined,
): Promise<Set<string>> {
  const sealed = new Set<string>()
  const readable = new Set<string>()
  for (const { type, data } of jobs) {
    const policy = policies(type)
    const selected = policy ? await selectFields(data, policy) : [{ pointer: '', value: data }]
    for (const { value } of selected) for (const leaf of leavesOf(value)) if (isTelling(leaf)) sealed.add(leaf)
    if (policy) for (const leaf of leavesOf(without(data, new Set(selected.map(({ pointer }) => pointer))))) readable.add(leaf)
  }
  return sealed.difference(readable)
}

/** A document without the members at these pointers. */
function without(value: unknown, pointers: ReadonlySet<string>, at = ''): unknown {
  if (pointers.has(at)) return null
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([key, member]) =>
    without(member, pointers, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}
