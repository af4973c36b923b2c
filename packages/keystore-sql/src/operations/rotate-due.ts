import { WaxsealError } from '@waxseal/core'
import type { Ground } from '../ground.js'
import { numberOf } from '../tables.js'
import type { NotDone } from './destroy-due.js'
import { limitOf } from './limit.js'
import { type Rotated, rotateRow } from './rotate.js'

export interface RotateReport {
  readonly rotated: readonly Rotated[]
  readonly failed: readonly NotDone[]
}

/** Rotates the keys whose time has come. Of many processes that do it at once, one rotates each. */
export async function rotateDue(ground: Ground, actor: string, given?: number): Promise<RotateReport> {
  const limit = limitOf(given)
  const { database, scopes } = ground
  const now = await database.read((db) => database.now(db))
  const due = await database.read((db) =>
    db
      .selectFrom('waxseal_keys')
      .selectAll()
      .where('next_rotation_at', '<=', now)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .where((eb) => eb.or([eb('retain_until', 'is', null), eb('retain_until', '>', now)]))
      // What was retired, suspended or destroyed by hand stays so.
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('waxseal_key_versions as v')
            .select('v.version')
            .whereRef('v.kid', '=', 'waxseal_keys.kid')
            .where('v.state', '=', 'active'),
        ),
      )
      .orderBy('next_rotation_at')
      .limit(limit)
      .execute(),
  )
  const rotated: Rotated[] = []
  const failed: NotDone[] = []
  for (const row of due) {
    try {
      const scope = await scopes.open(row)
      rotated.push(await rotateRow(ground, row, { actor, scope, byTime: true }))
    } catch (error) {
      const reason = WaxsealError.is(error) ? error.code : 'error'
      failed.push({ kid: row.kid, version: numberOf(row.newest_version), reason })
    }
  }
  return { rotated, failed }
}
