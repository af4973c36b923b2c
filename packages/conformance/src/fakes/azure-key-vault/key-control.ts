import { WaxsealError } from '@waxseal/core'
import { Refusal } from '../exchange.js'
import { type AzureKey, type AzureKeyOperation, type AzureKeyVersion, addKeyVersion, type NewAzureKey } from './key.js'
import { makeKey } from './key-creation.js'
import type { KeyStore } from './server.js'

/** Which keys are meant: those of the vault (the default) or those of the managed HSM. */
export interface AzureKeyPlace {
  readonly store?: 'vault' | 'managed-hsm'
}

/** A key, and one of its versions: without one, all that the key has. */
export interface AzureKeyVersionPlace extends AzureKeyPlace {
  readonly version?: string
}

/** What can be changed of a key version; the times in milliseconds since 1970, null to take them away. */
export interface AzureKeyChange {
  readonly enabled?: boolean
  readonly notBefore?: number | null
  readonly expires?: number | null
  readonly operations?: readonly AzureKeyOperation[]
}

/** Keys without asking the service for them. */
export interface AzureKeyControl {
  /** Makes a key, or a version of one; a key of type `oct-HSM` in the managed HSM, every other in the vault by default. */
  createKey(
    name: string,
    options?: Partial<NewAzureKey> & AzureKeyPlace,
  ): Promise<{ readonly kid: string; readonly version: string }>
  rotateKey(name: string, place?: AzureKeyPlace): Promise<{ readonly kid: string; readonly version: string }>
  updateKey(name: string, change: AzureKeyChange, place?: AzureKeyVersionPlace): void
  disableKey(name: string, place?: AzureKeyVersionPlace): void
  enableKey(name: string, place?: AzureKeyVersionPlace): void
  /** Deletes softly: 404 for its use, 409 for its name. `inProgress`: 409 for both. */
  deleteKey(name: string, options?: AzureKeyPlace & { readonly inProgress?: boolean }): void
  recoverKey(name: string, place?: AzureKeyPlace): void
  /** Takes a key away for good. */
  purgeKey(name: string, place?: AzureKeyPlace): void
}

/** A mistake of the test. */
export function config(message: string): never {
  throw new WaxsealError('config', `fake Azure Key Vault: ${message}`)
}

// What the service would refuse is a mistake of the test where the test asks for it.
function asConfig(error: unknown): never {
  if (!(error instanceof Refusal)) throw error
  return config((error.reply.body as { error: { message: string } }).error.message)
}

export function createKeyControl(
  stores: Readonly<Record<KeyStore['kind'], KeyStore>>,
  urls: Readonly<Record<KeyStore['kind'], string>>,
  now: () => number,
): AzureKeyControl {
  const keyOf = (name: string, { store = 'vault' }: AzureKeyPlace = {}): AzureKey =>
    stores[store].keys.get(name.toLowerCase()) ?? config(`no key ${name} in the ${store}`)
  const versionsOf = (name: string, { version, ...place }: AzureKeyVersionPlace = {}): AzureKeyVersion[] => {
    const found = keyOf(name, place).versions.filter((candidate) => version === undefined || candidate.version === version)
    return found.length > 0 ? found : config(`no version ${version} of key ${name}`)
  }
  const identified = (store: KeyStore['kind'], { name }: AzureKey, { version }: AzureKeyVersion) => ({
    kid: `${urls[store]}/keys/${name}/${version}`,
    version,
  })
  const updateKey: AzureKeyControl['updateKey'] = (name, { enabled, notBefore, expires, operations }, place) => {
    for (const version of versionsOf(name, place)) {
      if (enabled !== undefined) version.enabled = enabled
      if (notBefore !== undefined) version.notBefore = notBefore ?? undefined
      if (expires !== undefined) version.expires = expires ?? undefined
      if (operations !== undefined) version.operations = operations
      version.updatedAt = now()
    }
  }
  return {
    async createKey(name, { store: asked, kty = 'RSA', ...options } = {}) {
      const store = asked ?? (kty === 'oct-HSM' ? 'managed-hsm' : 'vault')
      const { key, version } = await makeKey(stores[store], name, { kty, ...options }, now()).catch(asConfig)
      return identified(store, key, version)
    },
    async rotateKey(name, place = {}) {
      const key = keyOf(name, place)
      const { operations } = key.versions.at(-1)!
      return identified(place.store ?? 'vault', key, await addKeyVersion(key, { operations }, now()))
    },
    updateKey,
    disableKey: (name, place) => updateKey(name, { enabled: false }, place),
    enableKey: (name, place) => updateKey(name, { enabled: true }, place),
    deleteKey(name, { inProgress = false, ...place } = {}) {
      keyOf(name, place).state = inProgress ? 'being-deleted' : 'deleted'
    },
    recoverKey(name, place) {
      keyOf(name, place).state = 'live'
    },
    purgeKey(name, place = {}) {
      const { name: known } = keyOf(name, place)
      stores[place.store ?? 'vault'].keys.delete(known.toLowerCase())
    },
  }
}
