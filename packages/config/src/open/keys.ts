import type { KeyProvider, KeySource, Keys } from '@waxseal/core'
import { WaxsealError } from '@waxseal/core'
import { type Environment, type KeyOpener, openKeys, rootKeyProvider } from '@waxseal/core/keys'
import type { Keystore } from '@waxseal/keystore-sql'
import type { KeyConfig, KeysConfig, SCHEMES } from '../schema/keys.js'
import type { Databases } from './databases.js'
import { optional } from './optional.js'
import { auditKeyOf } from './trails.js'

export interface OpenedKeys {
  /** As `createSealer` takes them. */
  readonly keys: Keys
  /** The key store, where the configuration has one. */
  readonly keystore: Keystore | undefined
  /** Rejects where a key service, a key file or a key store cannot be reached. */
  check(): Promise<void>
}

interface Opened {
  readonly keys: KeySource | KeyProvider
  readonly keystore?: Keystore | undefined
  check(): Promise<void>
}

interface Ground {
  readonly env: Environment
  readonly databases: Databases
}

const OPENERS: Readonly<Record<(typeof SCHEMES)[number], () => Promise<KeyOpener>>> = {
  env: async () => (await import('@waxseal/keys-env')).envUri,
  file: async () => (await import('@waxseal/keys-env')).fileUri,
  aws: async () => (await optional('@waxseal/keys-aws-kms', () => import('@waxseal/keys-aws-kms'))).awsUri,
  gcp: async () => (await optional('@waxseal/keys-gcp-kms', () => import('@waxseal/keys-gcp-kms'))).gcpUri,
  azure: async () => (await optional('@waxseal/keys-azure-kv', () => import('@waxseal/keys-azure-kv'))).azureUri,
  vault: async () => (await optional('@waxseal/keys-vault', () => import('@waxseal/keys-vault'))).vaultUri,
  'vault-transit': async () => (await optional('@waxseal/keys-vault', () => import('@waxseal/keys-vault'))).vaultTransitUri,
}

async function openUri(uri: string, env: Environment): Promise<KeySource | KeyProvider> {
  const scheme = uri.slice(0, uri.indexOf(':')) as keyof typeof OPENERS
  return openKeys(uri, { [scheme]: await OPENERS[scheme]() }, { env })
}

/** Whoever says that there is no such key was reached. */
const ANSWERS = ['key_not_found', 'scope_unsupported', 'key_suspended', 'key_destroyed', 'key_retired', 'named_key_required']

async function checkKeys(keys: KeySource | KeyProvider): Promise<void> {
  const call = { now: Date.now }
  if (keys.kind === 'provider') {
    if ((await keys.status(call)) === 'available') return
    throw new WaxsealError('provider_unavailable', 'the key service does not answer')
  }
  try {
    await keys.current(undefined, call)
  } catch (error) {
    if (!WaxsealError.is(error) || !ANSWERS.includes(error.code)) throw error
  }
}

async function openStore({ store }: Extract<KeyConfig, { store: unknown }>, { env, databases }: Ground): Promise<Opened> {
  const { createKeystore } = await optional('@waxseal/keystore-sql', () => import('@waxseal/keystore-sql'))
  const database = await databases.open(store.database)
  const root = await openUri(store.root, env)
  const wrap = root.kind === 'provider' ? root : rootKeyProvider({ id: store.rootId ?? 'root', keys: root })
  const keystore = createKeystore({ ...database, wrap, name: store.name, audit: await storeTrail() })

  async function storeTrail() {
    if (store.audit === 'none') return 'none'
    const { createAuditTrail } = await import('@waxseal/audit')
    const { sqlSink } = await optional('kysely', () => import('@waxseal/audit/sql'))
    return createAuditTrail({ sink: sqlSink(database), keys: auditKeyOf(store.audit, env) })
  }

  return {
    keys: keystore,
    keystore,
    check: async () => {
      await keystore.list({ limit: 1 })
    },
  }
}

async function openOne(config: KeyConfig, ground: Ground): Promise<Opened> {
  if (typeof config === 'object' && 'store' in config) return openStore(config, ground)
  const keys = await (async () => {
    if (typeof config === 'string') return openUri(config, ground.env)
    if (!('file' in config)) return config
    const { fileKeys } = await import('@waxseal/keys-env')
    return fileKeys(config.file, { allowMode: Number.parseInt(config.allowMode, 8) })
  })()
  return { keys, check: () => checkKeys(keys) }
}

/** Opens the keys of a configuration; the sealer that they are given to closes them. */
export async function openConfiguredKeys(config: KeysConfig, ground: Ground): Promise<OpenedKeys> {
  const opened = await Promise.all([config].flat().map((one) => openOne(one as KeyConfig, ground)))
  return {
    keys: opened.map(({ keys }) => keys),
    keystore: opened.find(({ keystore }) => keystore)?.keystore,
    check: async () => {
      await Promise.all(opened.map((one) => one.check()))
    },
  }
}

/** Makes the tables of the key store, those of its trail with them unless it has none. */
export async function migrateStore(config: KeysConfig, databases: Databases): Promise<void> {
  const found = [config]
    .flat()
    .find((one): one is Extract<KeyConfig, { store: unknown }> => typeof one === 'object' && 'store' in one)
  if (!found) throw new WaxsealError('config', 'the configuration has no key store')
  const { migrateKeystore } = await optional('@waxseal/keystore-sql', () => import('@waxseal/keystore-sql'))
  await migrateKeystore({ ...(await databases.open(found.store.database)), audit: found.store.audit !== 'none' })
}
