import { WaxsealError } from '@waxseal/core'
import { concatBytes, fromBase64, fromBase64url } from '@waxseal/core/keys'
import { aesGcmKey, NONCE_BYTES, TAG_BYTES } from './aes-gcm.js'
import { type ContentKind, checkKind, checkLength, DEFAULT_MAX_BYTES, malformed, parseJson, readContent } from './content.js'
import { type KeyList, keyList, openWithFirst } from './key-list.js'
import { type Layout, type LayoutReader, memberOf } from './layout.js'
import { type RailsSecret, railsKey } from './rails-key.js'

/** Three parts of base64, of which the second has 12 bytes and the third 16. */
const PARTS = /^([A-Za-z0-9+/_-]+={0,2})--([A-Za-z0-9+/_-]{16})--([A-Za-z0-9+/_-]{22}(?:==)?)$/

/** Of an initialisation vector and a tag. */
const MIN_END = 42

/** A line of dashes is none. */
const isRailsMessage = (value: unknown): value is string =>
  typeof value === 'string' && PARTS.test(value) && /[A-Za-z0-9]/.test(value.slice(-MIN_END))

export const railsMessageLayout: Layout = { name: 'rails-message', commits: false, detects: isRailsMessage }

export interface RailsMessageOptions {
  /** Keys of the encryptor and its `rotate`s, 32 bytes or `{ secret, salt }`: all open, in this order. */
  readonly keys: KeyList<Uint8Array | RailsSecret>
  /** What messages hold: `json` by a serialiser of JSON (default), or `text`. What Marshal wrote is not read. */
  readonly as?: ContentKind | undefined
  /** The purpose that messages were made for; one of another purpose does not open. */
  readonly purpose?: string | undefined
  /** The longest message, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
  /** Milliseconds since 1970, for messages that expire. */
  readonly now?: (() => number) | undefined
}

const decode = (text: string): Uint8Array =>
  (/[-_]/.test(text) || text.length % 4 !== 0 ? fromBase64url(text) : fromBase64(text)) ?? malformed('a part is no base64')

/** The envelope that Rails puts around what expires or has a purpose; undefined where there is none. */
function metadataOf(plaintext: Uint8Array): unknown {
  const text = new TextDecoder().decode(plaintext)
  return text.startsWith('{"_rails":') ? memberOf(parseJson(text), '_rails') : undefined
}

/**
 * Reads messages of Rails' `ActiveSupport::MessageEncryptor` with its default cipher: `ciphertext--iv--tag` in base64, AES-256-GCM.
 * Purpose and expiry are checked as Rails does. A message names no key, does not commit to one and is bound to nothing else.
 * `config` for options that do not fit; `open` throws `malformed`, `open_failed` (expired and of another purpose as well),
 * `too_large`.
 *
 * @example
 * const messages = railsMessage({ keys: { secret: secretKeyBase, salt: 'authenticated encrypted cookie' } })
 */
export function railsMessage(options: RailsMessageOptions): LayoutReader {
  const { purpose, maxBytes = DEFAULT_MAX_BYTES, now = Date.now } = options
  const kind = checkKind(options.as ?? 'json')
  const keys = keyList(options.keys, railsKey)
  if (keys.length === 0) throw new WaxsealError('config', 'railsMessage needs a key')

  function contentOf(plaintext: Uint8Array): unknown {
    const metadata = metadataOf(plaintext)
    const of = memberOf(metadata, 'pur') ?? undefined
    const expires = memberOf(metadata, 'exp') ?? undefined
    const late = expires !== undefined && !(typeof expires === 'string' && Date.parse(expires) > now())
    if (late || of !== purpose) throw new WaxsealError('open_failed', 'the message has expired, or another purpose')
    if (metadata === undefined) return readContent(kind, plaintext)
    const message = memberOf(metadata, 'message')
    return typeof message === 'string'
      ? readContent(kind, fromBase64(message) ?? malformed('the message is no base64'))
      : memberOf(metadata, 'data')
  }

  return Object.freeze({
    ...railsMessageLayout,
    async open(stored: unknown) {
      if (typeof stored !== 'string') return malformed('a message of Rails is a text')
      checkLength(stored.length, maxBytes)
      const [, data = '', iv = '', tag = ''] = PARTS.exec(stored) ?? malformed('it is no message of Rails')
      const [nonce, code] = [decode(iv), decode(tag)]
      if (nonce.length !== NONCE_BYTES || code.length !== TAG_BYTES) malformed('it is no message of Rails')
      const body = concatBytes(decode(data), code)
      return contentOf(await openWithFirst(keys, async (key) => aesGcmKey(await key()).open(nonce, body)))
    },
  })
}
