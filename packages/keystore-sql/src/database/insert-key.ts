import type { Suite } from '@waxseal/core'
import type { Step } from '../trail/changes.js'
import type { WrappedColumns } from '../wrapping.js'
import type { KeyPurpose } from './tables.js'

/** A key with its first version. */
export interface NewKey {
  readonly kid: string
  readonly name: string
  readonly purpose: KeyPurpose
  readonly wrapped: WrappedColumns
  readonly actor: string
  readonly scopeHash?: string | undefined
  readonly scopeSealed?: string | undefined
  readonly suite?: Suite | undefined
  readonly rotateEveryMs?: number | undefined
  readonly nextRotationMs?: number | undefined
  readonly expiresAt?: number | undefined
  readonly maxVersions?: number | undefined
  readonly retainForMs?: number | undefined
  readonly retainUntil?: number | undefined
  /** When the first version is destroyed. */
  readonly destroyAfter?: number | null | undefined
}

/** Writes a key that was not there; `conflict` where the name is taken in its scope. */
export async function insertKey(step: Step, key: NewKey): Promise<void> {
  const { kid, name, wrapped, actor, scopeHash = '' } = key
  const { tx } = step
  // A write of any row locks SQLite before its clock is read.
  const row = {
    kid,
    name,
    scope_hash: scopeHash,
    scope_sealed: key.scopeSealed ?? null,
    purpose: key.purpose,
    suite: key.suite ?? null,
    rotate_every: key.rotateEveryMs ?? null,
    next_rotation_at: null,
    expires_at: key.expiresAt ?? null,
    max_versions: key.maxVersions ?? null,
    retain_for: key.retainForMs ?? null,
    retain_until: key.retainUntil ?? null,
    newest_version: 1,
    held: 0,
    created_at: 0,
    created_by: actor,
  }
  await tx.insertInto('waxseal_keys').values(row).execute()
  const now = await step.now()
  const next = key.nextRotationMs === undefined ? null : now + key.nextRotationMs
  await tx.updateTable('waxseal_keys').set({ created_at: now, next_rotation_at: next }).where('kid', '=', kid).execute()
  await insertVersion(step, { kid, version: 1, wrapped, now, destroyAfter: key.destroyAfter })
  await step.record({
    actor,
    operation: 'key.generate',
    subject: kid,
    version: 1,
    ...(scopeHash ? { scope: scopeHash } : {}),
    details: { name, purpose: key.purpose, check: wrapped.check_value },
  })
  step.touched(kid)
}

export interface NewVersion {
  readonly kid: string
  readonly version: number
  readonly wrapped: WrappedColumns
  readonly now: number
  readonly destroyAfter?: number | null | undefined
}

export async function insertVersion({ tx }: Step, { kid, version, wrapped, now, destroyAfter }: NewVersion): Promise<void> {
  await tx
    .insertInto('waxseal_key_versions')
    .values({
      kid,
      version,
      state: 'active',
      resume_state: null,
      ...wrapped,
      activated_at: now,
      destroy_after: destroyAfter ?? null,
    })
    .execute()
}
