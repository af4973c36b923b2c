import { WaxsealError } from '@waxseal/core'
import { concatBytes, fromBase64url, toBase64url } from '@waxseal/core/keys'

const VERSION = 0x80
const TIME_AT = 1
const IV_AT = 9
const BODY_AT = 25
const MAC_BYTES = 32
const BLOCK_BYTES = 16
const MIN_TOKEN_BYTES = BODY_AT + BLOCK_BYTES + MAC_BYTES

/** The fewest characters of a token: of an empty plaintext. */
export const MIN_TOKEN_LENGTH = 100

type Bytes = Uint8Array<ArrayBuffer>

/** A key of Fernet, its bytes out of reach. */
export interface FernetKey {
  /** A token of this time, in milliseconds since 1970. */
  seal(plaintext: Uint8Array, nowMs: number): Promise<string>
  /** The plaintext of a token, and the moment of which it says that it was made. */
  open(token: string): Promise<{ readonly plaintext: Uint8Array; readonly createdMs: number }>
}

/** Whether a text has the shape of a token. Its first bytes are the version and the high half of the time, which is 0 until 2106. */
export const isFernetToken = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('gAAAA') && value.length >= MIN_TOKEN_LENGTH && /^[\w-]+={0,2}$/.test(value)

const malformed = (): never => {
  throw new WaxsealError('malformed', 'it is no Fernet token')
}

/** `version(1) ‖ time(8) ‖ iv(16) ‖ AES-128-CBC ‖ HMAC-SHA-256(32)` as padded base64url (github.com/fernet/spec). */
export function fernetKey(key: Uint8Array): FernetKey {
  if (!(key instanceof Uint8Array) || key.length !== 32) throw new WaxsealError('config', 'a key of Fernet is 32 bytes')
  const bytes = Uint8Array.from(key)
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const imports = () =>
    Promise.all([
      crypto.subtle.importKey('raw', bytes.subarray(0, 16), hmac, false, ['sign', 'verify']),
      crypto.subtle.importKey('raw', bytes.subarray(16), 'AES-CBC', false, ['encrypt', 'decrypt']),
    ])
  let imported: ReturnType<typeof imports> | undefined
  const handles = () => {
    imported ??= imports()
    return imported
  }
  return Object.freeze({
    async seal(plaintext: Uint8Array, nowMs: number) {
      const [signing, encrypting] = await handles()
      const head = new Uint8Array(BODY_AT)
      head[0] = VERSION
      new DataView(head.buffer).setBigUint64(TIME_AT, BigInt(Math.floor(nowMs / 1000)))
      const iv = crypto.getRandomValues(head.subarray(IV_AT))
      const body = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, encrypting, plaintext as Bytes)
      const signed = concatBytes(head, new Uint8Array(body))
      const mac = await crypto.subtle.sign('HMAC', signing, signed as Bytes)
      const text = toBase64url(concatBytes(signed, new Uint8Array(mac)))
      return text + '='.repeat((4 - (text.length % 4)) % 4)
    },
    async open(token: string) {
      const bare = token.length % 4 === 0 ? token.replace(/={1,2}$/, '') : malformed()
      const data = fromBase64url(bare) ?? malformed()
      const bodyEnd = data.length - MAC_BYTES
      if (data[0] !== VERSION || data.length < MIN_TOKEN_BYTES || (bodyEnd - BODY_AT) % BLOCK_BYTES !== 0) malformed()
      const [signing, encrypting] = await handles()
      const [signed, mac] = [data.subarray(0, bodyEnd) as Bytes, data.subarray(bodyEnd) as Bytes]
      const failed = () => new WaxsealError('open_failed', 'the token does not open')
      if (!(await crypto.subtle.verify('HMAC', signing, mac, signed))) throw failed()
      const iv = signed.subarray(IV_AT, BODY_AT)
      const plaintext = await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, encrypting, signed.subarray(BODY_AT)).catch(() => {
        throw failed()
      })
      const seconds = new DataView(data.buffer, data.byteOffset).getBigUint64(TIME_AT)
      return { plaintext: new Uint8Array(plaintext), createdMs: Number(seconds) * 1000 }
    },
  })
}

/** The 32 bytes of a key in its text form: 44 characters of padded base64 in either alphabet, as `cryptography` takes it. */
export function parseFernetKey(text: string): Uint8Array | undefined {
  if (!/^[\w+/-]{43}=$/.test(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}
