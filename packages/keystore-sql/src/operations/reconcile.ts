import type { AuditRecord } from '@waxseal/audit'
import { WaxsealError } from '@waxseal/core'
import type { Step } from '../changes.js'
import type { Ground } from '../ground.js'
import { type History, readHistory } from '../history.js'
import { actorOf } from '../journal.js'
import { lockKey, placeOf, versionsOf } from '../key-rows.js'
import { lockScope } from '../scope-rows.js'
import { numberOf, type VersionRow, type VersionState } from '../tables.js'
import { destroyVersion, type VersionChoice } from './destroy-due.js'

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
  /** Holds that were put on or taken off, and scopes that were shredded again. */
  readonly scopes: number
  readonly holds: number
}

interface Draft {
  destroyed: VersionChoice[]
  changed: (VersionChoice & { state: VersionState })[]
  lost: VersionChoice[]
  scopes: number
  holds: number
}

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
  const report: Draft = { destroyed: [], changed: [], lost: [], scopes: 0, holds: 0 }

  /** Does a part of the work, and undoes it where it was only to be looked at. What is tried again is told once. */
  async function run(work: (step: Step, draft: Draft) => Promise<void>): Promise<void> {
    let draft: Draft = { destroyed: [], changed: [], lost: [], scopes: 0, holds: 0 }
    await changes(async (step) => {
      draft = { destroyed: [], changed: [], lost: [], scopes: 0, holds: 0 }
      await work(step, draft)
      if (dryRun) throw UNDONE
    }).catch((error: unknown) => {
      if (error !== UNDONE) throw error
    })
    report.destroyed.push(...draft.destroyed)
    report.changed.push(...draft.changed)
    report.lost.push(...draft.lost)
    report.scopes += draft.scopes
    report.holds += draft.holds
  }

  for (const hash of [...new Set([...history.shredded, ...history.heldScopes.keys()])].sort())
    await run((step, draft) => reconcileScope(step, draft, { history, hash, actor, dialect: database.dialect }))
  const kids = await database.read((db) => db.selectFrom('waxseal_keys').select('kid').orderBy('kid').execute())
  for (const { kid } of kids) await run((step, draft) => reconcileKey(step, draft, { history, kid, actor }))
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
  step: Step,
  draft: Draft,
  { history, kid, actor }: { history: History; kid: string; actor: string },
): Promise<void> {
  const key = await lockKey(step.tx, kid)
  const rows = await versionsOf(step.tx, kid)
  const now = await step.now()
  const told = history.versions.get(kid) ?? new Map()
  const newest = Math.max(numberOf(key.newest_version), ...told.keys())
  const shredded = history.shredded.has(key.scope_hash)
  const held = history.heldKeys.get(kid)
  const place = { ...placeOf(key), actor }
  const details = { name: key.name, reason: 'reconcile' }

  async function set(row: VersionRow, columns: Partial<Record<'destroy_after' | 'compromised_at', number>>, state: VersionState) {
    await step.tx
      .updateTable('waxseal_key_versions')
      .set((eb) => ({
        ...columns,
        state,
        resume_state: state === row.state ? row.resume_state : null,
        retired_at: state === 'active' ? null : numberOf(row.retired_at ?? now),
        lock_version: eb('lock_version', '+', 1),
      }))
      .where('kid', '=', kid)
      .where('version', '=', numberOf(row.version))
      .execute()
  }

  for (const row of rows) {
    const version = numberOf(row.version)
    const after = told.get(version)
    if (row.state === 'destroyed') continue
    if (shredded || after?.state === 'destroyed') {
      draft.destroyed.push({ kid, version })
      await destroyVersion(step, row, now)
      await step.record({ ...place, operation: 'key.destroyed', version, details })
      continue
    }
    if (after?.check !== undefined && after.check !== row.check_value) draft.lost.push({ kid, version })
    // A version that was followed by another one seals no more, whatever became of it later.
    const wanted = version < newest && (after?.state ?? row.state) === 'active' ? 'decrypt_only' : (after?.state ?? row.state)
    const compromised = after?.compromised === true && row.compromised_at === null
    if (wanted === row.state && !compromised) continue
    const doom = wanted === 'destroy_scheduled' && after?.destroyAfter != null ? { destroy_after: after.destroyAfter } : {}
    await set(row, { ...doom, ...(compromised ? { compromised_at: now } : {}) }, wanted)
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
