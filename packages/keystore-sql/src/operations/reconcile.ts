import type { AuditRecord } from '@waxseal/audit'
import { WaxsealError } from '@waxseal/core'
import type { Step } from '../changes.js'
import type { Ground } from '../ground.js'
import { actorOf } from '../journal.js'
import { lockKey, versionsOf } from '../key-rows.js'
import { lockScope } from '../scope-rows.js'
import { numberOf } from '../tables.js'
import { destroyVersion, type VersionChoice } from './destroy-due.js'

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
  /** Versions that the trail knows and the table does not: what they sealed cannot be opened. */
  readonly lost: readonly VersionChoice[]
  readonly scopes: number
}

/** What a trail says became of keys. */
interface History {
  readonly newest: Map<string, number>
  readonly destroyed: Map<string, Set<number>>
  readonly shredded: Set<string>
}

async function read(records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<History> {
  const history: History = { newest: new Map(), destroyed: new Map(), shredded: new Set() }
  for await (const { operation, outcome, subject, version, scope } of records) {
    if (outcome !== 'ok') continue
    if (operation === 'scope.shred' && scope !== null) history.shredded.add(scope)
    if (subject === null || version === null) continue
    if (operation === 'key.generate' || operation === 'key.rotate')
      history.newest.set(subject, Math.max(version, history.newest.get(subject) ?? 0))
    if (operation === 'key.destroyed')
      history.destroyed.set(subject, (history.destroyed.get(subject) ?? new Set<number>()).add(version))
  }
  return history
}

/**
 * After a backup of the key table was restored: what the trail says was destroyed is destroyed again, what was replaced seals no more,
 * and no version number is used twice. The records come from a trail that was not restored along.
 */
export async function reconcile(
  ground: Ground,
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  command: ReconcileCommand,
): Promise<ReconcileReport> {
  const actor = actorOf(command)
  const { dryRun = false } = command
  const history = await read(records)
  const { database, changes } = ground
  const report = { destroyed: [] as VersionChoice[], retired: [] as VersionChoice[], lost: [] as VersionChoice[] }

  async function settle(step: Step, kid: string): Promise<void> {
    const key = await lockKey(step.tx, kid)
    const rows = await versionsOf(step.tx, kid)
    const now = await step.now()
    const newest = Math.max(history.newest.get(kid) ?? 0, numberOf(key.newest_version))
    const gone = history.destroyed.get(kid)
    const shredded = history.shredded.has(key.scope_hash)
    let changed = newest !== numberOf(key.newest_version)
    for (const row of rows) {
      const version = numberOf(row.version)
      if (row.state !== 'destroyed' && (shredded || gone?.has(version))) {
        report.destroyed.push({ kid, version })
        await destroyVersion(step, row, now)
        await step.record({ actor, operation: 'key.destroyed', subject: kid, version, details: { reason: 'reconcile' } })
        changed = true
      } else if (row.state === 'active' && version < newest) {
        report.retired.push({ kid, version })
        await step.tx
          .updateTable('waxseal_key_versions')
          .set((eb) => ({ state: 'decrypt_only' as const, retired_at: now, lock_version: eb('lock_version', '+', 1) }))
          .where('kid', '=', kid)
          .where('version', '=', version)
          .execute()
        await step.record({ actor, operation: 'key.retire', subject: kid, version, details: { reason: 'reconcile' } })
        changed = true
      }
    }
    const there = new Set(rows.map(({ version }) => numberOf(version)))
    for (let version = 1; version <= newest; version++)
      if (!there.has(version) && !gone?.has(version)) report.lost.push({ kid, version })
    if (!changed) return
    await step.tx
      .updateTable('waxseal_keys')
      .set({ newest_version: newest, ...(shredded ? { scope_sealed: null } : {}) })
      .where('kid', '=', kid)
      .execute()
    step.touched(kid)
  }

  /** The same work, undone where it was only to be looked at. */
  const run = (work: (step: Step) => Promise<void>) =>
    changes(async (step) => {
      await work(step)
      if (dryRun) throw UNDONE
    }).catch((error: unknown) => {
      if (error !== UNDONE) throw error
    })

  const scopes = [...history.shredded].sort()
  for (const hash of scopes)
    await run(async (step) => {
      const row = await lockScope(step.tx, database.dialect, hash)
      if (row.shredded_at !== null) return
      const now = await step.now()
      await step.tx.updateTable('waxseal_key_scopes').set({ shredded_at: now }).where('scope_hash', '=', hash).execute()
      await step.record({ actor, operation: 'scope.shred', scope: hash, details: { reason: 'reconcile' } })
    })
  const kids = await database.read((db) => db.selectFrom('waxseal_keys').select('kid').orderBy('kid').execute())
  for (const { kid } of kids) {
    const before = { ...report, destroyed: [...report.destroyed], retired: [...report.retired], lost: [...report.lost] }
    await run((step) => {
      // A transaction that is tried again begins anew.
      Object.assign(report, { destroyed: [...before.destroyed], retired: [...before.retired], lost: [...before.lost] })
      return settle(step, kid)
    })
  }
  const known = new Set(kids.map(({ kid }) => kid))
  for (const [kid, newest] of history.newest)
    if (!known.has(kid)) for (let version = 1; version <= newest; version++) report.lost.push({ kid, version })
  return { ...report, scopes: scopes.length }
}

const UNDONE = new WaxsealError('conflict', 'a dry run is undone')
