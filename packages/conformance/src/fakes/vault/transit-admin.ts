import type { Exchange, Reply } from '../exchange.js'
import { readFields } from './fields.js'
import { answered, refuse, unsupportedOperation, unsupportedPath, userError } from './reply.js'
import { addVersion, isTransitKeyType, newTransitKey, type TransitKey, type TransitMount } from './transit-key.js'

export interface TransitKeyConfig {
  readonly minDecryptionVersion?: number
  readonly minEncryptionVersion?: number
  readonly deletionAllowed?: boolean
}

/** `keys/…` and `config/keys`: everything but the use of keys. */
export function transitAdmin(mount: TransitMount, rest: string, exchange: Exchange, openbao: boolean): Reply {
  const writes = exchange.method === 'POST' || exchange.method === 'PUT'
  const [first, name = '', action, ...more] = rest.split('/')
  if (more.length > 0) return unsupportedPath()
  if (first === 'config') {
    if (name !== 'keys' || action !== undefined) return unsupportedPath()
    if (!writes) return unsupportedOperation()
    const fields = readFields(exchange, { disable_upsert: 'bool' })
    if (fields.has('disable_upsert')) mount.disableUpsert = fields.flag('disable_upsert')
    return answered({ data: { disable_upsert: mount.disableUpsert }, warnings: fields.warnings, mountType: 'transit' })
  }
  const key = mount.keys.get(name)
  if (action === undefined) return keyItself(mount, name, exchange, openbao)
  if (!writes) return unsupportedOperation()
  const fields = readFields(
    exchange,
    action === 'config' ? { min_decryption_version: 'int', min_encryption_version: 'int', deletion_allowed: 'bool' } : {},
    ['name'],
  )
  if (action === 'config') {
    if (!key) return userError(`no existing key named ${name} could be found`)
    configure(key, {
      ...(fields.has('min_decryption_version') ? { minDecryptionVersion: fields.int('min_decryption_version') } : {}),
      ...(fields.has('min_encryption_version') ? { minEncryptionVersion: fields.int('min_encryption_version') } : {}),
      ...(fields.has('deletion_allowed') ? { deletionAllowed: fields.flag('deletion_allowed') } : {}),
    })
  } else if (action === 'rotate') {
    if (!key) return userError('key not found')
    addVersion(key, exchange.now)
  } else if (openbao && (action === 'soft-delete' || action === 'soft-delete-restore')) {
    if (!key) return userError('key not found')
    key.softDeleted = action === 'soft-delete'
  } else return unsupportedPath()
  return answered({ data: keyData(key, openbao), warnings: fields.warnings, mountType: 'transit' })
}

function keyItself(mount: TransitMount, name: string, exchange: Exchange, openbao: boolean): Reply {
  const key = mount.keys.get(name)
  switch (exchange.method) {
    case 'GET':
      return key ? answered({ data: keyData(key, openbao), mountType: 'transit' }) : refuse(404)
    case 'POST':
    case 'PUT': {
      const fields = readFields(exchange, { type: 'string', derived: 'bool' }, ['name'])
      const type = fields.text('type') || 'aes256-gcm96'
      if (!isTransitKeyType(type)) return userError(`unknown key type ${type}`)
      const warnings = key ? [`key ${name} already existed`] : []
      const made = key ?? newTransitKey(name, type, fields.flag('derived'), exchange.now)
      mount.keys.set(name, made)
      return answered({
        data: keyData(made, openbao),
        warnings: [...fields.warnings, ...warnings],
        mountType: 'transit',
      })
    }
    case 'DELETE':
      if (!key) return userError('error deleting policy: could not delete key; not found')
      if (!key.deletionAllowed) return userError(`error deleting policy ${name}: deletion is not allowed for this key`)
      mount.keys.delete(name)
      return answered({})
    default:
      return unsupportedOperation()
  }
}

export function configure(key: TransitKey, config: TransitKeyConfig): void {
  const { minDecryptionVersion, minEncryptionVersion, deletionAllowed } = {
    minDecryptionVersion: key.minDecryptionVersion,
    minEncryptionVersion: key.minEncryptionVersion,
    deletionAllowed: key.deletionAllowed,
    ...config,
  }
  const latest = key.versions.length
  const lowest = Math.max(1, minDecryptionVersion)
  if (minDecryptionVersion < 0 || minEncryptionVersion < 0) userError('min version cannot be negative')
  if (lowest > latest) userError(`cannot set min decryption version of ${lowest}, latest key version is ${latest}`)
  if (minEncryptionVersion > latest)
    userError(`cannot set min encryption version of ${minEncryptionVersion}, latest key version is ${latest}`)
  if (minEncryptionVersion > 0 && minEncryptionVersion < lowest)
    userError(
      `cannot set min encryption/decryption values; min encryption version of ${minEncryptionVersion} must be greater than or equal to min decryption version of ${lowest}`,
    )
  key.minDecryptionVersion = lowest
  key.minEncryptionVersion = minEncryptionVersion
  key.deletionAllowed = deletionAllowed
}

function keyData(key: TransitKey, openbao: boolean): unknown {
  const versions = key.versions.map(({ createdAt }, i) => [String(i + 1), Math.floor(createdAt / 1000)] as const)
  return {
    name: key.name,
    type: key.type,
    derived: key.derived,
    ...(key.derived ? { kdf: 'hkdf_sha256', convergent_encryption: false } : {}),
    keys: Object.fromEntries(versions.slice(key.minDecryptionVersion - 1)),
    latest_version: key.versions.length,
    min_available_version: 0,
    min_decryption_version: key.minDecryptionVersion,
    min_encryption_version: key.minEncryptionVersion,
    deletion_allowed: key.deletionAllowed,
    exportable: false,
    allow_plaintext_backup: false,
    auto_rotate_period: 0,
    imported_key: false,
    supports_encryption: true,
    supports_decryption: true,
    supports_derivation: key.type !== 'rsa-2048',
    supports_signing: key.type === 'rsa-2048',
    ...(openbao ? { soft_deleted: key.softDeleted } : {}),
  }
}
