import { WaxsealError } from '@waxseal/core'
import type { Ground } from '../ground.js'
import { checkName } from '../key-settings.js'
import { WRAPPING } from '../wrapping.js'
import type { Change, Reader } from './database.js'
import { type KeyRow, numberOf, type VersionRow } from './tables.js'

export const notFound = (): never => {
  throw new WaxsealError('key_not_found', 'there is no key of that name in that scope')
}

/** A key by its name and scope; `key_not_found`. */
export async function findKey({ database, scopes }: Ground, name: string, scope: string | undefined): Promise<KeyRow> {
  checkName(name)
  const hash = await scopes.hash(scope)
  if (hash === undefined) return notFound()
  const row = await database.read((db) =>
    db.selectFrom('waxseal_keys').selectAll().where('name', '=', name).where('scope_hash', '=', hash).executeTakeFirst(),
  )
  return row ?? notFound()
}

/** The store's own wrapping key; `key_not_found` before there is one. */
export const findWrappingKey = async ({ database }: Ground): Promise<KeyRow> =>
  (await database.read((db) => db.selectFrom('waxseal_keys').selectAll().where('kid', '=', WRAPPING.kid).executeTakeFirst())) ??
  notFound()

/** Locks a key until the transaction ends and reads it as it is then. A write, so that every database locks with it. */
export async function lockKey(tx: Change, kid: string): Promise<KeyRow> {
  await tx
    .updateTable('waxseal_keys')
    .set((eb) => ({ lock_version: eb('lock_version', '+', 1) }))
    .where('kid', '=', kid)
    .execute()
  return (await tx.selectFrom('waxseal_keys').selectAll().where('kid', '=', kid).executeTakeFirst()) ?? notFound()
}

export const versionsOf = (db: Reader, kid: string): Promise<VersionRow[]> =>
  db.selectFrom('waxseal_key_versions').selectAll().where('kid', '=', kid).orderBy('version', 'desc').execute()

/** A version by its number, or the one that seals. `key_not_found`. */
export function pickVersion(versions: readonly VersionRow[], version: number | undefined): VersionRow {
  const found = versions.find((row) => (version === undefined ? row.state === 'active' : numberOf(row.version) === version))
  if (found) return found
  throw new WaxsealError(
    'key_not_found',
    version === undefined ? 'the key has no active version' : 'there is no such version of the key',
  )
}

/** What a record says of where it happened. */
export const placeOf = ({ kid, scope_hash }: KeyRow) => ({ subject: kid, ...(scope_hash ? { scope: scope_hash } : {}) })
