import type { AuditTrail } from '@waxseal/audit'
import type { AuditTransaction } from '@waxseal/audit/sql'
import { WaxsealError } from '@waxseal/core'
import type { Environment } from '@waxseal/core/keys'
import type { WaxsealConfig } from '../config.js'
import { createDatabases } from './databases.js'
import { migrateStore, type OpenedKeys, openConfiguredKeys } from './keys.js'
import { openTrail } from './trails.js'

/** What a configuration names, opened when it is asked for. */
export interface Resources {
  /** The keys, for `createSealer`, which closes them. */
  keys(): Promise<OpenedKeys>
  /** The trail; whoever asked for it closes it. `config` where the configuration has none. */
  trail(): Promise<AuditTrail<AuditTransaction>>
  /** Makes the tables of the key store, or brings them up to date. `config` where the configuration has no key store. */
  migrateKeystore(): Promise<void>
  /** Closes the databases: after the sealer and the trail. */
  close(): Promise<void>
}

export interface OpenOptions {
  /** Where secrets that are named by `env:NAME` stand. */
  readonly env: Environment
  /** Whether what is missing is made: a file of SQLite, the tables of a trail that has `migrate`. Default yes. */
  readonly create?: boolean | undefined
}

/**
 * Opens keys, trail and databases of a configuration. A package that only they need is loaded then; `config` says how to install one that
 * is missing.
 *
 * @example
 * const { config } = await loadConfig()
 * const resources = openResources(config, { env: process.env })
 * const sealer = createSealer(await resources.keys())
 */
export function openResources(config: WaxsealConfig, { env, create = true }: OpenOptions): Resources {
  const databases = createDatabases(env, { create })
  return Object.freeze<Resources>({
    keys: () => openConfiguredKeys(config.keys, { env, databases }),
    async trail() {
      if (!config.audit) throw new WaxsealError('config', 'audit is missing: it says where it is recorded who saw what')
      return openTrail(config.audit, { env, databases, create })
    },
    migrateKeystore: () => migrateStore(config.keys, databases),
    close: () => databases.close(),
  })
}
