import { gcmOpen, gcmSeal } from '../aes-gcm.js'
import { type Bytes, concat, sha256, toHex, utf8 } from '../bytes.js'
import type { CryptoKey, CryptoKeyVersion } from './key-store.js'

// magic (2) || hash of the key's name (16) || version (4, big-endian) || check (4) || nonce (12) || ciphertext || tag (16)
// The check is the beginning of the SHA-256 of what precedes it: a damaged ciphertext names no key.
const MAGIC = Uint8Array.of(0x0a, 0x24)
const VERSION_AT = 18
const CHECK_AT = 22
const HEADER_BYTES = 26

export interface NamedCiphertext {
  /** Whether it says that it is of this key. */
  readonly isOf: (key: CryptoKey) => Promise<boolean>
  readonly version: number
  readonly header: Bytes
  readonly sealed: Bytes
}

export async function sealCiphertext(
  key: CryptoKey,
  version: CryptoKeyVersion,
  { plaintext, aad }: { plaintext: Uint8Array; aad: Uint8Array },
): Promise<Bytes> {
  const number = new Uint8Array(4)
  new DataView(number.buffer).setUint32(0, version.number)
  const named = concat(MAGIC, await nameHash(key), number)
  const header = concat(named, (await sha256(named)).subarray(0, 4))
  return concat(header, await gcmSeal(version.material, plaintext, concat(header, aad)))
}

/** What a ciphertext says of itself; undefined where it is none. */
export async function readCiphertext(bytes: Uint8Array): Promise<NamedCiphertext | undefined> {
  const header = Uint8Array.from(bytes.subarray(0, HEADER_BYTES))
  if (header.length < HEADER_BYTES || MAGIC.some((byte, i) => byte !== header[i])) return undefined
  const check = (await sha256(header.subarray(0, CHECK_AT))).subarray(0, 4)
  if (toHex(check) !== toHex(header.subarray(CHECK_AT))) return undefined
  const name = toHex(header.subarray(MAGIC.length, VERSION_AT))
  return {
    isOf: async (key) => toHex(await nameHash(key)) === name,
    version: new DataView(header.buffer).getUint32(VERSION_AT),
    header,
    sealed: Uint8Array.from(bytes.subarray(HEADER_BYTES)),
  }
}

/** Undefined where ciphertext, version or associated data do not fit. */
export const openCiphertext = (
  { header, sealed }: NamedCiphertext,
  version: CryptoKeyVersion,
  aad: Uint8Array,
): Promise<Bytes | undefined> => gcmOpen(version.material, sealed, concat(header, aad))

const nameHash = async (key: CryptoKey): Promise<Bytes> => (await sha256(utf8(key.name))).slice(0, 16)
