import { WaxsealError } from '@waxseal/core'

/** A value as a session service stores it; undefined where JSON has none for it. `not_serialisable` for cycles and bigints. */
export function jsonOf(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    throw new WaxsealError('not_serialisable', 'the value is no JSON: it holds itself, or a bigint')
  }
  return text === undefined ? undefined : JSON.parse(text)
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Own members with other values. Safe for any name, and like ADK's own states without a prototype. */
export async function mapMembers<T>(
  members: Readonly<Record<string, unknown>>,
  change: (name: string, value: unknown) => Promise<T>,
): Promise<Record<string, T>> {
  const names = Object.keys(members)
  const values = await Promise.all(names.map((name) => change(name, members[name])))
  const changed: Record<string, T> = Object.create(null)
  for (const [index, name] of names.entries()) changed[name] = values[index]!
  return changed
}
