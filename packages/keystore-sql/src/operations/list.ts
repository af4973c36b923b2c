import { WaxsealError } from '@waxseal/core'
import type { Ground } from '../ground.js'
import { type KeyInfo, keyInfo } from '../key-info.js'
import { SCOPES } from '../scopes.js'
import { WRAPPING } from '../wrapping.js'

export interface KeyList {
  /** Keys of this name, in every scope. */
  readonly name?: string | undefined
  /** kid of the last key of the page before. */
  readonly after?: string | undefined
  /** 1 to 1,000; default 100. */
  readonly limit?: number | undefined
}

/** Keys in the order of their kids, without the store's own. */
export async function list({ database }: Ground, { name, after = '', limit = 100 }: KeyList = {}): Promise<readonly KeyInfo[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
    throw new WaxsealError('config', 'limit is an integer from 1 to 1,000')
  const rows = await database.read((db) => {
    const keys = db
      .selectFrom('waxseal_keys')
      .selectAll()
      .where('kid', '>', after)
      .where('kid', 'not in', [WRAPPING.kid, SCOPES.kid])
    return (name === undefined ? keys : keys.where('name', '=', name)).orderBy('kid').limit(limit).execute()
  })
  return rows.map(keyInfo)
}
