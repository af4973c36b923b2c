import { WaxsealError } from '@waxseal/core'

export interface PageOptions {
  /** What the page before gave as `next`. Default: from the first on. */
  readonly after?: string | undefined
  /** 1 to 1,000; default 100. */
  readonly limit?: number | undefined
}

const config = (message: string) => new WaxsealError('config', message)

/** How many are wanted, 1 to 1,000. */
export function pageLimit(limit = 100): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw config('limit is an integer from 1 to 1,000')
  return limit
}

/** What a database can compare with; rows that others wrote may have any text that it holds. */
const isPlaced = (part: unknown, type: string): boolean =>
  type === 'number'
    ? Number.isInteger(part) && Math.abs(part as number) < 2 ** 63
    : typeof part === 'string' && part.isWellFormed() && !part.includes('\0')

/** A place in an order, as text. */
export const cursorOf = (parts: readonly (string | number)[]): string => JSON.stringify(parts)

/** The parts of a place; undefined from the beginning on. `config` for what no page gave: no database is asked for it. */
export function placeOf<Part extends string | number>(
  after: string | undefined,
  types: readonly ('string' | 'number')[],
): Part[] | undefined {
  if (after === undefined) return undefined
  let parts: unknown
  try {
    parts = JSON.parse(after)
  } catch {}
  if (!Array.isArray(parts) || parts.length !== types.length || !parts.every((part, at) => isPlaced(part, types[at]!)))
    throw config('after is what the page before gave as next')
  return parts as Part[]
}

/** A page of what was read in order, one more than wanted: that tells whether there is more. */
export function pageOf<Item>(read: readonly Item[], limit: number, cursor: (item: Item) => string) {
  const items = read.slice(0, limit)
  return { items, next: read.length > limit ? cursor(items.at(-1)!) : null }
}

/** When something written now expires. */
export function expiryOf(now: number, ttlMs: number | undefined): number | null {
  if (ttlMs === undefined) return null
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1) throw config('ttlMs is an integer from 1 on')
  return now + ttlMs
}
