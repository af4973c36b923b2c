import type { Change, SqlDialect } from './database.js'
import type { ScopeRow } from './tables.js'

/** Locks a scope, known or not, until the transaction ends: whoever makes a key of it and whoever shreds it take turns. */
export async function lockScope(tx: Change, dialect: SqlDialect, hash: string): Promise<ScopeRow> {
  const insert = tx.insertInto('waxseal_key_scopes').values({ scope_hash: hash, held: 0, shredded_at: null })
  await (dialect === 'mysql'
    ? insert.onDuplicateKeyUpdate((eb) => ({ lock_version: eb('waxseal_key_scopes.lock_version', '+', 1) }))
    : insert.onConflict((conflict) =>
        conflict.column('scope_hash').doUpdateSet((eb) => ({ lock_version: eb('waxseal_key_scopes.lock_version', '+', 1) })),
      )
  ).execute()
  return tx.selectFrom('waxseal_key_scopes').selectAll().where('scope_hash', '=', hash).executeTakeFirstOrThrow()
}
