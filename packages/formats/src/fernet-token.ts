import { WaxsealError } from '@waxseal/core'
import { concatBytes, fromBase64url, toBase64url } from '@waxseal/core/keys'
import { cbcHmacKey } from './cbc-hmac.js'
import { malformed } from './content.js'

const VERSION = 0x80
const TIME_AT = 1
const IV_AT = 9
const BODY_AT = 25
const MAC_BYTES = 32
const BLOCK_BYTES = 16
const MIN_TOKEN_BYTES = BODY_AT + BLOCK_BYTES + MAC_BYTES

/** The fewest characters of a token: of an empty plaintext. */
export const MIN_TOKEN_LENGTH = 100

/** A key of Fernet, its bytes out of reach. */
export interface FernetKey {
  /** A token of this time, in milliseconds since 1970. */
  seal(plaintext: Uint8Array, nowMs: number): Promise<string>
  /** The plaintext of a token, and the moment of which it says that it was made. */
  open(token: string): Promise<{ readonly plaintext: Uint8Array; readonly createdMs: number }>
}

const HEAD = /^gAAAAA[ABCD]/

/** Whether a text, or its bytes, begins as tokens do until the year 2106: version 128, and four bytes 0 of the time. */
export const isFernetToken = (value: unknown): boolean =>
  typeof value === 'string'
    ? HEAD.test(value)
    : value instanceof Uint8Array && HEAD.test(String.fromCharCode(...value.subarray(0, 7)))

/** The bytes of a token; `malformed` for what is none. */
function parse(token: string): Uint8Array {
  const data = token.length % 4 === 0 ? fromBase64url(token.replace(/={1,2}$/, '')) : undefined
  const blocks = data ? (data.length - BODY_AT - MAC_BYTES) / BLOCK_BYTES : 0
  if (!data || data[0] !== VERSION || data.length < MIN_TOKEN_BYTES || !Number.isInteger(blocks))
    return malformed('it is no Fernet token')
  return data
}

/** `version(1) ‖ time(8) ‖ iv(16) ‖ AES-128-CBC ‖ HMAC-SHA-256(32)` as padded base64url (github.com/fernet/spec). */
export function fernetKey(bytes: Uint8Array): FernetKey {
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32) throw new WaxsealError('config', 'a key of Fernet is 32 bytes')
  const key = cbcHmacKey(bytes.subarray(0, 16), bytes.subarray(16))
  return Object.freeze({
    async seal(plaintext: Uint8Array, nowMs: number) {
      const head = new Uint8Array(BODY_AT)
      head[0] = VERSION
      new DataView(head.buffer).setBigUint64(TIME_AT, BigInt(Math.floor(nowMs / 1000)))
      const iv = crypto.getRandomValues(head.subarray(IV_AT))
      const signed = concatBytes(head, await key.encrypt(iv, plaintext))
      const text = toBase64url(concatBytes(signed, await key.sign(signed)))
      return text + '='.repeat((4 - (text.length % 4)) % 4)
    },
    async open(token: string) {
      const data = parse(token)
      const signed = data.subarray(0, -MAC_BYTES)
      const parts = { iv: data.subarray(IV_AT, BODY_AT), body: signed.subarray(BODY_AT), signed, mac: data.subarray(-MAC_BYTES) }
      const plaintext = await key.open(parts)
      const seconds = new DataView(data.buffer, data.byteOffset).getBigUint64(TIME_AT)
      return { plaintext, createdMs: Number(seconds) * 1000 }
    },
  })
}

/** The 32 bytes of a key in its text form: 44 characters of padded base64 in either alphabet, as `cryptography` takes it. */
export function parseFernetKey(text: string): Uint8Array | undefined {
  if (!/^[\w+/-]{43}=$/.test(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}
