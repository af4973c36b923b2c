import { WaxsealError } from '@waxseal/core'
import { concatBytes, toBase64 } from '@waxseal/core/keys'
import { aesGcmKey, NONCE_BYTES, TAG_BYTES } from './aes-gcm.js'
import {
  base64Member,
  type ContentKind,
  checkKind,
  checkLength,
  DEFAULT_MAX_BYTES,
  malformed,
  readContent,
  writeContent,
} from './content.js'
import { inflate } from './inflate.js'
import { type KeyList, keyList, openWithFirst } from './key-list.js'
import { type Layout, type LayoutCodec, memberOf, objectWith } from './layout.js'
import { type RailsSecret, railsKey } from './rails-key.js'

const MEMBERS = ['p', 'h'] as const

const isRailsRecord = (value: unknown): boolean => objectWith(memberOf(objectWith(value, MEMBERS), 'h'), ['iv']) !== undefined

export const railsRecordLayout: Layout = { name: 'rails', commits: false, detects: isRailsRecord }

export interface RailsRecordOptions {
  /** `primary_key` and its predecessors, of deterministic attributes the deterministic ones: the first seals, all open, in this order. */
  readonly keys: KeyList<Uint8Array | RailsSecret>
  /** What attributes hold. Default `text`. */
  readonly as?: ContentKind | undefined
  /** The largest value, as it is stored and inflated, in bytes. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

interface Message {
  readonly nonce: Uint8Array
  readonly body: Uint8Array
  readonly headers: unknown
}

/** `{ p: ciphertext, h: { iv, at, … } }`, all of it base64. */
function parse(value: unknown): Message {
  const message = objectWith(value, MEMBERS) ?? malformed('it is no encrypted attribute of Rails')
  const headers = memberOf(message, 'h')
  const tag = base64Member(memberOf(headers, 'at'), 'h.at', TAG_BYTES)
  const nonce = base64Member(memberOf(headers, 'iv'), 'h.iv', NONCE_BYTES)
  return { nonce, body: concatBytes(base64Member(memberOf(message, 'p'), 'p'), tag), headers }
}

/**
 * Reads and writes attributes of Rails' `ActiveRecord::Encryption`: JSON `{ p, h: { iv, at } }`, compressed (`h.c`) and with a data
 * key of its own (`h.k`) as well, AES-256-GCM without associated data. It does not commit to its key and is bound to nothing; what
 * `h` says is not authenticated. `config` for options that do not fit; `open` throws `malformed`, `open_failed`, `too_large`.
 *
 * @example
 * const attributes = railsRecord({ keys: { secret: primaryKey, salt: keyDerivationSalt } })
 * const email = await attributes.open(row.email)
 */
export function railsRecord(options: RailsRecordOptions): LayoutCodec<string> {
  const { maxBytes = DEFAULT_MAX_BYTES } = options
  const kind = checkKind(options.as ?? 'text')
  const keys = keyList(options.keys, railsKey)
  if (keys.length === 0) throw new WaxsealError('config', 'railsRecord needs a key')
  const openUnderKeys = ({ nonce, body }: Message) => openWithFirst(keys, async (key) => aesGcmKey(await key()).open(nonce, body))

  async function plaintextOf(message: Message): Promise<Uint8Array> {
    const wrapped = memberOf(message.headers, 'k')
    if (wrapped === undefined) return openUnderKeys(message)
    const dataKey = await openUnderKeys(parse(wrapped))
    if (dataKey.length !== 32) malformed('the data key has another length')
    return aesGcmKey(dataKey).open(message.nonce, message.body)
  }

  return Object.freeze({
    ...railsRecordLayout,
    async open(stored: unknown) {
      if (typeof stored === 'string') checkLength(stored.length, maxBytes)
      const message = parse(stored)
      const plaintext = await plaintextOf(message)
      const compressed = memberOf(message.headers, 'c') === true
      return readContent(kind, compressed ? await inflate('deflate', plaintext, maxBytes) : plaintext)
    },
    async seal(value: unknown) {
      const { nonce, body } = await aesGcmKey(await keys[0]!()).seal(writeContent(kind, value))
      const [p, at] = [body.subarray(0, -TAG_BYTES), body.subarray(-TAG_BYTES)].map(toBase64)
      return JSON.stringify({ p, h: { iv: toBase64(nonce), at } })
    },
  })
}
