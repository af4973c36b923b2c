import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { WaxsealError } from '@waxseal/core'
import { fromBase64url, toBase64url } from '@waxseal/core/keys'
import { aesGcmKey } from './aes-gcm.js'
import { checkLength, DEFAULT_MAX_BYTES, malformed, textOf, utf8, writeContent } from './content.js'
import type { Layout, LayoutCodec } from './layout.js'

const HEAD = 'v1.aesgcm256.'
const KEY = /^k1\.aesgcm256\.([\w-]{43})=?$/
const FINGERPRINT = /^[0-9a-f]{8}$/i
const IV_LENGTH = 16

const isCloaked = (value: unknown): value is string => typeof value === 'string' && value.startsWith(HEAD)

export const cloakLayout: Layout = {
  name: 'cloak',
  commits: false,
  detects: isCloaked,
  keyIdOf: (value) => (isCloaked(value) ? /^[0-9a-f]{8}(?=\.)/i.exec(value.slice(HEAD.length))?.[0].toLowerCase() : undefined),
}

export interface CloakOptions {
  /** Keys as text, `k1.aesgcm256.…`: the first seals; a value names its key by a fingerprint of that text. */
  readonly keys: readonly string[]
  /** The longest value, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

function keyOf(text: string) {
  const bytes = fromBase64url(KEY.exec(text)?.[1])
  if (!bytes) throw new WaxsealError('config', 'a key of cloak is k1.aesgcm256. and 44 characters of base64url')
  return { fingerprint: bytesToHex(sha256(utf8(text))).slice(0, 8), key: aesGcmKey(bytes) }
}

/** By places, not by a pattern: values may be long. */
function parse(stored: string) {
  const fingerprint = stored.slice(HEAD.length, HEAD.length + 8)
  const ivAt = HEAD.length + 9
  const textAt = ivAt + IV_LENGTH + 1
  const text = stored.slice(textAt)
  if (!isCloaked(stored) || !FINGERPRINT.test(fingerprint) || stored[ivAt - 1] !== '.' || stored[textAt - 1] !== '.')
    return undefined
  const nonce = fromBase64url(stored.slice(ivAt, textAt - 1))
  const body = text.length % 4 === 0 ? fromBase64url(text.endsWith('==') ? text.slice(0, -2) : text.replace(/=$/, '')) : undefined
  return nonce && body && { fingerprint, nonce, body }
}

const padded = (text: string): string => text + '='.repeat((4 - (text.length % 4)) % 4)

/**
 * Reads and writes `v1.aesgcm256.…` of 47ng's cloak, as `prisma-field-encryption` stores it: AES-256-GCM over text, without
 * associated data. It does not commit to its key and is bound to nothing; the key is chosen by its fingerprint of 32 bits. `config`
 * for options that do not fit; `open` throws `malformed`, `key_not_found`, `open_failed`, `too_large`.
 *
 * @example
 * const fields = cloak({ keys: [env.CLOAK_MASTER_KEY] })
 * const name = await fields.open(row.name)
 */
export function cloak({ keys: texts, maxBytes = DEFAULT_MAX_BYTES }: CloakOptions): LayoutCodec<string, unknown> {
  const keys = texts.map(keyOf)
  const [current] = keys
  if (!current || new Set(keys.map(({ fingerprint }) => fingerprint)).size < keys.length)
    throw new WaxsealError('config', 'keys are a list of different keys')
  return Object.freeze({
    ...cloakLayout,
    async open(stored: unknown) {
      if (typeof stored !== 'string') return malformed('a value of cloak is a text')
      checkLength(stored.length, maxBytes)
      const { fingerprint, nonce, body } = parse(stored) ?? malformed('it is no value of cloak')
      const found = keys.find((key) => key.fingerprint === fingerprint.toLowerCase())
      if (!found) throw new WaxsealError('key_not_found', 'there is no key with the fingerprint that the value names')
      return textOf(await found.key.open(nonce, body))
    },
    async seal(value: unknown) {
      const { nonce, body } = await current.key.seal(writeContent('text', value))
      return `${HEAD}${current.fingerprint}.${toBase64url(nonce)}.${padded(toBase64url(body))}`
    },
  })
}
