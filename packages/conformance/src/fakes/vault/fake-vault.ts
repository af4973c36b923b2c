import type { ServiceFake } from '../service-fake.js'
import type { PolicyRules } from './policy.js'
import type { VaultState } from './system.js'
import type { TransitKeyConfig } from './transit-admin.js'
import type { TransitKeyType } from './transit-key.js'

export interface FakeVaultOptions {
  /** Where it listens, besides loopback addresses. Default `https://vault.test:8200`. */
  readonly address?: string
  /** Where a standby sends requests to; the fake listens there too, as the active node. Default `https://vault-active.test:8200`. */
  readonly activeAddress?: string
  /** OpenBao differs: `datakey` takes associated data, and keys can be deleted softly. Default `vault`. */
  readonly flavor?: 'vault' | 'openbao'
  /** The server's clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number
}

/** Where a secret or a key lies. */
export interface VaultPlace {
  /** Default `secret` for the key/value engine, `transit` for transit. */
  readonly mount?: string
  /** Default the root namespace. */
  readonly namespace?: string
}

export interface VaultTokenOptions {
  readonly policies?: readonly string[]
  /** Seconds until it expires; 0 for never. Default 3,600. */
  readonly ttlSeconds?: number
  /** Seconds after which no renewal helps; 0 for no such limit. Default 0. */
  readonly maxTtlSeconds?: number
  /** Default true. */
  readonly renewable?: boolean
  readonly namespace?: string
}

/** A Vault or OpenBao server with the key/value (version 2) and transit engines. */
export interface FakeVault extends ServiceFake {
  readonly name: 'vault'
  readonly address: string
  readonly rootToken: string

  /** Sealed: 503 to all but the two of `sys`. Standby: 307 to the active address. `behind`: 412, where it is a performance standby. */
  setState(state: VaultState, options?: { readonly behind?: boolean }): void
  createNamespace(name: string): void
  /** Enables an engine at a path. */
  mount(path: string, type: 'kv' | 'transit', options?: Pick<VaultPlace, 'namespace'>): void
  setPolicy(name: string, rules: PolicyRules, options?: Pick<VaultPlace, 'namespace'>): void

  createToken(options?: VaultTokenOptions): string
  revokeToken(token: string): void
  /** A role of `auth/approle`, with one secret id of so many uses (default 0, unlimited). */
  createAppRole(options?: VaultTokenOptions & { readonly secretIdUses?: number }): {
    readonly roleId: string
    readonly secretId: string
  }
  /** A role of `auth/kubernetes` for the service account's tokens `jwts`; called again it replaces the role. */
  createKubernetesRole(name: string, options: VaultTokenOptions & { readonly jwts: readonly string[] }): void

  /** Writes a version of a secret and returns its number. */
  writeSecret(path: string, data: Readonly<Record<string, unknown>>, place?: VaultPlace): number
  deleteSecret(path: string, versions: readonly number[], place?: VaultPlace): void
  undeleteSecret(path: string, versions: readonly number[], place?: VaultPlace): void
  destroySecret(path: string, versions: readonly number[], place?: VaultPlace): void

  /** Makes a key of transit, of type `aes256-gcm96` by default. */
  createKey(name: string, options?: VaultPlace & { readonly type?: TransitKeyType; readonly derived?: boolean }): void
  /** Adds a version and returns its number. */
  rotateKey(name: string, place?: VaultPlace): number
  configureKey(name: string, config: TransitKeyConfig, place?: VaultPlace): void
  softDeleteKey(name: string, place?: VaultPlace): void
  restoreKey(name: string, place?: VaultPlace): void
  /** Deletes a key for good, whether it allows that or not. */
  deleteKey(name: string, place?: VaultPlace): void
  /** Whether encrypting with a key that is not there makes it. Default true, as with the real one. */
  setUpsert(allowed: boolean, place?: VaultPlace): void
}
