import { type Compression, WaxsealError } from '@waxseal/core'
import { concatBytes, fromBase64, toBase64 } from '@waxseal/core/keys'
import { openAesGcm, sealAesGcm } from './aes-gcm.js'
import { pack, unpack } from './ojs-compression.js'
import { malformed, type OjsKeys } from './ojs-job.js'

export const ENCRYPTED = 'binary/encrypted'
/** Names of AES-256-GCM in lists of encodings. */
const NAMES: readonly string[] = [ENCRYPTED, 'aes-256-gcm', 'AES-256-GCM']

const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1
const MAX_ENCODINGS = 8
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024

export interface OjsReadOptions {
  readonly keys: Pick<OjsKeys, 'getKey'>
  /** The largest inflated value, in bytes. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

export interface OjsWriteOptions {
  readonly keys: OjsKeys
  /** The key that encodes. Default: the provider's current one. */
  readonly keyId?: string | undefined
  /** `gzip` or `zstd` of `@waxseal/core`, applied from 1 KiB on where it makes the value smaller. Default: none. */
  readonly compress?: Compression | undefined
}

/** Encrypted bytes, and what a reader has to be told of them. */
export interface Encrypted {
  /** `nonce(12) ‖ ciphertext ‖ tag(16)` */
  readonly sealed: Uint8Array
  readonly keyId: string
  /** In the order in which they were applied. */
  readonly encodings: readonly string[]
}

async function keyOf(keys: Pick<OjsKeys, 'getKey'>, keyId: string): Promise<Uint8Array> {
  let key: Uint8Array | undefined
  try {
    key = await keys.getKey(keyId)
  } catch (cause) {
    if (WaxsealError.is(cause)) throw cause
    throw new WaxsealError('provider_unavailable', 'the key provider failed', { cause })
  }
  if (!key) throw new WaxsealError('key_not_found', 'there is no key with the id that the job names')
  return key
}

export function base64(text: unknown): Uint8Array {
  return fromBase64(text) ?? malformed('its data is no base64')
}

/** JSON, compressed if asked for, encrypted under a random nonce of its own. */
export async function encrypt(value: unknown, { keys, keyId: chosen, compress }: OjsWriteOptions): Promise<Encrypted> {
  const text = JSON.stringify(value)
  if (text === undefined) throw new WaxsealError('not_serialisable', 'what is encoded must be JSON')
  const keyId = chosen ?? keys.getCurrentKeyId()
  if (typeof keyId !== 'string' || keyId.length < 1 || keyId.length > 256)
    throw new WaxsealError('config', 'the id of a key is 1 to 256 characters')
  const { data, name } = pack(new TextEncoder().encode(text), compress)
  const sealed = await sealAesGcm(await keyOf(keys, keyId), data)
  return { sealed, keyId, encodings: [...(name ? [name] : []), ENCRYPTED] }
}

/** `0x01 ‖ nonce ‖ ciphertext ‖ tag` as base64: the bytes of the specification. */
export const versioned = (sealed: Uint8Array): string => toBase64(concatBytes(Uint8Array.of(VERSION), sealed))

/** The list of encodings in one word, outermost first: `binary/encrypted+gzip`. */
export const wordOf = (encodings: readonly string[]): string => encodings.toReversed().join('+').replaceAll('/plain', '')

/** What a reader found, not yet decoded. */
export interface Found {
  readonly bytes: Uint8Array
  readonly keyId: unknown
  /** Where it does not stand before the ciphertext. */
  readonly nonce?: Uint8Array | undefined
  readonly encodings: readonly unknown[]
}

/** A random nonce begins with the version byte once in 256 times: the tag decides. */
async function open(key: Uint8Array, bytes: Uint8Array, nonce: Uint8Array | undefined): Promise<Uint8Array> {
  if (nonce) {
    if (nonce.length !== NONCE_BYTES) malformed('its nonce is not 12 bytes long')
    return openAesGcm(key, concatBytes(nonce, bytes))
  }
  if (bytes[0] !== VERSION || bytes.length < 1 + NONCE_BYTES + TAG_BYTES) return openAesGcm(key, bytes)
  return openAesGcm(key, bytes.subarray(1)).catch(() => openAesGcm(key, bytes))
}

/** Undoes the encodings, last applied first; exactly one of them encrypts. */
export async function decode(found: Found, { keys, maxBytes = DEFAULT_MAX_BYTES }: OjsReadOptions): Promise<Uint8Array> {
  const { keyId, encodings } = found
  if (encodings.length > MAX_ENCODINGS) malformed('it lists too many encodings')
  const names = encodings.map((name) => (typeof name === 'string' ? name : malformed('an encoding is no text')))
  const encryptions = names.filter((name) => NAMES.includes(name)).length
  if (names.some((name) => /^binary\//.test(name) && !NAMES.includes(name)))
    throw new WaxsealError('unsupported_suite', 'the encryption of the job is not known')
  if (encryptions === 0) throw new WaxsealError('plaintext_rejected', 'the job is encoded, but not encrypted')
  if (encryptions > 1) malformed('it is encrypted twice')
  if (typeof keyId !== 'string' || keyId === '') return malformed('it names no key')
  let { bytes } = found
  for (const name of names.toReversed())
    bytes = NAMES.includes(name) ? await open(await keyOf(keys, keyId), bytes, found.nonce) : await unpack(name, bytes, maxBytes)
  return bytes
}

/** The JSON in decoded bytes. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The error of JSON.parse quotes what it read.
    return malformed('what it holds is no JSON')
  }
}
