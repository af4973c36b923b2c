import { type MaybePromise, WaxsealError } from '@waxseal/core'
import type { Step } from '../changes.js'
import type { Reader } from '../database.js'
import type { Ground } from '../ground.js'
import { lockKey, placeOf, versionsOf } from '../key-rows.js'
import { type KeyRow, numberOf, numberOrNull, type VersionRow } from '../tables.js'
import { checkUnused } from './change-state.js'
import { limitOf } from './limit.js'

/** A version, as a scan of stored values is asked about it. */
export interface VersionChoice {
  readonly kid: string
  readonly version: number
}

export interface DestroyDueOptions {
  /** Versions at most, default 100. */
  readonly limit?: number | undefined
  /** Whether anything stored still needs the version: what is in use is not destroyed. What a retention class has due is not asked about. */
  readonly inUse?: ((version: VersionChoice) => MaybePromise<boolean>) | undefined
}

export interface NotDone extends VersionChoice {
  /** `held`, `in_use`, or the code of an error. */
  readonly reason: string
}

export interface DestroyReport {
  readonly destroyed: readonly VersionChoice[]
  readonly kept: readonly NotDone[]
}

/** Forgets the key of a version and leaves its tombstone. */
export async function destroyVersion({ tx }: Step, row: VersionRow, now: number): Promise<void> {
  await tx
    .updateTable('waxseal_key_versions')
    .set((eb) => ({
      state: 'destroyed' as const,
      wrapped_key: null,
      check_value: null,
      resume_state: null,
      destroyed_at: now,
      lock_version: eb('lock_version', '+', 1),
    }))
    .where('kid', '=', row.kid)
    .where('version', '=', numberOf(row.version))
    .execute()
}

/** Whether the time of a version has come: it was scheduled, or a retention class has ended. */
const isDue = (key: KeyRow, row: VersionRow, now: number): boolean => {
  const at = numberOrNull(row.destroy_after)
  if (row.state === 'destroyed' || at === null || at > now) return false
  return row.state !== 'active' || numberOrNull(key.retain_until) !== null
}

/** Destroys the versions whose time has come. */
export async function destroyDue(ground: Ground, actor: string, options: DestroyDueOptions = {}): Promise<DestroyReport> {
  const { database, changes } = ground
  const { inUse } = options
  const limit = limitOf(options.limit)
  const now = await database.read((db) => database.now(db))
  const due = await database.read((db) =>
    db
      .selectFrom('waxseal_key_versions')
      .select(['kid', 'version', 'state'])
      .where('destroy_after', '<=', now)
      .where('state', '!=', 'destroyed')
      .orderBy('destroy_after')
      .limit(limit)
      .execute(),
  )
  const destroyed: VersionChoice[] = []
  const kept: NotDone[] = []
  for (const { kid, version: number, state } of due) {
    const choice = { kid, version: numberOf(number) }
    try {
      if (state === 'destroy_scheduled' && (await inUse?.(choice))) {
        kept.push({ ...choice, reason: 'in_use' })
        continue
      }
      const outcome = await changes((step) => destroyOne(step, choice, actor))
      if (outcome === 'destroyed') destroyed.push(choice)
      else if (outcome) kept.push({ ...choice, reason: outcome })
    } catch (error) {
      kept.push({ ...choice, reason: WaxsealError.is(error) ? error.code : 'error' })
    }
  }
  return { destroyed, kept }
}

async function destroyOne(step: Step, { kid, version }: VersionChoice, actor: string): Promise<'destroyed' | 'held' | undefined> {
  const key = await lockKey(step.tx, kid)
  const row = (await versionsOf(step.tx, kid)).find((one) => numberOf(one.version) === version)
  const now = await step.now()
  // Called off, or done by somebody else.
  if (!row || !isDue(key, row, now)) return undefined
  if (await isHeld(step.tx, key)) return 'held'
  await destroyVersion(step, row, now)
  await checkUnused(step.tx, row)
  await step.record({ ...placeOf(key), actor, operation: 'key.destroyed', version, details: { name: key.name, from: row.state } })
  step.touched(kid)
  return 'destroyed'
}

/** Whether the key, or its scope, is under legal hold. */
export async function isHeld(db: Reader, key: KeyRow): Promise<boolean> {
  if (numberOf(key.held) !== 0) return true
  const scope = await db
    .selectFrom('waxseal_key_scopes')
    .select('held')
    .where('scope_hash', '=', key.scope_hash)
    .executeTakeFirst()
  return key.scope_hash !== '' && scope !== undefined && numberOf(scope.held) !== 0
}
