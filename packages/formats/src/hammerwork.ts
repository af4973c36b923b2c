import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { WaxsealError } from '@waxseal/core'
import { concatBytes, toBase64 } from '@waxseal/core/keys'
import { aesGcmKey, NONCE_BYTES, TAG_BYTES } from './aes-gcm.js'
import { base64Member, checkLength, DEFAULT_MAX_BYTES, jsonBytes, jsonIn, malformed } from './content.js'
import { inflate } from './inflate.js'
import { checkKeysById, type KeysById, keyFrom } from './keys-by-id.js'
import { type Layout, type LayoutCodec, memberOf, objectWith } from './layout.js'

const PAYLOAD = ['ciphertext', 'nonce', 'tag', 'metadata'] as const

/** A row of `hammerwork_jobs` that says that it is encrypted; some drivers give booleans as numbers. */
const isRow = (value: unknown): boolean => [true, 1, 't'].includes(memberOf(value, 'is_encrypted') as never)

const keyIdOf = (value: unknown): unknown =>
  memberOf(memberOf(objectWith(value, PAYLOAD), 'metadata'), 'key_id') ??
  (isRow(value)
    ? (memberOf(memberOf(value, 'encryption_metadata'), 'key_id') ?? memberOf(value, 'encryption_key_id'))
    : undefined)

export const hammerworkLayout: Layout = {
  name: 'hammerwork',
  commits: false,
  detects: (value) => isRow(value) || memberOf(objectWith(value, PAYLOAD), 'metadata') instanceof Object,
  keyIdOf(value) {
    const id = keyIdOf(value)
    return typeof id === 'string' ? id : undefined
  },
}

/** An encrypted payload of Hammerwork, as JSON. */
export interface HammerworkPayload {
  readonly ciphertext: string
  readonly nonce: string
  readonly tag: string
  readonly metadata: Readonly<Record<string, unknown>>
}

export interface HammerworkOptions {
  /** 32 bytes, by the id that the payload names. */
  readonly keys: KeysById
  /** The key that seals, and with what. Default: none. Algorithm: AES256GCM. */
  readonly write?: { readonly keyId: string; readonly algorithm?: 'AES256GCM' | 'ChaCha20Poly1305' } | undefined
  /** The largest payload, as it is stored and inflated, in bytes. Default 16 MiB. */
  readonly maxBytes?: number | undefined
  /** Milliseconds since 1970, for `encrypted_at`. */
  readonly now?: (() => number) | undefined
}

interface Found {
  readonly keyId: unknown
  readonly algorithm: unknown
  readonly compressed: boolean
  readonly hash: unknown
  readonly nonce: Uint8Array
  readonly body: Uint8Array
}

const bytesOf = (value: unknown, name: string, length?: number): Uint8Array => {
  if (!(value instanceof Uint8Array)) return base64Member(value, name, length)
  return length === undefined || value.length === length ? value : malformed(`${name} has another length`)
}

function find(stored: unknown, maxBytes: number): Found {
  const row = isRow(stored)
  const payload = row ? stored : objectWith(stored, PAYLOAD)
  const of = (name: string) => memberOf(payload, name)
  const held = of(row ? 'encrypted_payload' : 'ciphertext')
  if (typeof held === 'string' || held instanceof Uint8Array) checkLength(held.length, maxBytes)
  const ciphertext = bytesOf(held, 'the ciphertext')
  const tag = bytesOf(of(row ? 'encryption_tag' : 'tag'), 'the tag', TAG_BYTES)
  const metadata = of(row ? 'encryption_metadata' : 'metadata')
  return {
    keyId: keyIdOf(stored),
    algorithm: row ? (of('encryption_algorithm') ?? 'AES256GCM') : memberOf(metadata, 'algorithm'),
    compressed: memberOf(metadata, 'compressed') === true,
    hash: (row ? of('payload_hash') : memberOf(metadata, 'payload_hash')) ?? '',
    nonce: bytesOf(of(row ? 'encryption_nonce' : 'nonce'), 'the nonce', NONCE_BYTES),
    body: concatBytes(ciphertext, tag),
  }
}

async function decrypt(key: Uint8Array, { algorithm, nonce, body }: Found): Promise<Uint8Array> {
  if (algorithm === 'AES256GCM') return aesGcmKey(key).open(nonce, body)
  if (algorithm !== 'ChaCha20Poly1305') throw new WaxsealError('unsupported_suite', 'the algorithm of the payload is not known')
  const cipher = chacha(key, nonce)
  try {
    return cipher.decrypt(body)
  } catch {
    throw new WaxsealError('open_failed', 'the ciphertext does not open')
  }
}

function chacha(key: Uint8Array, nonce: Uint8Array) {
  if (!(key instanceof Uint8Array) || key.length !== 32) throw new WaxsealError('config', 'a key of Hammerwork is 32 bytes')
  return chacha20poly1305(key, nonce)
}

/**
 * Reads Hammerwork's encrypted payloads: the JSON of `EncryptedPayload`, as an object or as text, and rows of `hammerwork_jobs`
 * with their columns of bytes. Writes the JSON. It does not commit to its key, is bound to nothing, and its metadata can be changed
 * by whoever stores it; the SHA-256 of the plaintext stands beside it, which tells a short one to who guesses. `config` for options
 * that do not fit; `open` throws `malformed`, `key_not_found`, `unsupported_suite`, `open_failed`, `too_large`.
 *
 * @example
 * const payloads = hammerwork({ keys: (id) => keys.get(id) })
 * const payload = await payloads.open(job)
 */
export function hammerwork(options: HammerworkOptions): LayoutCodec<HammerworkPayload> {
  const { keys, write, maxBytes = DEFAULT_MAX_BYTES, now = Date.now } = options
  checkKeysById(keys)
  return Object.freeze({
    ...hammerworkLayout,
    async open(stored: unknown) {
      const found = find(stored, maxBytes)
      const { keyId } = found
      if (typeof keyId !== 'string' || keyId === '') return malformed('the payload names no key')
      const plain = await decrypt(await keyFrom(() => keys(keyId)), found)
      const bytes = found.compressed ? await inflate('gzip', plain, maxBytes) : plain
      if (found.hash !== '' && found.hash !== bytesToHex(sha256(bytes)))
        throw new WaxsealError('open_failed', 'the payload is not the one that was hashed')
      return jsonIn(bytes)
    },
    async seal(value: unknown) {
      if (!write) throw new WaxsealError('sealing_disabled', 'write names the key that seals')
      const { keyId, algorithm = 'AES256GCM' } = write
      const plaintext = jsonBytes(value)
      const key = await keyFrom(() => keys(keyId))
      const { nonce, body } = await encrypt(key, algorithm, plaintext)
      return {
        ciphertext: toBase64(body.subarray(0, -TAG_BYTES)),
        nonce: toBase64(nonce),
        tag: toBase64(body.subarray(-TAG_BYTES)),
        metadata: {
          algorithm,
          key_id: keyId,
          config_version: 1,
          compressed: false,
          encrypted_fields: [],
          retention_policy: 'UseDefault',
          encrypted_at: new Date(now()).toISOString(),
          delete_at: null,
          payload_hash: bytesToHex(sha256(plaintext)),
        },
      }
    },
  })
}

async function encrypt(key: Uint8Array, algorithm: string, plaintext: Uint8Array) {
  if (algorithm === 'AES256GCM') return aesGcmKey(key).seal(plaintext)
  if (algorithm !== 'ChaCha20Poly1305') throw new WaxsealError('config', "algorithm is 'AES256GCM' or 'ChaCha20Poly1305'")
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  return { nonce, body: chacha(key, nonce).encrypt(plaintext) }
}
