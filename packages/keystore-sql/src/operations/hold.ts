import { WaxsealError } from '@waxseal/core'
import { findKey, lockKey, placeOf } from '../database/key-rows.js'
import { lockScope } from '../database/scope-rows.js'
import type { Ground } from '../ground.js'
import { actorOf } from '../trail/journal.js'
import { checkReason } from './shred.js'

/** A key by name (and scope), or all keys of a scope, those to come included. */
export interface HoldCommand {
  readonly actor: string
  readonly name?: string | undefined
  readonly scope?: string | undefined
  /** Why, as a code or an id. At most 64 characters of [a-z0-9._-]. */
  readonly reason?: string | undefined
}

export interface Held {
  /** Keys that the hold is on now; those that a scope gets later are held too. */
  readonly keys: number
}

/** Puts under legal hold, or takes off it: nothing of what is held is destroyed, whatever its time. */
export async function setHold(ground: Ground, held: boolean, command: HoldCommand): Promise<Held> {
  const actor = actorOf(command)
  const { name, scope } = command
  const reason = checkReason(command.reason)
  const { database, scopes, changes } = ground
  const operation = held ? 'key.hold' : 'key.release'
  const details = reason === undefined ? {} : { reason }
  if (name !== undefined) {
    const { kid } = await findKey(ground, name, scope)
    return changes(async (step) => {
      const key = await lockKey(step.tx, kid)
      await step.tx
        .updateTable('waxseal_keys')
        .set({ held: held ? 1 : 0 })
        .where('kid', '=', kid)
        .execute()
      await step.record({ ...placeOf(key), actor, operation, details })
      return { keys: 1 }
    })
  }
  if (scope === undefined) throw new WaxsealError('config', 'a hold is on a name or on a scope')
  const hash = await scopes.madeHash(scope, actor)
  return changes(async (step) => {
    await lockScope(step.tx, database.dialect, hash)
    await step.tx
      .updateTable('waxseal_key_scopes')
      .set({ held: held ? 1 : 0 })
      .where('scope_hash', '=', hash)
      .execute()
    const keys = await step.tx.selectFrom('waxseal_keys').select('kid').where('scope_hash', '=', hash).execute()
    await step.record({ actor, operation, scope: hash, details: { ...details, keys: keys.length } })
    return { keys: keys.length }
  })
}
