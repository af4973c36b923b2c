import { WaxsealError } from '@waxseal/core'
import { concatBytes, fromBase64, toBase64 } from '@waxseal/core/keys'
import { adkFernetKey, isAdkFernet } from './adk-fernet.js'
import { aesGcmKey, openNoncePrefixed, sealNoncePrefixed } from './aes-gcm.js'
import { checkLength, DEFAULT_MAX_BYTES, jsonBytes, jsonIn, malformed } from './content.js'
import { MIN_TOKEN_LENGTH } from './fernet-token.js'
import { type KeyList, keyList, openWithFirst } from './key-list.js'
import type { Layout, LayoutCodec } from './layout.js'

const VERSION = 1
const FERNET = 1
const AES_GCM = 2
const HEADER_BYTES = 2
const AES_GCM_MIN_BYTES = HEADER_BYTES + 28
const FERNET_MIN_BYTES = HEADER_BYTES + MIN_TOKEN_LENGTH

export interface AdkSecureSessionsOptions {
  /** Keys of `AesGcmBackend`, 32 bytes each: the first seals, all open. */
  readonly aesGcm?: KeyList<Uint8Array> | undefined
  /** Keys of `FernetBackend`: texts of Fernet keys (44 characters), anything else is a passphrase. The first seals, all open. */
  readonly fernet?: KeyList<string> | undefined
  /** Which of them writes. Default: `aes-gcm` where it has a key. */
  readonly write?: 'aes-gcm' | 'fernet' | undefined
  /** The longest cell, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
  /** Milliseconds since 1970, for the time in Fernet tokens. */
  readonly now?: (() => number) | undefined
}

/** A column of adk-secure-sessions: the text of its cells from and to JSON values. NULL stays NULL: that is up to whoever writes the row. */
export type AdkSecureSessions = LayoutCodec<string>

/** Whether a text has the shape of a cell: base64 of version 1, one of the two backends, and what that writes. */
export function isAdkCell(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 40 || !value.startsWith('AQ') || !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
    return false
  const head = fromBase64(value.slice(0, 8))
  const bytes = Math.floor((value.replace(/=+$/, '').length * 3) / 4)
  if (head?.[1] === AES_GCM) return bytes >= AES_GCM_MIN_BYTES
  return head?.[1] === FERNET && isAdkFernet(head.subarray(HEADER_BYTES)) && bytes >= FERNET_MIN_BYTES
}

export const adkLayout: Layout = { name: 'adk-secure-sessions', commits: false, detects: isAdkCell }

function parse(cell: unknown, maxBytes: number): { readonly backend: number; readonly sealed: Uint8Array } {
  if (typeof cell !== 'string') return malformed('a cell is a text')
  checkLength(cell.length, maxBytes)
  const envelope = fromBase64(cell)
  if (!envelope || envelope.length <= HEADER_BYTES) return malformed('the cell is no base64 of an envelope')
  if (envelope[0] !== VERSION) throw new WaxsealError('unsupported_version', 'the version of the cell is not known')
  return { backend: envelope[1]!, sealed: envelope.subarray(HEADER_BYTES) }
}

/**
 * Reads and writes the cells of adk-secure-sessions (`state` and `event_data` of its four tables): base64 of `01 ‖ backend ‖
 * ciphertext` over JSON. A cell names its backend and no key: the keys are tried in their order. It does not commit to its key
 * and is bound to nothing, so cells can be exchanged. `config` without keys or with one that does not fit; `open` throws
 * `malformed`, `unsupported_version`, `unsupported_suite` for a third backend, `key_not_found` where that backend has no key,
 * `open_failed`, `too_large`. A passphrase is stretched once, at first use, which takes a good part of a second.
 *
 * @example
 * const cells = adkSecureSessions({ aesGcm: key })
 * const state = await cells.open(row.state)
 * row.state = await cells.seal({ ...state, step: 2 })
 */
export function adkSecureSessions(options: AdkSecureSessionsOptions): AdkSecureSessions {
  const { maxBytes = DEFAULT_MAX_BYTES, now = Date.now } = options
  const aesGcm = keyList(options.aesGcm, aesGcmKey)
  const fernet = keyList(options.fernet, adkFernetKey)
  if (aesGcm.length + fernet.length === 0) throw new WaxsealError('config', 'adkSecureSessions needs a key: aesGcm or fernet')
  const write = options.write ?? (aesGcm.length > 0 ? 'aes-gcm' : 'fernet')
  if (write !== 'aes-gcm' && write !== 'fernet') throw new WaxsealError('config', "write is 'aes-gcm' or 'fernet'")
  if ((write === 'aes-gcm' ? aesGcm : fernet).length === 0) throw new WaxsealError('config', `there is no key for ${write}`)

  function openedBy(backend: number, sealed: Uint8Array): Promise<Uint8Array> {
    if (backend === AES_GCM) return openWithFirst(aesGcm, (key) => openNoncePrefixed(key, sealed))
    if (backend === FERNET) return openWithFirst(fernet, (key) => key.open(sealed))
    throw new WaxsealError('unsupported_suite', 'the backend of the cell is not known')
  }

  return Object.freeze({
    ...adkLayout,
    async open(cell: unknown) {
      const { backend, sealed } = parse(cell, maxBytes)
      return jsonIn(await openedBy(backend, sealed))
    },
    async seal(value: unknown) {
      const plaintext = jsonBytes(value)
      const byAesGcm = write === 'aes-gcm'
      const sealed = byAesGcm ? await sealNoncePrefixed(aesGcm[0]!, plaintext) : await fernet[0]!.seal(plaintext, now())
      return toBase64(concatBytes(Uint8Array.of(VERSION, byAesGcm ? AES_GCM : FERNET), sealed))
    },
  })
}
