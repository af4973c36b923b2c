import { WaxsealError } from '@waxseal/core'
import type { Change as Transaction } from '../database/database.js'
import { lockKey, pickVersion, placeOf, versionsOf } from '../database/key-rows.js'
import { type KeyRow, numberOf, numberOrNull, type VersionRow, type VersionState } from '../database/tables.js'
import type { Ground, KeyCommand } from '../ground.js'
import { type VersionInfo, versionInfo } from '../key-info.js'
import { actorOf } from '../trail/journal.js'
import { WRAPPING } from '../wrapping.js'
import { retentionDeadline } from './retention-deadline.js'

export interface StateCommand extends KeyCommand {
  /** Default: the version that seals; for `resume` and `cancelDestroy` the one that is suspended or scheduled, where it is one. */
  readonly version?: number | undefined
}

export interface DestroyCommand extends StateCommand {
  readonly version: number
  /** How long it can be called off, in milliseconds: default 7 days, at least as long as cached copies live. */
  readonly afterMs?: number | undefined
}

export type StateChange = 'suspend' | 'resume' | 'retire' | 'destroy' | 'cancel_destroy'

/** From which states a change leads where; `back` is what the version was before. */
const CHANGES: Readonly<Record<StateChange, { readonly from: readonly VersionState[]; readonly to: VersionState | 'back' }>> = {
  suspend: { from: ['active', 'decrypt_only'], to: 'suspended' },
  resume: { from: ['suspended'], to: 'back' },
  retire: { from: ['active'], to: 'decrypt_only' },
  destroy: { from: ['decrypt_only', 'suspended'], to: 'destroy_scheduled' },
  cancel_destroy: { from: ['destroy_scheduled'], to: 'back' },
}

export const WEEK_MS = 7 * 86_400_000

/** A change of one version's state, with its record. `conflict` where the version is not in a state for it. */
export async function changeState(
  ground: Ground,
  change: StateChange,
  { kid }: KeyRow,
  command: StateCommand & { readonly afterMs?: number | undefined },
): Promise<VersionInfo> {
  const actor = actorOf(command)
  const { version, afterMs = WEEK_MS } = command
  const { changes, cacheAgeMs } = ground
  if (!Number.isSafeInteger(afterMs) || afterMs < cacheAgeMs)
    throw new WaxsealError('config', `afterMs is an integer from ${cacheAgeMs} on: so long cached copies may live`)
  return changes(async (step) => {
    const { tx } = step
    const key = await lockKey(tx, kid)
    const versions = await versionsOf(tx, kid)
    const { from, to } = CHANGES[change]
    const row = pick(versions, version, to === 'back' ? from : ['active'])
    if (row.state === 'destroyed') throw new WaxsealError('key_destroyed', 'the version was destroyed')
    if (!from.includes(row.state))
      throw new WaxsealError('conflict', `cannot ${change} a version that is ${row.state}, only one that is ${from.join(' or ')}`)
    const now = await step.now()
    const next = to === 'back' ? backTo(row, versions) : to
    const retiredAt = next === 'active' ? null : (row.retired_at ?? now)
    const deadline = retentionDeadline(key, retiredAt, cacheAgeMs)
    const updated: VersionRow = {
      ...row,
      state: next,
      resume_state: to === 'back' ? null : row.state,
      retired_at: retiredAt,
      // What is due earlier is not kept for longer by being scheduled.
      destroy_after: next === 'destroy_scheduled' ? Math.min(now + afterMs, deadline ?? Number.POSITIVE_INFINITY) : deadline,
    }
    await tx
      .updateTable('waxseal_key_versions')
      .set((eb) => ({
        state: updated.state,
        resume_state: updated.resume_state,
        retired_at: numberOrNull(updated.retired_at),
        destroy_after: numberOrNull(updated.destroy_after),
        lock_version: eb('lock_version', '+', 1),
      }))
      .where('kid', '=', kid)
      .where('version', '=', numberOf(row.version))
      .execute()
    // After the version was locked: what is being wrapped with it just then has been committed.
    if (change === 'destroy') await checkUnused(tx, row)
    await step.record({
      ...placeOf(key),
      ...{ actor, operation: `key.${change}`, version: numberOf(row.version) },
      details: { name: key.name, from: row.state, to: next, destroyAfter: numberOrNull(updated.destroy_after) },
    })
    step.touched(kid)
    return versionInfo(updated)
  })
}

/** The version asked for, or the only one in one of these states. */
function pick(versions: readonly VersionRow[], version: number | undefined, states: readonly VersionState[]): VersionRow {
  if (version !== undefined) return pickVersion(versions, version)
  const [only, another] = versions.filter(({ state }) => states.includes(state))
  if (another) throw new WaxsealError('config', `several versions of the key are ${states.join(' or ')}: say which`)
  if (!only) throw new WaxsealError('key_not_found', `no version of the key is ${states.join(' or ')}`)
  return only
}

/** What a version goes back to: it seals again only where none has taken its place. */
function backTo(row: VersionRow, versions: readonly VersionRow[]): VersionState {
  if (row.resume_state !== 'active') return row.resume_state ?? 'decrypt_only'
  const newest = versions.every(({ version }) => numberOf(version) <= numberOf(row.version))
  return newest ? 'active' : 'decrypt_only'
}

/** A wrapping key is needed as long as it wraps a key. */
export async function checkUnused(tx: Transaction, row: VersionRow): Promise<void> {
  if (await isUsed(tx, row))
    throw new WaxsealError('conflict', 'keys of the store are still wrapped by this version: run rewrap first')
}

/** Whether a key of the store is wrapped by this version. */
export async function isUsed(tx: Transaction, row: VersionRow): Promise<boolean> {
  if (row.kid !== WRAPPING.kid) return false
  const used = await tx
    .selectFrom('waxseal_key_versions')
    .select('kid')
    .where('wrapped_by', '=', WRAPPING.kid)
    .where('wrapped_by_version', '=', numberOf(row.version))
    .where('wrapped_key', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return used !== undefined
}
