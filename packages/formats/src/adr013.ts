import { type LegacyCall, type MaybePromise, WaxsealError } from '@waxseal/core'
import { concatBytes, toBase64 } from '@waxseal/core/keys'
import { aesGcmKey, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './aes-gcm.js'
import { base64Member, checkLength, DEFAULT_MAX_BYTES, jsonBytes, jsonIn, malformed } from './content.js'
import { keyFrom } from './keys-by-id.js'
import { type Layout, type LayoutCodec, objectWith } from './layout.js'

const MEMBERS = ['ciphertext', 'iv', 'authTag', 'keyId'] as const

/** A record as ADR-013 of ApartmentDibs lays it out: all members are base64, `keyId` is the wrapped data key. */
export type Adr013Record = { readonly [member in (typeof MEMBERS)[number]]: string }

const isRecord = (value: unknown): boolean => objectWith(value, MEMBERS) !== undefined

export const adr013Layout: Layout = { name: 'adr-013', commits: false, detects: isRecord }

export interface Adr013Options {
  /** The 32 bytes of a data key by its wrapped form; whoever wrote the record chose that. Called for every record: a cache is yours. */
  readonly unwrapKey: (wrapped: Uint8Array, call: LegacyCall) => MaybePromise<Uint8Array>
  /** A new data key and its wrapped form, for each record that is written. Without it nothing is. */
  readonly generateKey?: (() => MaybePromise<{ readonly key: Uint8Array; readonly wrapped: Uint8Array }>) | undefined
  /** The longest ciphertext, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

/**
 * Reads and writes records of ADR-013 in JSONB, as an object or as text: AES-256-GCM over JSON under a data key that a key service
 * wrapped, without associated data. It does not commit to its key and is bound to nothing. `config` for options that do not fit;
 * `open` throws `malformed`, `open_failed`, `too_large`, and what `unwrapKey` throws (`provider_unavailable`, unless it is a
 * WaxsealError).
 *
 * @example
 * const records = adr013({ unwrapKey: async (wrapped) => (await kms.decrypt({ CiphertextBlob: wrapped })).Plaintext })
 * const profile = await records.open(tenant.piiData)
 */
export function adr013(options: Adr013Options): LayoutCodec<Adr013Record> {
  const { unwrapKey, generateKey, maxBytes = DEFAULT_MAX_BYTES } = options
  if (typeof unwrapKey !== 'function') throw new WaxsealError('config', 'unwrapKey is a function')
  return Object.freeze({
    ...adr013Layout,
    async open(stored: unknown, call: LegacyCall = {}) {
      const { ciphertext, iv, authTag, keyId } = objectWith(stored, MEMBERS) ?? malformed('it is no record of ADR-013')
      if (typeof ciphertext === 'string') checkLength(ciphertext.length, maxBytes)
      const body = concatBytes(base64Member(ciphertext, 'ciphertext'), base64Member(authTag, 'authTag', TAG_BYTES))
      const nonce = base64Member(iv, 'iv', NONCE_BYTES)
      const wrapped = base64Member(keyId, 'keyId')
      const key = await keyFrom(() => unwrapKey(wrapped, call))
      // Whoever wrote the record chose what was unwrapped.
      if (key instanceof Uint8Array && key.length !== KEY_BYTES)
        throw new WaxsealError('open_failed', 'what the record holds wrapped is no key of 32 bytes')
      return jsonIn(await aesGcmKey(key).open(nonce, body))
    },
    async seal(value: unknown) {
      if (!generateKey) throw new WaxsealError('sealing_disabled', 'generateKey makes the data keys that seal')
      const plaintext = jsonBytes(value)
      let wrapped: Uint8Array | undefined
      const key = await keyFrom(async () => {
        const made = await generateKey()
        wrapped = made.wrapped
        return made.key
      })
      const { nonce, body } = await aesGcmKey(key).seal(plaintext)
      return {
        ciphertext: toBase64(body.subarray(0, -TAG_BYTES)),
        iv: toBase64(nonce),
        authTag: toBase64(body.subarray(-TAG_BYTES)),
        keyId: toBase64(wrapped!),
      }
    },
  })
}
