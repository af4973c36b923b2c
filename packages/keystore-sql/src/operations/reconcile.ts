import type { AuditRecord } from '@waxseal/audit'
import { WaxsealError } from '@waxseal/core'
import type { Step } from '../changes.js'
import type { Ground } from '../ground.js'
import { actorOf } from '../journal.js'
import { lockKey, placeOf, versionsOf } from '../key-rows.js'
import { lockScope } from '../scope-rows.js'
import { type KeyRow, numberOf, numberOrNull, type VersionRow, type VersionState } from '../tables.js'
import { isUsed, WEEK_MS } from './change-state.js'
import { destroyVersion, type VersionChoice } from './destroy-due.js'
import { readHistory } from './history.js'
import { retentionDeadline } from './retention-deadline.js'

export interface ReconcileCommand {
  readonly actor: string
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean | undefined
}

export interface ReconcileReport {
  /** Versions that had come back, and were destroyed again. */
  readonly destroyed: readonly VersionChoice[]
  /** Versions that sealed again although they had been replaced. */
  readonly retired: readonly VersionChoice[]
  /** Versions that had been suspended or scheduled to be destroyed, and are again. */
  readonly suspended: readonly VersionChoice[]
  /** Versions that had been resumed, or whose destruction had been called off, and are so again. */
  readonly resumed: readonly VersionChoice[]
  /** Versions that the trail knows and the table does not, and that nobody destroyed: what they sealed cannot be opened. */
  readonly lost: readonly VersionChoice[]
  /** Versions of the wrapping key that were destroyed, but wrap keys of the restored table: `rewrap`, then destroy them again. */
  readonly kept: readonly VersionChoice[]
  /** Scopes that were shredded. */
  readonly scopes: number
  /** Keys and scopes that are under legal hold again. */
  readonly held: number
}

interface Times {
  readonly now: number
  /** When a version that is scheduled is destroyed. */
  readonly destroyAfter: number
}

const LISTS = ['destroyed', 'retired', 'suspended', 'resumed', 'lost', 'kept'] as const

/**
 * After a backup of the key table was restored: what the trail says was destroyed is destroyed again, what was replaced seals no more,
 * what was suspended or put under hold is so again, and no version number is used twice. The records, in their order, come from a trail
 * that was not restored along, and that was verified: they are believed.
 */
export async function reconcile(
  ground: Ground,
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  command: ReconcileCommand,
): Promise<ReconcileReport> {
  const actor = actorOf(command)
  const { dryRun = false } = command
  const history = await readHistory(records)
  const { database, changes, cacheAgeMs } = ground
  const { shredded, held } = history
  const list = (): VersionChoice[] => []
  const found = () => ({
    ...{ destroyed: list(), retired: list(), suspended: list(), resumed: list(), lost: list(), kept: list() },
    held: 0,
  })
  type Found = ReturnType<typeof found>
  const report = found()

  async function become(step: Step, key: KeyRow, row: VersionRow, state: VersionState, at: Times): Promise<void> {
    const isBack = state === 'active' || state === 'decrypt_only'
    const wasBack = row.state === 'active' || row.state === 'decrypt_only'
    const retiredAt = state === 'active' ? null : (numberOrNull(row.retired_at) ?? at.now)
    const destroyAfter = state === 'destroy_scheduled' ? at.destroyAfter : retentionDeadline(key, retiredAt, cacheAgeMs)
    await step.tx
      .updateTable('waxseal_key_versions')
      .set((eb) => ({
        state,
        resume_state: isBack ? null : wasBack ? row.state : row.resume_state,
        retired_at: retiredAt,
        destroy_after: destroyAfter,
        lock_version: eb('lock_version', '+', 1),
      }))
      .where('kid', '=', key.kid)
      .where('version', '=', numberOf(row.version))
      .execute()
    const back = row.state === 'suspended' ? 'key.resume' : row.state === 'active' ? 'key.retire' : 'key.cancel'
    const operation = { suspended: 'key.suspend', destroy_scheduled: 'key.destroy' }[state as string] ?? back
    const details = { reason: 'reconcile', from: row.state, to: state, destroyAfter }
    await step.record({ ...placeOf(key), actor, operation, version: numberOf(row.version), details })
  }

  async function settle(step: Step, kid: string): Promise<Found> {
    const did = found()
    const key = await lockKey(step.tx, kid)
    const rows = await versionsOf(step.tx, kid)
    const now = await step.now()
    const newest = Math.max(history.newest.get(kid) ?? 0, numberOf(key.newest_version))
    const isShredded = shredded.has(key.scope_hash)
    const holds = held.get(kid) === true && numberOf(key.held) === 0
    let changed = holds || newest !== numberOf(key.newest_version)
    // The newest last: one version at most seals at any moment.
    for (const row of [...rows].reverse()) {
      const version = numberOf(row.version)
      const choice = { kid, version }
      if (row.state === 'destroyed') continue
      const isGone = isShredded || history.isDestroyed(kid, version)
      // Whoever destroyed it had moved the keys to another one: in the restored table they are not.
      const isNeeded = isGone && (await isUsed(step.tx, row))
      if (isNeeded) did.kept.push(choice)
      if (isGone && !isNeeded) {
        did.destroyed.push(choice)
        await destroyVersion(step, row, now)
        const details = { reason: 'reconcile', from: row.state }
        await step.record({ ...placeOf(key), actor, operation: 'key.destroyed', version, details })
        changed = true
        continue
      }
      const last = isNeeded ? undefined : history.last(kid, version)
      const asked = last?.state ?? row.state
      const state = asked === 'active' && version < newest ? 'decrypt_only' : asked
      if (state === row.state) continue
      const list = state === 'active' || row.state !== 'active' ? 'resumed' : 'retired'
      did[state === 'suspended' || state === 'destroy_scheduled' ? 'suspended' : list].push(choice)
      await become(step, key, row, state, { now, destroyAfter: last?.destroyAfter ?? now + WEEK_MS })
      changed = true
    }
    const there = new Set(rows.map(({ version }) => numberOf(version)))
    for (let version = 1; version <= newest; version++)
      if (!there.has(version) && !isShredded && !history.isDestroyed(kid, version)) did.lost.push({ kid, version })
    if (!changed) return did
    await step.tx
      .updateTable('waxseal_keys')
      .set({ newest_version: newest, ...(isShredded ? { scope_sealed: null } : {}), ...(holds ? { held: 1 } : {}) })
      .where('kid', '=', kid)
      .execute()
    if (holds) {
      did.held = 1
      await step.record({ ...placeOf(key), actor, operation: 'key.hold', details: { reason: 'reconcile' } })
    }
    step.touched(kid)
    return did
  }

  /** What a transaction has done, which is undone where it was only to be looked at. */
  async function run(work: (step: Step) => Promise<Found>): Promise<void> {
    let did = found()
    await changes(async (step) => {
      did = await work(step)
      if (dryRun) throw UNDONE
    }).catch((error: unknown) => {
      if (error !== UNDONE) throw error
    })
    for (const name of LISTS) report[name].push(...did[name])
    report.held += did.held
  }

  const kids = await database.read((db) => db.selectFrom('waxseal_keys').select('kid').orderBy('kid').execute())
  const known = new Set(kids.map(({ kid }) => kid))
  const scopes = [...new Set([...shredded, ...[...held].filter(([, is]) => is).map(([what]) => what)])]
    .filter((what) => shredded.has(what) || !(known.has(what) || history.newest.has(what)))
    .sort()
  for (const hash of scopes)
    await run(async (step) => {
      const did = found()
      const row = await lockScope(step.tx, database.dialect, hash)
      const scope = step.tx.updateTable('waxseal_key_scopes').where('scope_hash', '=', hash)
      if (shredded.has(hash) && row.shredded_at === null) {
        await scope.set({ shredded_at: await step.now() }).execute()
        await step.record({ actor, operation: 'scope.shred', scope: hash, details: { reason: 'reconcile' } })
      }
      if (held.get(hash) === true && numberOf(row.held) === 0) {
        did.held = 1
        await scope.set({ held: 1 }).execute()
        await step.record({ actor, operation: 'key.hold', scope: hash, details: { reason: 'reconcile' } })
      }
      return did
    })
  for (const { kid } of kids) await run((step) => settle(step, kid))
  for (const [kid, newest] of history.newest)
    if (!known.has(kid))
      for (let version = 1; version <= newest; version++)
        if (!history.isDestroyed(kid, version)) report.lost.push({ kid, version })
  return { ...report, scopes: shredded.size }
}

const UNDONE = new WaxsealError('conflict', 'a dry run is undone')
