import { type KeyCall, type KeySource, WaxsealError } from '@waxseal/core'
import { DEFAULT_ATTEMPT_TIMEOUT_MS, type StoredKeysOptions, storedKeys, timeLimited } from '@waxseal/core/keys'
import { pathOf } from './address.js'
import { connectVault, dataOf, isAbsent, type VaultConnectionOptions } from './client.js'
import { config, incomplete } from './errors.js'
import { type KvSecret, readNewest, readVersion } from './kv-secret.js'

export interface VaultKvOptions extends VaultConnectionOptions, StoredKeysOptions {
  /** Path of the secret below the mount, without `data/`. */
  readonly path: string
  /** Where the engine, version 2, is mounted. Default `secret`. */
  readonly mount?: string | undefined
  /** The member of the secret that holds the key, 32 bytes in base64. Default `key`. */
  readonly field?: string | undefined
  /** kid of the envelopes, default `vault`; permanent and public. */
  readonly id?: string | undefined
}

/** The versions that Vault keeps of a secret. */
export interface VaultKvVersions {
  readonly newest: number
  /** How many it keeps now, deleted and destroyed ones included. */
  readonly kept: number
  /** How many it keeps at most. Where the secret says nothing, Vault's own 10; the mount may say more. */
  readonly maxVersions: number
  /** How many more can be written before Vault deletes the oldest for good, and with it all that it sealed. */
  readonly writesLeft: number
}

export interface VaultKvSource extends KeySource {
  /**
   * Asks which versions are kept: one request, for which the policy must allow to read `metadata/`. `timeout` where there is no answer
   * within `attemptTimeoutMs`.
   */
  versions(call?: Partial<KeyCall>): Promise<VaultKvVersions>
}

const DEFAULT_MAX_VERSIONS = 10

/**
 * A source of keys in the key/value engine, version 2, of Vault or OpenBao: each version of one secret is a key, `kid~version`. The
 * newest that is not deleted seals, all that are kept open. Vault keeps 10 versions unless `max_versions` says otherwise, and
 * deletes older ones for good. `config` for options that do not fit; nothing is asked before the first use.
 *
 * @example
 * const sealer = createSealer({ keys: vaultKv({ path: 'orders/root', env: process.env }) })
 */
export function vaultKv(options: VaultKvOptions): VaultKvSource {
  const { path, mount = 'secret', field = 'key', id = 'vault', attemptTimeoutMs = DEFAULT_ATTEMPT_TIMEOUT_MS } = options
  if (typeof field !== 'string' || field === '') config('field is the name of a member of the secret')
  const ask = connectVault(options)
  const secret: KvSecret = { ask, mount: pathOf('mount', mount), path: pathOf('path', path), field, kid: id }
  const source = storedKeys(
    { id, newest: (_, call) => readNewest(secret, call), version: ({ version }, _, call) => readVersion(secret, version, call) },
    options,
  )
  return Object.freeze<VaultKvSource>({
    ...source,
    async versions({ now = Date.now, signal } = {}) {
      const path = `${secret.mount}/metadata/${secret.path}`
      const response = await timeLimited(attemptTimeoutMs, { now, signal }, (call) => ask({ path }, call))
      if (isAbsent(response)) throw new WaxsealError('key_not_found', 'Vault: there is no such secret')
      const { current_version: newest, max_versions: most, versions } = dataOf(response)
      if (typeof newest !== 'number' || typeof versions !== 'object' || versions === null) return incomplete()
      const kept = Object.keys(versions).length
      const maxVersions = typeof most === 'number' && most > 0 ? most : DEFAULT_MAX_VERSIONS
      return { newest, kept, maxVersions, writesLeft: Math.max(maxVersions - kept, 0) }
    },
  })
}
