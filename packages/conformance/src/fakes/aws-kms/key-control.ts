import { WaxsealError } from '@waxseal/core'
import type { KeyStore, KmsKey } from './key-store.js'
import { KmsRefusal } from './refusal.js'

export interface CreateAwsKeyOptions {
  /** Default: the fake's. */
  readonly region?: string
  /** A multi-Region primary key, `mrk-`. Default false. */
  readonly multiRegion?: boolean
  readonly description?: string
  /** Default `ENCRYPT_DECRYPT`; a `SIGN_VERIFY` key refuses every operation of the fake but DescribeKey. */
  readonly keyUsage?: 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY'
}

/** What an administrator does. A key is named by its ARN, or in the fake's region by its id or alias. */
export interface AwsKeyControl {
  /** A new symmetric key; its ARN. */
  createKey(options?: CreateAwsKeyOptions): string
  /** A replica of a multi-Region key, with the same id and material; its ARN. */
  replicateKey(keyId: string, region: string): string
  /** New material for what is encrypted from now on, in every replica; what is old still decrypts. */
  rotateKey(keyId: string): void
  enableKey(keyId: string): void
  disableKey(keyId: string): void
  /** Pending deletion, and gone for good after the window (7 to 30 days, default 30). */
  scheduleKeyDeletion(keyId: string, options?: { readonly pendingWindowInDays?: number }): void
  /** Back from pending deletion, disabled. */
  cancelKeyDeletion(keyId: string): void
  createAlias(aliasName: string, keyId: string): void
  /** Leads an alias to another key of its region. */
  updateAlias(aliasName: string, keyId: string): void
  deleteAlias(aliasName: string, options?: { readonly region?: string }): void
}

const DAY_MS = 86_400_000

const refuse = (message: string): never => {
  throw new WaxsealError('config', message)
}

/** The administrator's side of a key store; what the service would refuse is `config`. */
export function createKeyControl({ store, region, now }: { store: KeyStore; region: string; now: () => number }): AwsKeyControl {
  const find = (keyId: string): KmsKey => {
    const [, arnRegion = region] = /^arn:aws:kms:([a-z0-9-]+):/.exec(keyId) ?? []
    try {
      return store.resolve(keyId, arnRegion, now())
    } catch (error) {
      if (error instanceof KmsRefusal) refuse(`${error.type}: ${error.message}`)
      throw error
    }
  }
  const setAlias = (aliasName: string, keyId: string): void => {
    if (!/^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/.test(aliasName)) refuse('an alias is alias/ and letters, digits, /, _ and -')
    store.setAlias(aliasName, find(keyId))
  }
  const setState = (keyId: string, state: 'Enabled' | 'Disabled'): void => {
    const key = find(keyId)
    if (key.state === 'PendingDeletion') refuse('KMSInvalidStateException: the key is pending deletion')
    key.state = state
  }
  const control: AwsKeyControl = {
    createKey({ region: where = region, multiRegion = false, description = '', keyUsage = 'ENCRYPT_DECRYPT' } = {}) {
      return store.add({ region: where, multiRegion, description, usage: keyUsage, createdAt: now() }).arn
    },
    replicateKey(keyId, where) {
      const key = find(keyId)
      if (key.primaryRegion === undefined) refuse('UnsupportedOperationException: the key is no multi-Region key')
      if (store.byId(key.id, where, now())) refuse('AlreadyExistsException: the key is in that region')
      return store.replicate(key, where).arn
    },
    rotateKey: (keyId) => store.rotate(find(keyId)),
    enableKey: (keyId) => setState(keyId, 'Enabled'),
    disableKey: (keyId) => setState(keyId, 'Disabled'),
    scheduleKeyDeletion(keyId, { pendingWindowInDays = 30 } = {}) {
      if (!Number.isInteger(pendingWindowInDays) || pendingWindowInDays < 7 || pendingWindowInDays > 30)
        refuse('pendingWindowInDays is 7 to 30')
      const key = find(keyId)
      key.state = 'PendingDeletion'
      key.deletionAt = now() + pendingWindowInDays * DAY_MS
    },
    cancelKeyDeletion(keyId) {
      const key = find(keyId)
      if (key.state !== 'PendingDeletion') refuse('KMSInvalidStateException: the key is not pending deletion')
      key.state = 'Disabled'
      key.deletionAt = undefined
    },
    createAlias: setAlias,
    updateAlias: setAlias,
    deleteAlias: (aliasName, { region: where = region } = {}) => store.removeAlias(aliasName, where),
  }
  return Object.freeze(control)
}
