import { gcmOpen, gcmSeal } from '../aes-gcm.js'
import { type Bytes, concat, sha256, toHex, utf8 } from '../bytes.js'
import type { KmsKey, Material } from './key-store.js'

/** Name and value, in any order, no name twice. */
export type EncryptionContext = readonly (readonly [string, string])[]

// magic (4) || key id (36) || material id (32) || check (4) || nonce (12) || ciphertext || tag (16)
// The check is the beginning of the SHA-256 of what precedes it: a damaged blob names no key.
const MAGIC = Uint8Array.of(1, 2, 2, 0)
const KEY_ID_BYTES = 36
const MATERIAL_AT = MAGIC.length + KEY_ID_BYTES
const CHECK_AT = MATERIAL_AT + 32
const HEADER_BYTES = CHECK_AT + 4

export interface NamedBlob {
  readonly keyId: string
  readonly materialId: string
  readonly header: Bytes
  readonly sealed: Bytes
}

/** Wraps under the newest material of the key. */
export async function sealBlob(key: KmsKey, plaintext: Uint8Array, context: EncryptionContext): Promise<Bytes> {
  const material = key.materials.at(-1)!
  const named = concat(MAGIC, utf8(key.id), hexBytes(material.id))
  const header = concat(named, (await sha256(named)).subarray(0, 4))
  return concat(header, await gcmSeal(material.bytes, plaintext, concat(header, contextBytes(context))))
}

/** What a blob says of itself; undefined where it is none. */
export async function readBlob(blob: Uint8Array): Promise<NamedBlob | undefined> {
  const header = blob.slice(0, HEADER_BYTES)
  if (header.length < HEADER_BYTES || MAGIC.some((byte, i) => byte !== header[i])) return undefined
  const check = (await sha256(header.subarray(0, CHECK_AT))).subarray(0, 4)
  if (toHex(check) !== toHex(header.subarray(CHECK_AT))) return undefined
  const keyId = new TextDecoder().decode(header.subarray(MAGIC.length, MATERIAL_AT))
  return { keyId, materialId: toHex(header.subarray(MATERIAL_AT, CHECK_AT)), header, sealed: blob.slice(HEADER_BYTES) }
}

/** Undefined where blob, material or encryption context do not fit. */
export const openBlob = (blob: NamedBlob, material: Material, context: EncryptionContext): Promise<Bytes | undefined> =>
  gcmOpen(material.bytes, blob.sealed, concat(blob.header, contextBytes(context)))

/** The context as associated data: each text after its length, sorted, as the order of the pairs does not matter. */
function contextBytes(context: EncryptionContext): Bytes {
  const sorted = [...context].sort(([a], [b]) => (a < b ? -1 : 1))
  return concat(
    ...sorted.flat().flatMap((text) => {
      const bytes = utf8(text)
      const length = new Uint8Array(4)
      new DataView(length.buffer).setUint32(0, bytes.length)
      return [length, bytes]
    }),
  )
}

const hexBytes = (hex: string): Bytes => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
