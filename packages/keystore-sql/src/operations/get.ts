import { WaxsealError } from '@waxseal/core'
import { notFound, versionsOf } from '../database/key-rows.js'
import type { KeyRow } from '../database/tables.js'
import type { Ground } from '../ground.js'
import { type KeyDetails, keyDetails } from '../key-info.js'
import { isHeld } from './destroy-due.js'

/** A key by its kid, with the scope that it belongs to. */
export interface KeyByKid extends KeyDetails {
  /** Null without one, and once it was shredded. */
  readonly scope: string | null
}

/** Everything about a key but the key. */
export const details = ({ database }: Ground, row: KeyRow): Promise<KeyDetails> =>
  database.read(async (db) => keyDetails(row, await versionsOf(db, row.kid), await isHeld(db, row)))

export async function getByKid(ground: Ground, kid: string): Promise<KeyByKid> {
  if (typeof kid !== 'string') throw new WaxsealError('config', 'a kid is a text')
  const row = await ground.database.read((db) =>
    db.selectFrom('waxseal_keys').selectAll().where('kid', '=', kid).executeTakeFirst(),
  )
  if (!row) return notFound()
  const scope = row.scope_sealed === null ? undefined : await ground.scopes.open(row)
  return { ...(await details(ground, row)), scope: scope ?? null }
}
