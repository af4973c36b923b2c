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
  const entries = await Promise.all(
    Object.entries(members).map(async ([name, value]) => [name, await change(name, value)] as const),
  )
  const changed: Record<string, T> = Object.create(null)
  for (const [name, value] of entries) changed[name] = value
  return changed
}
