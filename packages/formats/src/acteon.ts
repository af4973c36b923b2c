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
import { openWithFirst } from './key-list.js'
import type { Layout, LayoutCodec } from './layout.js'

const HEAD = 'ENC[AES256-GCM,'
const SOPS_HEAD = 'ENC[AES256_GCM,'
/** What Acteon's own reader takes for a kid. */
const KID = /^[\w-]+$/

/** Also where its beginning was damaged: what ends like an envelope is one. */
const isActeon = (value: unknown): value is string => {
  if (typeof value !== 'string') return false
  const text = value.trim()
  if (text.startsWith(SOPS_HEAD)) return false
  return text.startsWith('ENC[') || /data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]*,tag:[A-Za-z0-9+/=]*\]$/.test(text)
}

interface Parts {
  readonly kid: string | undefined
  readonly data: string
  readonly iv: string
  readonly tag: string
}

/** From the right, since base64 holds no comma: so a kid may hold anything. */
function parse(value: string): Parts | undefined {
  const text = value.trim()
  if (!text.startsWith(HEAD) || !text.endsWith(']')) return undefined
  const body = text.slice(HEAD.length, -1)
  const [tagAt, ivAt] = [body.lastIndexOf(',tag:'), body.lastIndexOf(',iv:')]
  const dataAt = body.lastIndexOf('data:', ivAt)
  if (dataAt < 0 || ivAt < dataAt || tagAt < ivAt) return undefined
  const name = body.slice(0, dataAt)
  if (name !== '' && !/^kid:.+,$/s.test(name)) return undefined
  return {
    kid: name === '' ? undefined : name.slice('kid:'.length, -1),
    data: body.slice(dataAt + 'data:'.length, ivAt),
    iv: body.slice(ivAt + ',iv:'.length, tagAt),
    tag: body.slice(tagAt + ',tag:'.length),
  }
}

export const acteonLayout: Layout = {
  name: 'acteon',
  commits: false,
  detects: isActeon,
  keyIdOf: (value) => (isActeon(value) ? parse(value)?.kid : undefined),
}

export interface ActeonOptions {
  /** 32 bytes each, as in `ACTEON_PAYLOAD_KEYS`: the first seals. A value that names no key is tried with all, in this order. */
  readonly keys: readonly { readonly kid: string; readonly key: Uint8Array }[]
  /** What values hold: JSON as in payloads and state (default), or text. */
  readonly as?: ContentKind | undefined
  /** The longest value, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

/**
 * Reads and writes Acteon's `ENC[AES256-GCM,kid:…,data:…,iv:…,tag:…]`, also without a kid as older versions wrote it, and what
 * Acteon itself takes for plaintext: an empty content, a kid with other characters. What begins or ends like such a value and is
 * none is an error. The layout does not commit to its key and is bound to nothing. `config` for options that do not fit; `open`
 * throws `malformed`, `key_not_found` for a kid that is not there, `open_failed`, `too_large`; `seal` throws `not_serialisable` for
 * what Acteon could not read again.
 *
 * @example
 * const payloads = acteon({ keys: [{ kid: 'k1', key }] })
 * const payload = await payloads.open(audit.action_payload)
 */
export function acteon(options: ActeonOptions): LayoutCodec<string> {
  const { maxBytes = DEFAULT_MAX_BYTES } = options
  const kind = checkKind(options.as ?? 'json')
  const keys = new Map(options.keys.map(({ kid, key }) => [kid, aesGcmKey(key)]))
  const [current] = options.keys
  if (!current || keys.size < options.keys.length) throw new WaxsealError('config', 'keys are a list, each with a kid of its own')

  function keysFor(kid: string | undefined) {
    if (kid === undefined) return [...keys.values()]
    const key = keys.get(kid)
    if (!key) throw new WaxsealError('key_not_found', 'there is no key with the kid that the value names')
    return [key]
  }

  return Object.freeze({
    ...acteonLayout,
    async open(stored: unknown) {
      if (typeof stored !== 'string') return malformed('an envelope of Acteon is a text')
      checkLength(stored.length, maxBytes)
      const parts = parse(stored) ?? malformed('it is no envelope of Acteon')
      const body = concatBytes(base64Member(parts.data, 'data'), base64Member(parts.tag, 'tag', TAG_BYTES))
      const iv = base64Member(parts.iv, 'iv', NONCE_BYTES)
      return readContent(kind, await openWithFirst(keysFor(parts.kid), (key) => key.open(iv, body)))
    },
    async seal(value: unknown) {
      if (!KID.test(current.kid)) throw new WaxsealError('config', 'Acteon reads a kid of letters, digits, _ and - alone')
      const plaintext = writeContent(kind, value)
      if (plaintext.length === 0) throw new WaxsealError('not_serialisable', 'Acteon reads no empty content')
      const { nonce, body } = await keys.get(current.kid)!.seal(plaintext)
      const [data, tag] = [body.subarray(0, -TAG_BYTES), body.subarray(-TAG_BYTES)].map(toBase64)
      return `${HEAD}kid:${current.kid},data:${data},iv:${toBase64(nonce)},tag:${tag}]`
    },
  })
}
