import type { AuditRecord } from '@waxseal/audit'
import { WaxsealError } from '@waxseal/core'
import { lockKey, placeOf, versionsOf } from '../database/key-rows.js'
import { lockScope } from '../database/scope-rows.js'
import { numberOf, numberOrNull, type VersionRow, type VersionState } from '../database/tables.js'
import type { Ground } from '../ground.js'
import type { Step } from '../trail/changes.js'
import { actorOf } from '../trail/journal.js'
import { isUsed, WEEK_MS } from './change-state.js'
import { destroyVersion, type VersionChoice } from './destroy-due.js'
import { type History, readHistory, type VersionHistory } from './history.js'
import { retentionDeadline } from './retention-deadline.js'

export interface ReconcileCommand {
  readonly actor: string
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean | undefined
}

export interface ReconcileReport {
  /** Versions that had come back, and were destroyed again. */
  readonly destroyed: readonly VersionChoice[]
  /** Versions that were put into the state that the records say. */
  readonly changed: readonly (VersionChoice & { readonly state: VersionState })[]
  /** Versions of which the table has no key, or another one, although the records know them: what they sealed cannot be opened. */
  readonly lost: readonly VersionChoice[]
  /** Versions of the wrapping key that were destroyed, but wrap keys of the restored tables: `rewrap`, then destroy them again. */
  readonly kept: readonly VersionChoice[]
  /** Scopes that were shredded again. */
  readonly scopes: number
  /** Holds that were put on or taken off. */
  readonly holds: number
}

interface Draft {
  destroyed: VersionChoice[]
  changed: (VersionChoice & { state: VersionState })[]
  lost: VersionChoice[]
  kept: VersionChoice[]
  scopes: number
  holds: number
}

const nothing = (): Draft => ({ destroyed: [], changed: [], lost: [], kept: [], scopes: 0, holds: 0 })

const UNDONE = new WaxsealError('conflict', 'a dry run is undone')

/**
 * After a backup of the key tables was restored: destroys, suspends, retires, holds and shreds again what the records say, and sees to it
 * that no version number is used twice. The records come from a trail that was not restored along; each is one that was verified.
 */
export async function reconcile(
  ground: Ground,
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  command: ReconcileCommand,
): Promise<ReconcileReport> {
  const actor = actorOf(command)
  const { dryRun = false } = command
  const history = await readHistory(records)
  const { database, changes } = ground
  const report = nothing()

  /** Does a part of the work, and undoes it where it was only to be looked at. What is tried again is told once. */
  async function run(work: (step: Step, draft: Draft) => Promise<void>): Promise<void> {
    let draft = nothing()
    await changes(async (step) => {
      draft = nothing()
      await work(step, draft)
      if (dryRun) throw UNDONE
    }).catch((error: unknown) => {
      if (error !== UNDONE) throw error
    })
    report.destroyed.push(...draft.destroyed)
    report.changed.push(...draft.changed)
    report.lost.push(...draft.lost)
    report.kept.push(...draft.kept)
    report.scopes += draft.scopes
    report.holds += draft.holds
  }

  for (const hash of [...new Set([...history.shredded, ...history.heldScopes.keys()])].sort())
    await run((step, draft) => reconcileScope(step, draft, { history, hash, actor, dialect: database.dialect }))
  const kids = await database.read((db) => db.selectFrom('waxseal_keys').select('kid').orderBy('kid').execute())
  for (const { kid } of kids) await run((step, draft) => reconcileKey(ground, step, draft, { history, kid, actor }))
  const known = new Set(kids.map(({ kid }) => kid))
  for (const [kid, versions] of history.versions)
    if (!known.has(kid))
      for (const [version, { state }] of versions) if (state !== 'destroyed') report.lost.push({ kid, version })
  return report
}

async function reconcileScope(
  step: Step,
  draft: Draft,
  { history, hash, actor, dialect }: { history: History; hash: string; actor: string; dialect: Parameters<typeof lockScope>[1] },
): Promise<void> {
  const row = await lockScope(step.tx, dialect, hash)
  const held = history.heldScopes.get(hash)
  const details = { reason: 'reconcile' }
  if (held !== undefined && held !== (numberOf(row.held) !== 0)) {
    draft.holds++
    await step.tx
      .updateTable('waxseal_key_scopes')
      .set({ held: held ? 1 : 0 })
      .where('scope_hash', '=', hash)
      .execute()
    await step.record({ actor, operation: held ? 'key.hold' : 'key.release', scope: hash, details })
  }
  if (!history.shredded.has(hash) || row.shredded_at !== null) return
  draft.scopes++
  const now = await step.now()
  await step.tx.updateTable('waxseal_key_scopes').set({ shredded_at: now }).where('scope_hash', '=', hash).execute()
  await step.record({ actor, operation: 'scope.shred', scope: hash, details })
}

async function reconcileKey(
  { cacheAgeMs }: Ground,
  step: Step,
  draft: Draft,
  { history, kid, actor }: { history: History; kid: string; actor: string },
): Promise<void> {
  const key = await lockKey(step.tx, kid)
  const rows = await versionsOf(step.tx, kid)
  const now = await step.now()
  const told: ReadonlyMap<number, VersionHistory> = history.versions.get(kid) ?? new Map()
  const newest = Math.max(numberOf(key.newest_version), ...told.keys())
  const shredded = history.shredded.has(key.scope_hash)
  const held = history.heldKeys.get(kid)
  const place = { ...placeOf(key), actor }
  const details = { name: key.name, reason: 'reconcile' }

  async function set(row: VersionRow, state: VersionState, after: VersionHistory | undefined): Promise<void> {
    const isStopped = state === 'suspended' || state === 'destroy_scheduled'
    const wasStopped = row.state === 'suspended' || row.state === 'destroy_scheduled'
    const retiredAt = state === 'active' ? null : numberOf(row.retired_at ?? now)
    const doom = after?.destroyAfter ?? now + WEEK_MS
    await step.tx
      .updateTable('waxseal_key_versions')
      .set((eb) => ({
        state,
        resume_state: !isStopped ? null : wasStopped ? row.resume_state : row.state,
        retired_at: retiredAt,
        destroy_after: state === 'destroy_scheduled' ? doom : retentionDeadline(key, retiredAt, cacheAgeMs),
        compromised_at: numberOrNull(row.compromised_at) ?? (after?.compromised ? now : null),
        lock_version: eb('lock_version', '+', 1),
      }))
      .where('kid', '=', kid)
      .where('version', '=', numberOf(row.version))
      .execute()
  }

  // The newest last: no two versions seal at any moment.
  for (const row of [...rows].reverse()) {
    const version = numberOf(row.version)
    const after = told.get(version)
    if (row.state === 'destroyed') continue
    const isGone = shredded || after?.state === 'destroyed'
    // Whoever destroyed it had moved the keys to another one: in the restored tables they are not.
    const isNeeded = isGone && (await isUsed(step.tx, row))
    if (isNeeded) draft.kept.push({ kid, version })
    if (isGone && !isNeeded) {
      draft.destroyed.push({ kid, version })
      await destroyVersion(step, row, now)
      await step.record({ ...place, operation: 'key.destroyed', version, details })
      continue
    }
    if (after?.check !== undefined && after.check !== row.check_value) draft.lost.push({ kid, version })
    const asked = isNeeded ? row.state : (after?.state ?? row.state)
    // A version that was followed by another one seals no more.
    const wanted = version < newest && asked === 'active' ? 'decrypt_only' : asked
    const compromised = after?.compromised === true && row.compromised_at === null
    if (wanted === row.state && !compromised) continue
    await set(row, wanted, after)
    if (wanted !== row.state) draft.changed.push({ kid, version, state: wanted })
    await step.record({ ...place, operation: 'key.reconcile', version, details: { ...details, from: row.state, to: wanted } })
  }
  const there = new Set(rows.map(({ version }) => numberOf(version)))
  for (const [version, { state }] of told)
    if (!there.has(version) && state !== 'destroyed' && !shredded) draft.lost.push({ kid, version })
  const holds = held !== undefined && held !== (numberOf(key.held) !== 0)
  if (holds) {
    draft.holds++
    await step.record({ ...place, operation: held ? 'key.hold' : 'key.release', details })
  }
  await step.tx
    .updateTable('waxseal_keys')
    .set({
      newest_version: newest,
      ...(shredded ? { scope_sealed: null, next_rotation_at: null } : {}),
      ...(holds ? { held: held ? 1 : 0 } : {}),
    })
    .where('kid', '=', kid)
    .execute()
  step.touched(kid)
}
