import { WaxsealError } from '@waxseal/core'
import type { Change } from '../database/database.js'
import { insertVersion } from '../database/insert-key.js'
import { findKey, lockKey, placeOf, versionsOf } from '../database/key-rows.js'
import { type KeyRow, numberOf, numberOrNull } from '../database/tables.js'
import type { Ground, KeyCommand } from '../ground.js'
import { timeOf } from '../key-settings.js'
import { actorOf } from '../trail/journal.js'
import { newKey } from '../wrapping.js'
import { jittered } from './generate.js'
import { retentionDeadline } from './retention-deadline.js'

export interface RotateCommand extends KeyCommand {
  /** A new end of sealing; needed where the old one has passed. */
  readonly expiresAt?: Date | undefined
}

export interface Rotated {
  readonly kid: string
  /** The version that seals now. */
  readonly version: number
  /** Whether this call made it; false where somebody else did at the same time. */
  readonly rotated: boolean
}

export async function rotate(ground: Ground, name: string, command: RotateCommand): Promise<Rotated> {
  const actor = actorOf(command)
  const row = await findKey(ground, name, command.scope)
  return rotateRow(ground, row, { actor, scope: command.scope, expiresAt: timeOf('expiresAt', command.expiresAt) })
}

export interface RotateRow {
  readonly actor: string
  readonly scope: string | undefined
  readonly expiresAt?: number | undefined
  /** Only a version that seals is followed by another one. */
  readonly byTime?: boolean | undefined
}

/** Makes the version after the one that `row` knows: of all who have read the same row, one does. */
export async function rotateRow(
  ground: Ground,
  row: KeyRow,
  { actor, scope, expiresAt, byTime = false }: RotateRow,
): Promise<Rotated> {
  const { wrapping, changes, random, cacheAgeMs, tell } = ground
  const { kid } = row
  const version = numberOf(row.newest_version) + 1
  const key = newKey()
  try {
    const wrapped = await wrapping.wrap(key, { kid, version, scope }, actor)
    const { done, over } = await changes(async (step) => {
      const { tx } = step
      const fresh = await lockKey(tx, kid)
      const newest = numberOf(fresh.newest_version)
      const now = await step.now()
      ground.progress.check(fresh)
      const sealing = byTime ? (await versionsOf(tx, kid)).some(({ state }) => state === 'active') : true
      if (newest !== version - 1 || !sealing) return { done: { kid, version: newest, rotated: false }, over: undefined }
      if (fresh.scope_hash !== '' && fresh.scope_sealed === null)
        throw new WaxsealError('key_destroyed', 'the scope of this key was shredded')
      const ends = expiresAt ?? numberOrNull(fresh.expires_at)
      if (ends !== null && ends <= now)
        throw new WaxsealError('key_retired', 'the key has expired: a rotation needs a new expiresAt')
      const until = numberOrNull(fresh.retain_until)
      if (until !== null && until <= now) throw new WaxsealError('key_retired', 'what the key seals is due: it seals no more')
      await wrapping.lock(tx, wrapped)
      const deadline = retentionDeadline(fresh, now, cacheAgeMs)
      await tx
        .updateTable('waxseal_key_versions')
        .set((eb) => ({
          state: 'decrypt_only' as const,
          retired_at: now,
          lock_version: eb('lock_version', '+', 1),
          // Copies in caches seal on until they have aged.
          ...(deadline === null ? {} : { destroy_after: deadline }),
        }))
        .where('kid', '=', kid)
        .where('state', '=', 'active')
        .execute()
      const destroyAfter = retentionDeadline({ ...fresh, expires_at: ends }, null, cacheAgeMs)
      await insertVersion(step, { kid, version, wrapped, now, destroyAfter })
      const every = numberOrNull(fresh.rotate_every)
      await tx
        .updateTable('waxseal_keys')
        .set({
          newest_version: version,
          expires_at: ends,
          next_rotation_at: every === null ? null : now + jittered(every, random),
        })
        .where('kid', '=', kid)
        .execute()
      const versions = await countVersions(step.tx, kid)
      const max = numberOrNull(fresh.max_versions)
      await step.record({
        ...placeOf(fresh),
        ...{ actor, operation: 'key.rotate', version },
        details: { name: fresh.name, check: wrapped.check_value, versions, ...(max === null ? {} : { maxVersions: max }) },
      })
      step.touched(kid)
      return {
        done: { kid, version, rotated: true },
        over: max !== null && versions > max ? { kid, versions, max } : undefined,
      }
    })
    if (over) tell({ type: 'max_versions', ...over })
    return done
  } finally {
    key.fill(0)
  }
}

async function countVersions(tx: Change, kid: string): Promise<number> {
  const { count } = await tx
    .selectFrom('waxseal_key_versions')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('kid', '=', kid)
    .where('state', '!=', 'destroyed')
    .executeTakeFirstOrThrow()
  return numberOf(count)
}
