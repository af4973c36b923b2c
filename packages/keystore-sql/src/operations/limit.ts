import { WaxsealError } from '@waxseal/core'

/** How many of something one call does: 1 to 10,000, default 100. */
export function limitOf(limit: number | undefined): number {
  if (limit === undefined) return 100
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit
  throw new WaxsealError('config', 'limit is an integer from 1 to 10,000')
}
