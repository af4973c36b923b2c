import { numberOf, numberOrNull } from '../database/tables.js'
import type { Ground } from '../ground.js'
import { type KeyInfo, keyInfo } from '../key-info.js'

/** What became of a scope. */
export interface ScopeStatus {
  /** Under legal hold: neither it nor a key of it is destroyed. */
  readonly held: boolean
  /** When it was shredded; it never has a key again. */
  readonly shreddedAt: Date | null
  /** Its keys, by kid; those of a shredded scope are tombstones. */
  readonly keys: readonly KeyInfo[]
}

export async function scopeStatus({ database, scopes }: Ground, scope: string): Promise<ScopeStatus> {
  const hash = await scopes.hash(scope)
  if (hash === undefined) return { held: false, shreddedAt: null, keys: [] }
  return database.read(async (db) => {
    const row = await db.selectFrom('waxseal_key_scopes').selectAll().where('scope_hash', '=', hash).executeTakeFirst()
    const keys = await db.selectFrom('waxseal_keys').selectAll().where('scope_hash', '=', hash).orderBy('kid').execute()
    const at = numberOrNull(row?.shredded_at ?? null)
    return {
      held: row !== undefined && numberOf(row.held) !== 0,
      shreddedAt: at === null ? null : new Date(at),
      keys: keys.map((key) => keyInfo(key)),
    }
  })
}
