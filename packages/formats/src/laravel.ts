import { parseKey, WaxsealError } from '@waxseal/core'
import { concatBytes, fromBase64, toBase64 } from '@waxseal/core/keys'
import { aesGcmKey, NONCE_BYTES, TAG_BYTES } from './aes-gcm.js'
import { cbcHmacKey } from './cbc-hmac.js'
import { base64Member, checkLength, DEFAULT_MAX_BYTES, malformed, parseJson, textOf, utf8, writeContent } from './content.js'
import { type KeyList, keyList, openWithFirst } from './key-list.js'
import { type Layout, type LayoutCodec, memberOf } from './layout.js'
import { readPhpScalar, writePhpText } from './php-scalar.js'

const IV_BYTES = 16

/** Base64 of `{"iv":`; a JWE, whose header may begin so, has dots. */
const HEAD = 'eyJpdiI6'
const isLaravel = (value: unknown): value is string => typeof value === 'string' && value.startsWith(HEAD) && !value.includes('.')

export const laravelLayout: Layout = { name: 'laravel', commits: false, detects: isLaravel }

export interface LaravelOptions {
  /** `APP_KEY` as text (`base64:…`) or its 32 bytes, then `APP_PREVIOUS_KEYS`: the first seals, all open, in this order. */
  readonly keys: KeyList<string | Uint8Array>
  /** As in `config/app.php`; a value does not tell. Default `aes-256-cbc`. */
  readonly cipher?: 'aes-256-cbc' | 'aes-256-gcm' | undefined
  /** `text` of `encryptString` and of encrypted casts (default), `json` in it, or `serialized` by `encrypt`: text, number, boolean, null. */
  readonly as?: 'text' | 'json' | 'serialized' | undefined
  /** The longest value, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

interface Parts {
  readonly iv: string
  readonly value: string
  readonly mac: unknown
  readonly tag: unknown
}

interface Cipher {
  open(parts: Parts): Promise<Uint8Array>
  seal(plaintext: Uint8Array): Promise<Parts>
}

/** The code is over the base64 of both, one after the other. */
function cbc(bytes: Uint8Array): Cipher {
  const key = cbcHmacKey(bytes, bytes)
  return {
    async open({ iv, value, mac }) {
      const code = typeof mac === 'string' && /^[0-9a-f]{64}$/.test(mac) ? parseKey(mac) : malformed('mac is no hex of 32 bytes')
      return key.open({
        iv: base64Member(iv, 'iv', IV_BYTES),
        body: base64Member(value, 'value'),
        signed: utf8(iv + value),
        mac: code,
      })
    },
    async seal(plaintext) {
      const nonce = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const [iv, value] = [toBase64(nonce), toBase64(await key.encrypt(nonce, plaintext))]
      const code = await key.sign(utf8(iv + value))
      return { iv, value, mac: Array.from(code, (byte) => byte.toString(16).padStart(2, '0')).join(''), tag: '' }
    },
  }
}

function gcm(bytes: Uint8Array): Cipher {
  const key = aesGcmKey(bytes)
  return {
    open: async ({ iv, value, tag }) =>
      key.open(
        base64Member(iv, 'iv', NONCE_BYTES),
        concatBytes(base64Member(value, 'value'), base64Member(tag, 'tag', TAG_BYTES)),
      ),
    async seal(plaintext) {
      const { nonce, body } = await key.seal(plaintext)
      const [value, tag] = [body.subarray(0, -TAG_BYTES), body.subarray(-TAG_BYTES)].map(toBase64) as [string, string]
      return { iv: toBase64(nonce), value, mac: '', tag }
    },
  }
}

function keyBytes(key: string | Uint8Array): Uint8Array {
  const bytes = typeof key === 'string' ? parseKey(key.replace(/^base64:/, '')) : key
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32)
    throw new WaxsealError('config', 'a key of Laravel is base64: and 44 characters, or 32 bytes')
  return bytes
}

function parse(stored: string): Parts {
  const bytes = fromBase64(stored) ?? malformed('it is no value of Laravel')
  const json = parseJson(textOf(bytes))
  const [iv, value] = [memberOf(json, 'iv'), memberOf(json, 'value')]
  if (typeof iv !== 'string' || typeof value !== 'string') return malformed('it is no value of Laravel')
  return { iv, value, mac: memberOf(json, 'mac'), tag: memberOf(json, 'tag') }
}

/**
 * Reads and writes what Laravel's `Crypt` and encrypted casts store: base64 of JSON with `iv`, `value`, `mac`, `tag`. A value names
 * no key and is bound to nothing; under `aes-256-cbc` it commits to its key. Nothing is unserialised but texts, numbers, booleans and null. `config` for options that do not
 * fit; `open` throws `malformed`, `open_failed`, `too_large`.
 *
 * @example
 * const values = laravel({ keys: [env.APP_KEY, ...previous] })
 * const iban = await values.open(row.iban)
 */
export function laravel(options: LaravelOptions): LayoutCodec<string> {
  const { cipher = 'aes-256-cbc', as = 'text', maxBytes = DEFAULT_MAX_BYTES } = options
  if (!['text', 'json', 'serialized'].includes(as)) throw new WaxsealError('config', "as is 'text', 'json' or 'serialized'")
  if (!['aes-256-cbc', 'aes-256-gcm'].includes(cipher))
    throw new WaxsealError('config', "cipher is 'aes-256-cbc' or 'aes-256-gcm'")
  const make = cipher === 'aes-256-cbc' ? cbc : gcm
  const keys = keyList(options.keys, (key) => make(keyBytes(key)))
  if (keys.length === 0) throw new WaxsealError('config', 'laravel needs a key')
  return Object.freeze({
    ...laravelLayout,
    // The one key is that of the code as well.
    commits: cipher === 'aes-256-cbc',
    async open(stored: unknown) {
      if (typeof stored !== 'string') return malformed('a value of Laravel is a text')
      checkLength(stored.length, maxBytes)
      const parts = parse(stored)
      const text = textOf(await openWithFirst(keys, (key) => key.open(parts)))
      if (as === 'json') return parseJson(text)
      return as === 'serialized' ? readPhpScalar(text) : text
    },
    async seal(value: unknown) {
      const content = as === 'serialized' && typeof value === 'string' ? writePhpText(value) : value
      const { iv, value: body, mac, tag } = await keys[0]!.seal(writeContent(as === 'json' ? 'json' : 'text', content))
      return toBase64(utf8(JSON.stringify({ iv, value: body, mac, tag })))
    },
  })
}
