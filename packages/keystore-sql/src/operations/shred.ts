import { WaxsealError } from '@waxseal/core'
import { lockKey, placeOf, versionsOf } from '../database/key-rows.js'
import { lockScope } from '../database/scope-rows.js'
import { numberOf, numberOrNull } from '../database/tables.js'
import type { Ground } from '../ground.js'
import type { Step } from '../trail/changes.js'
import { actorOf } from '../trail/journal.js'
import { destroyVersion } from './destroy-due.js'

export interface ShredCommand {
  readonly actor: string
  /** Why, as a code or an id: it stays in the audit trail. At most 64 characters of [a-z0-9._-]. */
  readonly reason?: string | undefined
}

export interface Shredded {
  readonly keys: number
  readonly versions: number
  readonly shreddedAt: Date
  /** By then no process uses a cached copy any more; at once where they share a channel. */
  readonly cachesGoneAt: Date
}

export function checkReason(reason: unknown): string | undefined {
  if (reason === undefined || (typeof reason === 'string' && /^[a-z0-9._-]{1,64}$/.test(reason))) return reason
  throw new WaxsealError('config', 'reason is a code or id of 1 to 64 characters of a-z, 0-9, ., _ and -')
}

/** Destroys every key of a scope, at once and for good. The tombstone keeps the scope from ever having a key again. */
export async function shred(ground: Ground, scope: string, command: ShredCommand): Promise<Shredded> {
  const actor = actorOf(command)
  const reason = checkReason(command.reason)
  if (typeof scope !== 'string') throw new WaxsealError('config', 'shred needs a scope')
  const { database, scopes, changes, cacheAgeMs } = ground
  const hash = await scopes.madeHash(scope, actor)
  return changes(async (step) => {
    const { tx } = step
    const row = await lockScope(tx, database.dialect, hash)
    if (numberOf(row.held) !== 0) throw new WaxsealError('conflict', 'the scope is under legal hold')
    const before = numberOrNull(row.shredded_at)
    const now = await step.now()
    const kids = await tx.selectFrom('waxseal_keys').select('kid').where('scope_hash', '=', hash).orderBy('kid').execute()
    let versions = 0
    for (const { kid } of kids) versions += await shredKey(step, kid, now, actor)
    const at = before ?? now
    await tx.updateTable('waxseal_key_scopes').set({ shredded_at: at }).where('scope_hash', '=', hash).execute()
    await step.record({
      ...{ actor, operation: 'scope.shred', scope: hash },
      details: { keys: kids.length, versions, ...(reason === undefined ? {} : { reason }) },
    })
    return { keys: kids.length, versions, shreddedAt: new Date(at), cachesGoneAt: new Date(now + cacheAgeMs) }
  })
}

async function shredKey(step: Step, kid: string, now: number, actor: string): Promise<number> {
  const key = await lockKey(step.tx, kid)
  if (numberOf(key.held) !== 0) throw new WaxsealError('conflict', 'a key of the scope is under legal hold')
  const versions = (await versionsOf(step.tx, kid)).filter(({ state }) => state !== 'destroyed')
  for (const row of versions) {
    await destroyVersion(step, row, now)
    await step.record({
      ...placeOf(key),
      ...{ actor, operation: 'key.destroyed', version: numberOf(row.version) },
      details: { name: key.name, from: row.state, reason: 'shred' },
    })
  }
  await step.tx.updateTable('waxseal_keys').set({ scope_sealed: null, next_rotation_at: null }).where('kid', '=', kid).execute()
  step.touched(kid)
  return versions.length
}
