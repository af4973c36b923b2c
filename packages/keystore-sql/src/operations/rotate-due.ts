import { WaxsealError } from '@waxseal/core'
import { type KeyRow, numberOf } from '../database/tables.js'
import type { Ground } from '../ground.js'
import { isOutage, type NotDone } from './destroy-due.js'
import { limitOf } from './limit.js'
import { type Rotated, rotateRow } from './rotate.js'

export interface RotateReport {
  readonly rotated: readonly Rotated[]
  readonly failed: readonly NotDone[]
}

const PAGE = 100

/**
 * Rotates the keys whose time has come; not those whose newest version was retired or suspended, which is somebody's decision. Of many
 * processes that do it at once, one rotates each. A key that cannot be rotated holds up none of the others.
 */
export async function rotateDue(ground: Ground, actor: string, given?: number): Promise<RotateReport> {
  const limit = limitOf(given)
  const { database, scopes } = ground
  const now = await database.read((db) => database.now(db))
  const rotated: Rotated[] = []
  const failed: NotDone[] = []
  let outages = 0

  const page = (after: KeyRow | undefined) =>
    database.read((db) => {
      const due = db
        .selectFrom('waxseal_keys as k')
        .selectAll('k')
        .where('k.next_rotation_at', '<=', now)
        .where((eb) => eb.or([eb('k.expires_at', 'is', null), eb('k.expires_at', '>', now)]))
        .where((eb) => eb.or([eb('k.retain_until', 'is', null), eb('k.retain_until', '>', now)]))
        .where((eb) => {
          const newest = eb.selectFrom('waxseal_key_versions as v').select('v.kid').whereRef('v.kid', '=', 'k.kid')
          return eb.not(eb.exists(newest.whereRef('v.version', '=', 'k.newest_version').where('v.state', '!=', 'active')))
        })
        .orderBy('k.next_rotation_at')
        .orderBy('k.kid')
        .limit(PAGE)
      if (!after) return due.execute()
      const [at, kid] = [numberOf(after.next_rotation_at!), after.kid]
      return due
        .where((eb) =>
          eb.or([eb('k.next_rotation_at', '>', at), eb.and([eb('k.next_rotation_at', '=', at), eb('k.kid', '>', kid)])]),
        )
        .execute()
    })

  for (let after: KeyRow | undefined; ; ) {
    const rows = await page(after)
    for (const row of rows) {
      if (rotated.length >= limit || outages >= limit) return { rotated, failed }
      try {
        const scope = await scopes.open(row)
        rotated.push(await rotateRow(ground, row, { actor, scope, byTime: true }))
      } catch (error) {
        if (isOutage(error)) outages++
        const reason = WaxsealError.is(error) ? error.code : 'error'
        failed.push({ kid: row.kid, version: numberOf(row.newest_version), reason })
      }
    }
    if (rows.length < PAGE) return { rotated, failed }
    after = rows.at(-1)
  }
}
