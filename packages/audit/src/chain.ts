import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { fail } from './audit-error.js'

/** A key of the trail: kept outside the database whose trail it is, or whoever may write there can make the chain anew. */
export interface AuditKey {
  /** 1 to 64 characters of [a-z0-9-]; stands in every record. */
  readonly id: string
  /** 32 uniformly random bytes. */
  readonly key: Uint8Array
}

/** What stands before the first record. */
export const GENESIS = '0'.repeat(64)

const RECORD = utf8ToBytes('waxseal/v1/audit/record\0')
const CHECKPOINT = utf8ToBytes('waxseal/v1/audit/checkpoint\0')

/** The audit keys: the first one signs, all verify. */
export interface AuditKeys {
  readonly current: string
  has(id: string): boolean
  /** HMAC-SHA-256(key, label || previous hash (32 bytes) || UTF-8 of the text), in hexadecimal. */
  recordHash(keyId: string, previous: string, text: string): string
  checkpointHash(keyId: string, text: string): string
}

export function auditKeys(list: readonly AuditKey[]): AuditKeys {
  if (!Array.isArray(list) || list.length === 0) fail('config', 'an audit trail needs a key')
  const keys = new Map<string, ReturnType<typeof hmac.create>>()
  for (const { id, key } of list.map((entry): Partial<AuditKey> => entry ?? {})) {
    if (typeof id !== 'string' || !/^[a-z0-9-]{1,64}$/.test(id))
      fail('config', 'the id of an audit key is 1 to 64 characters of a-z, 0-9 and -')
    if (!(key instanceof Uint8Array) || key.length !== 32 || key.every((byte) => byte === 0))
      fail('config', 'an audit key is 32 random bytes')
    if (keys.has(id)) fail('config', 'two audit keys have the same id')
    // Prepared once; the bytes are not kept.
    keys.set(id, hmac.create(sha256, key))
  }
  const mac = (keyId: string, ...parts: Uint8Array[]): string => {
    const prepared = keys.get(keyId) ?? fail('config', 'a record names an audit key that is not configured')
    return bytesToHex(
      prepared
        .clone()
        .update(concatBytes(...parts))
        .digest(),
    )
  }
  return {
    current: list[0]!.id,
    has: (id) => keys.has(id),
    recordHash(keyId, previous, text) {
      if (!/^[0-9a-f]{64}$/.test(previous)) fail('tampered', 'a hash of the audit trail is not 64 hexadecimal digits')
      return mac(keyId, RECORD, hexToBytes(previous), utf8ToBytes(text))
    },
    checkpointHash: (keyId, text) => mac(keyId, CHECKPOINT, utf8ToBytes(text)),
  }
}

/** Compares two hashes without telling by its duration where they differ. */
export function sameHash(a: string, b: string): boolean {
  if (typeof a !== 'string' || typeof b !== 'string' || a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}
