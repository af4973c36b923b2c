import type { Suite } from '@waxseal/core'
import { type KeyPurpose, type KeyRow, numberOf, numberOrNull, type VersionRow, type VersionState } from './database/tables.js'

/** A key, without anything secret. */
export interface KeyInfo {
  readonly kid: string
  readonly name: string
  /** Whether it belongs to a scope; `getByKid` tells which. */
  readonly scoped: boolean
  readonly purpose: KeyPurpose
  readonly suite: Suite | null
  readonly newestVersion: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly rotateEveryMs: number | null
  readonly nextRotationAt: Date | null
  readonly expiresAt: Date | null
  readonly maxVersions: number | null
  readonly retainForMs: number | null
  readonly retainUntil: Date | null
  /** Under a legal hold of its own; one on its scope is told by `get` and `scopeStatus`. */
  readonly held: boolean
}

/** A version of a key, without anything secret. */
export interface VersionInfo {
  readonly kid: string
  readonly version: number
  readonly state: VersionState
  /** Id of the key provider, or `waxseal-wrapping`. */
  readonly wrappedBy: string
  readonly wrappedByVersion: number
  readonly activatedAt: Date
  readonly retiredAt: Date | null
  readonly destroyAfter: Date | null
  readonly destroyedAt: Date | null
  readonly compromisedAt: Date | null
  /** Seals and opens, counted now and then. */
  readonly uses: number
  readonly lastUsedAt: Date | null
}

export interface KeyDetails extends KeyInfo {
  /** Whether it, or its scope, is under legal hold: nothing of it is destroyed. */
  readonly held: boolean
  /** The version that seals. */
  readonly activeVersion: number | null
  /** Newest first. */
  readonly versions: readonly VersionInfo[]
}

const date = (value: number | string | null): Date | null => (value === null ? null : new Date(numberOf(value)))

export const keyInfo = (row: KeyRow): KeyInfo => ({
  kid: row.kid,
  name: row.name,
  scoped: row.scope_hash !== '',
  purpose: row.purpose,
  suite: row.suite,
  newestVersion: numberOf(row.newest_version),
  createdAt: new Date(numberOf(row.created_at)),
  createdBy: row.created_by,
  rotateEveryMs: numberOrNull(row.rotate_every),
  nextRotationAt: date(row.next_rotation_at),
  expiresAt: date(row.expires_at),
  maxVersions: numberOrNull(row.max_versions),
  retainForMs: numberOrNull(row.retain_for),
  retainUntil: date(row.retain_until),
  held: numberOf(row.held) !== 0,
})

export const versionInfo = (row: VersionRow): VersionInfo => ({
  kid: row.kid,
  version: numberOf(row.version),
  state: row.state,
  wrappedBy: row.wrapped_by,
  wrappedByVersion: numberOf(row.wrapped_by_version),
  activatedAt: new Date(numberOf(row.activated_at)),
  retiredAt: date(row.retired_at),
  destroyAfter: date(row.destroy_after),
  destroyedAt: date(row.destroyed_at),
  compromisedAt: date(row.compromised_at),
  uses: numberOf(row.uses),
  lastUsedAt: date(row.last_used_at),
})

export const keyDetails = (row: KeyRow, versions: readonly VersionRow[], scopeHeld: boolean): KeyDetails => ({
  ...keyInfo(row),
  held: numberOf(row.held) !== 0 || scopeHeld,
  activeVersion: versions.map(versionInfo).find(({ state }) => state === 'active')?.version ?? null,
  versions: versions.map(versionInfo).sort((a, b) => b.version - a.version),
})
