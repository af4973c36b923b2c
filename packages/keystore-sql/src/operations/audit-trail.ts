import type { AuditQuery, AuditRecord } from '@waxseal/audit'
import { WaxsealError } from '@waxseal/core'
import type { Ground } from '../ground.js'
import type { KeystoreTrail } from '../journal.js'
import { findKey } from '../key-rows.js'

export interface AuditTrailQuery extends Omit<AuditQuery, 'subject' | 'from' | 'to'> {
  /** Name of a key. */
  readonly key?: string | undefined
  /** The scope of that key. */
  readonly scope?: string | undefined
  readonly from?: Date | undefined
  /** Not included. */
  readonly to?: Date | undefined
}

export async function auditTrail(
  ground: Ground,
  trail: KeystoreTrail | undefined,
  { key, scope, from, to, ...query }: AuditTrailQuery,
): Promise<readonly AuditRecord[]> {
  if (!trail) throw new WaxsealError('config', 'this key store keeps no audit trail')
  if (scope !== undefined && key === undefined) throw new WaxsealError('config', 'a scope is that of a key: name it')
  const subject = key === undefined ? undefined : (await findKey(ground, key, scope)).kid
  return trail.query({ ...query, subject, from: from?.getTime(), to: to?.getTime() })
}
