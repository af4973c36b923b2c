import { type KeyRow, numberOf, numberOrNull } from '../database/tables.js'

type Retained = Pick<KeyRow, 'retain_until' | 'retain_for' | 'expires_at'>

/** When a retention class has a version destroyed: null for never, and for as long as the version goes on sealing. */
export function retentionDeadline(key: Retained, retiredAt: number | string | null, cacheAgeMs: number): number | null {
  const until = numberOrNull(key.retain_until)
  if (until !== null) return until
  const keep = numberOrNull(key.retain_for)
  // What has expired seals no more, retired or not.
  const ends = [retiredAt, key.expires_at].filter((at) => at !== null).map(numberOf)
  return keep === null || ends.length === 0 ? null : Math.min(...ends) + cacheAgeMs + keep
}
