import { WaxsealError } from '@waxseal/core'
import { type Bytes, randomBytes, toHex } from '../bytes.js'

export type CryptoKeyVersionState = 'ENABLED' | 'DISABLED' | 'DESTROY_SCHEDULED' | 'DESTROYED'
export type ProtectionLevel = 'SOFTWARE' | 'HSM'

export interface CryptoKeyVersion {
  readonly name: string
  readonly number: number
  readonly material: Bytes
  readonly createdAt: number
  /** As set; a scheduled destruction comes about with time. */
  state: CryptoKeyVersionState
  destroyAt: number | undefined
}

export interface CryptoKey {
  readonly name: string
  readonly protectionLevel: ProtectionLevel
  readonly purpose: 'ENCRYPT_DECRYPT' | 'MAC'
  readonly createdAt: number
  /** Number n stands at n - 1. */
  readonly versions: CryptoKeyVersion[]
  primary: number
}

export interface CreateCryptoKeyOptions {
  /** The last part of its name. Default: a random one. */
  readonly cryptoKeyId?: string
  /** Default `waxseal`. */
  readonly keyRing?: string
  /** Default `global`. */
  readonly location?: string
  /** An HSM key takes at most 8 KiB of plaintext and associated data. Default `SOFTWARE`. */
  readonly protectionLevel?: ProtectionLevel
  /** A key for MAC refuses to encrypt. Default `ENCRYPT_DECRYPT`. */
  readonly purpose?: 'ENCRYPT_DECRYPT' | 'MAC'
}

/** What an administrator does. Keys and versions go by their full resource names. */
export interface GcpKeyControl {
  /** A new key with version 1; its name. */
  createKey(options?: CreateCryptoKeyOptions): string
  /** A new version, not primary; its name. */
  createVersion(keyName: string): string
  setPrimaryVersion(versionName: string): void
  /** A new version that is primary at once; its name. Older versions stay as they are. */
  rotateKey(keyName: string): string
  enableVersion(versionName: string): void
  disableVersion(versionName: string): void
  /** Scheduled for destruction, and gone for good after as many days (default 30). */
  destroyVersion(versionName: string, options?: { readonly afterDays?: number }): void
  /** Back from scheduled destruction, disabled. */
  restoreVersion(versionName: string): void
}

export interface KeyStore {
  readonly control: GcpKeyControl
  find(keyName: string): CryptoKey | undefined
  stateOf(version: CryptoKeyVersion, now: number): CryptoKeyVersionState
}

const DAY_MS = 86_400_000

const refuse = (message: string): never => {
  throw new WaxsealError('config', message)
}

const stateOf = ({ state, destroyAt }: CryptoKeyVersion, now: number): CryptoKeyVersionState =>
  destroyAt !== undefined && now >= destroyAt ? 'DESTROYED' : state

/** The keys of one project. */
export function createKeyStore(projectId: string, now: () => number): KeyStore {
  const keys = new Map<string, CryptoKey>()
  const find = (name: string): CryptoKey => keys.get(name) ?? refuse(`there is no key ${name}`)
  const findVersion = (name: string): { key: CryptoKey; version: CryptoKeyVersion } => {
    const [, keyName = '', number] = /^(.+)\/cryptoKeyVersions\/([1-9]\d*)$/.exec(name) ?? []
    const key = find(keyName)
    return { key, version: key.versions[Number(number) - 1] ?? refuse(`there is no version ${name}`) }
  }
  const addVersion = (key: CryptoKey): CryptoKeyVersion => {
    const number = key.versions.length + 1
    const own = { name: `${key.name}/cryptoKeyVersions/${number}`, number, material: randomBytes(32) }
    const version: CryptoKeyVersion = { ...own, createdAt: now(), state: 'ENABLED', destroyAt: undefined }
    key.versions.push(version)
    return version
  }
  const setState = (name: string, from: readonly CryptoKeyVersionState[], to: CryptoKeyVersionState): CryptoKeyVersion => {
    const { version } = findVersion(name)
    const state = stateOf(version, now())
    if (!from.includes(state)) refuse(`FAILED_PRECONDITION: ${name} is ${state}`)
    version.state = to
    version.destroyAt = undefined
    return version
  }

  const control: GcpKeyControl = {
    createKey({
      cryptoKeyId = `key-${toHex(randomBytes(6))}`,
      keyRing = 'waxseal',
      location = 'global',
      protectionLevel = 'SOFTWARE',
      purpose = 'ENCRYPT_DECRYPT',
    } = {}) {
      if (![cryptoKeyId, keyRing, location].every((part) => /^[A-Za-z0-9_-]{1,63}$/.test(part)))
        refuse('the parts of a name are 1 to 63 letters, digits, _ and -')
      const name = `projects/${projectId}/locations/${location}/keyRings/${keyRing}/cryptoKeys/${cryptoKeyId}`
      if (keys.has(name)) refuse(`ALREADY_EXISTS: ${name}`)
      const key: CryptoKey = { name, protectionLevel, purpose, createdAt: now(), versions: [], primary: 1 }
      keys.set(name, key)
      addVersion(key)
      return name
    },
    createVersion: (keyName) => addVersion(find(keyName)).name,
    setPrimaryVersion(versionName) {
      const { key, version } = findVersion(versionName)
      key.primary = version.number
    },
    rotateKey(keyName) {
      const key = find(keyName)
      const { name, number } = addVersion(key)
      key.primary = number
      return name
    },
    enableVersion: (name) => void setState(name, ['ENABLED', 'DISABLED'], 'ENABLED'),
    disableVersion: (name) => void setState(name, ['ENABLED', 'DISABLED'], 'DISABLED'),
    destroyVersion(name, { afterDays = 30 } = {}) {
      if (!(afterDays >= 0)) refuse('afterDays is a number of days')
      setState(name, ['ENABLED', 'DISABLED'], 'DESTROY_SCHEDULED').destroyAt = now() + afterDays * DAY_MS
    },
    restoreVersion: (name) => void setState(name, ['DESTROY_SCHEDULED'], 'DISABLED'),
  }
  return Object.freeze({ control: Object.freeze(control), find: (name: string) => keys.get(name), stateOf })
}
