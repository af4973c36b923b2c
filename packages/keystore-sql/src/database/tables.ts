import type { Suite } from '@waxseal/core'
import type { ColumnType, Generated, Selectable } from 'kysely'

/** 64-bit integers come as text from some drivers. */
type Integer = ColumnType<number | string, number, number>
type OptionalInteger = ColumnType<number | string | null, number | null | undefined, number | null>

/** What a version may be (NIST SP 800-57: active, deactivated, suspended, and destroyed with a time before it). */
export type VersionState = 'active' | 'decrypt_only' | 'suspended' | 'destroy_scheduled' | 'destroyed'

/** What a key is for: to seal values, to index them, or to wrap other keys of the store. */
export type KeyPurpose = 'seal' | 'index' | 'wrap'

export interface KeyTable {
  readonly kid: string
  readonly name: string
  /** Blind index of the scope, empty without one. */
  readonly scope_hash: string
  /** The scope itself, sealed with the store's own key; null without one, and once it was shredded. */
  readonly scope_sealed: string | null
  readonly purpose: KeyPurpose
  readonly suite: Suite | null
  readonly rotate_every: OptionalInteger
  readonly next_rotation_at: OptionalInteger
  readonly expires_at: OptionalInteger
  readonly max_versions: OptionalInteger
  /** For how long a version opens after it stopped sealing, in milliseconds; then it is destroyed. */
  readonly retain_for: OptionalInteger
  /** When every version is destroyed. */
  readonly retain_until: OptionalInteger
  /** Highest version there ever was. */
  readonly newest_version: Integer
  readonly held: Integer
  /** Counts up; writing it locks the key. */
  readonly lock_version: Generated<number>
  readonly created_at: Integer
  readonly created_by: string
}

export interface VersionTable {
  readonly kid: string
  readonly version: Integer
  readonly state: VersionState
  /** What a suspended or doomed version goes back to. */
  readonly resume_state: VersionState | null
  /** Unpadded base64url; null once destroyed. */
  readonly wrapped_key: string | null
  /** Id of the provider, or kid of the wrapping key of this store. */
  readonly wrapped_by: string
  readonly wrapped_by_version: Integer
  /** Unpadded base64url of 8 bytes. */
  readonly check_value: string | null
  readonly lock_version: Generated<number>
  readonly compromised_at: OptionalInteger
  readonly activated_at: Integer
  readonly retired_at: OptionalInteger
  readonly destroy_after: OptionalInteger
  readonly destroyed_at: OptionalInteger
  readonly uses: Generated<number>
  readonly last_used_at: OptionalInteger
}

export interface ScopeTable {
  readonly scope_hash: string
  readonly held: Integer
  readonly shredded_at: OptionalInteger
  readonly lock_version: Generated<number>
}

export interface Tables {
  waxseal_keys: KeyTable
  waxseal_key_versions: VersionTable
  waxseal_key_scopes: ScopeTable
}

export type KeyRow = Selectable<KeyTable>
export type VersionRow = Selectable<VersionTable>
export type ScopeRow = Selectable<ScopeTable>

/** The number of an integer column. */
export const numberOf = (value: number | string): number => Number(value)
export const numberOrNull = (value: number | string | null): number | null => (value === null ? null : Number(value))
