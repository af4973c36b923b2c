import type { AuditQuery, AuditRecord } from '@waxseal/audit'
import { findKey } from '../database/key-rows.js'
import type { Ground } from '../ground.js'
import type { KeystoreTrail } from '../trail/journal.js'

export interface AuditTrailQuery extends Omit<AuditQuery, 'subject' | 'scope' | 'from' | 'to'> {
  /** Name of a key. */
  readonly key?: string | undefined
  /** The scope of that key; without a key, whatever was done in the scope and to it. */
  readonly scope?: string | undefined
  readonly from?: Date | undefined
  /** Not included. */
  readonly to?: Date | undefined
}

export async function auditTrail(
  ground: Ground,
  trail: KeystoreTrail,
  { key, scope, from, to, ...query }: AuditTrailQuery,
): Promise<readonly AuditRecord[]> {
  const subject = key === undefined ? undefined : (await findKey(ground, key, scope)).kid
  const inScope = key === undefined && scope !== undefined ? await ground.scopes.hash(scope) : undefined
  // No scope was ever heard of.
  if (key === undefined && scope !== undefined && inScope === undefined) return []
  return trail.query({ ...query, subject, scope: inScope, from: from?.getTime(), to: to?.getTime() })
}
