import { type MaybePromise, WaxsealError } from '@waxseal/core'
import type { Reader } from '../database/database.js'
import { lockKey, placeOf, versionsOf } from '../database/key-rows.js'
import { lockScope } from '../database/scope-rows.js'
import { type KeyRow, numberOf, numberOrNull, type VersionRow } from '../database/tables.js'
import type { Ground } from '../ground.js'
import type { Step } from '../trail/changes.js'
import { checkUnused } from './change-state.js'
import { limitOf } from './limit.js'
import { retentionDeadline } from './retention-deadline.js'

/** A version, as a scan of stored values is asked about it. */
export interface VersionChoice {
  readonly kid: string
  readonly version: number
}

export interface DestroyDueOptions {
  /** Destroys so many at most, default 100. */
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
  if (row.state !== 'active' || numberOrNull(key.retain_until) !== null) return true
  const end = numberOrNull(key.expires_at)
  return numberOrNull(key.retain_for) !== null && end !== null && end <= now
}

/** What the next one will most likely meet too: a database, a key service or a trail that does not answer. */
export const isOutage = (error: unknown): boolean => !WaxsealError.is(error) || error.retryable

const PAGE = 100

/** Versions whose time has come, the oldest first; those under legal hold, or all others. */
const dueVersions = (db: Reader, now: number, held: boolean) =>
  db
    .selectFrom('waxseal_key_versions as v')
    .innerJoin('waxseal_keys as k', 'k.kid', 'v.kid')
    .leftJoin('waxseal_key_scopes as s', 's.scope_hash', 'k.scope_hash')
    .select(['v.kid', 'v.version', 'v.state', 'v.destroy_after', 'v.retired_at'])
    .select(['k.scope_hash', 'k.expires_at', 'k.retain_for', 'k.retain_until'])
    .where('v.destroy_after', '<=', now)
    .where('v.state', '!=', 'destroyed')
    .where((eb) => {
      const isHeld = eb.or([eb('k.held', '!=', 0), eb(eb.fn.coalesce('s.held', eb.lit(0)), '!=', 0)])
      return held ? isHeld : eb.not(isHeld)
    })
    .orderBy('v.destroy_after')
    .orderBy('v.kid')
    .orderBy('v.version')

type Due = Awaited<ReturnType<ReturnType<typeof dueVersions>['execute']>>[number]

/** Destroys the versions whose time has come. What has to be kept holds up none of the others, however much of it there is. */
export async function destroyDue(ground: Ground, actor: string, options: DestroyDueOptions = {}): Promise<DestroyReport> {
  const { database, changes, cacheAgeMs } = ground
  const { inUse } = options
  const limit = limitOf(options.limit)
  const now = await database.read((db) => database.now(db))
  const held = await database.read((db) => dueVersions(db, now, true).limit(limit).execute())
  const destroyed: VersionChoice[] = []
  const kept: NotDone[] = held.map(({ kid, version }) => ({ kid, version: numberOf(version), reason: 'held' }))
  let outages = 0

  async function one(row: Due): Promise<void> {
    const choice = { kid: row.kid, version: numberOf(row.version) }
    try {
      const deadline = retentionDeadline(row, row.retired_at, cacheAgeMs)
      const retained = deadline !== null && deadline <= now
      if (row.state === 'destroy_scheduled' && !retained && (await inUse?.(choice))) {
        kept.push({ ...choice, reason: 'in_use' })
        return
      }
      const outcome = await changes((step) => destroyOne(ground, step, row, actor))
      if (outcome === 'destroyed') destroyed.push(choice)
      else if (outcome) kept.push({ ...choice, reason: outcome })
    } catch (error) {
      if (isOutage(error)) outages++
      kept.push({ ...choice, reason: WaxsealError.is(error) ? error.code : 'error' })
    }
  }

  for (let after: Due | undefined; ; ) {
    const page = await database.read((db) => {
      const rows = dueVersions(db, now, false).limit(PAGE)
      if (!after) return rows.execute()
      const [at, kid, version] = [numberOf(after.destroy_after!), after.kid, numberOf(after.version)]
      return rows
        .where((eb) => {
          const sameKey = eb.and([eb('v.kid', '=', kid), eb('v.version', '>', version)])
          const sameTime = eb.and([eb('v.destroy_after', '=', at), eb.or([eb('v.kid', '>', kid), sameKey])])
          return eb.or([eb('v.destroy_after', '>', at), sameTime])
        })
        .execute()
    })
    for (const row of page) {
      if (destroyed.length >= limit || outages >= limit) return { destroyed, kept }
      await one(row)
    }
    if (page.length < PAGE) return { destroyed, kept }
    after = page.at(-1)
  }
}

async function destroyOne(
  { database }: Ground,
  step: Step,
  { kid, version, scope_hash }: Pick<Due, 'kid' | 'version' | 'scope_hash'>,
  actor: string,
): Promise<'destroyed' | 'held' | undefined> {
  const { tx } = step
  // Whoever puts the scope or the key under hold waits, or has done it.
  const scope = scope_hash === '' ? undefined : await lockScope(tx, database.dialect, scope_hash)
  const key = await lockKey(tx, kid)
  const row = (await versionsOf(tx, kid)).find((one) => numberOf(one.version) === numberOf(version))
  const now = await step.now()
  // Called off, or done by somebody else.
  if (!row || !isDue(key, row, now)) return undefined
  if (numberOf(key.held) !== 0 || (scope && numberOf(scope.held) !== 0)) return 'held'
  await destroyVersion(step, row, now)
  await checkUnused(tx, row)
  const details = { name: key.name, from: row.state }
  await step.record({ ...placeOf(key), actor, operation: 'key.destroyed', version: numberOf(version), details })
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
