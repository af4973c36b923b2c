import { changeVersions, writeVersion } from './kv-secret.js'
import type { Namespace } from './namespace.js'
import { asConfig, config, kvAt, transitAt, type VaultPlace } from './place.js'
import { configure, type TransitKeyConfig } from './transit-admin.js'
import { addVersion, newTransitKey, type TransitKey, type TransitKeyType } from './transit-key.js'

/** Secrets and keys without asking the server for them. */
export interface VaultEngineControl {
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

export function createEngineControl(namespaces: ReadonlyMap<string, Namespace>, now: () => number): VaultEngineControl {
  const keyOf = (name: string, place?: VaultPlace): TransitKey =>
    transitAt(namespaces, place).keys.get(name) ?? config(`no key ${name}`)
  return {
    writeSecret(path, data, place) {
      const mount = kvAt(namespaces, place)
      writeVersion(mount, path, data, now())
      return mount.secrets.get(path)!.current
    },
    deleteSecret: (path, versions, place) => changeVersions(kvAt(namespaces, place), path, versions, 'delete', now()),
    undeleteSecret: (path, versions, place) => changeVersions(kvAt(namespaces, place), path, versions, 'undelete', now()),
    destroySecret: (path, versions, place) => changeVersions(kvAt(namespaces, place), path, versions, 'destroy', now()),

    createKey(name, { type = 'aes256-gcm96', derived = false, ...place } = {}) {
      const { keys } = transitAt(namespaces, place)
      if (keys.has(name)) config(`key ${name} is there already`)
      keys.set(
        name,
        asConfig(() => newTransitKey(name, type, derived, now())),
      )
    },
    rotateKey(name, place) {
      const key = keyOf(name, place)
      addVersion(key, now())
      return key.versions.length
    },
    configureKey: (name, change, place) => asConfig(() => configure(keyOf(name, place), change)),
    softDeleteKey(name, place) {
      keyOf(name, place).softDeleted = true
    },
    restoreKey(name, place) {
      keyOf(name, place).softDeleted = false
    },
    deleteKey(name, place) {
      transitAt(namespaces, place).keys.delete(keyOf(name, place).name)
    },
    setUpsert(allowed, place) {
      transitAt(namespaces, place).disableUpsert = !allowed
    },
  }
}
