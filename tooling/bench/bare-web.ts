import type { Contender } from './contender.ts'

const NONCE_BYTES = 12

/** The same by WebCrypto, in what every runtime has. */
export async function bareWeb(by: string, secret: Uint8Array): Promise<Contender> {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), 'AES-GCM', false, ['encrypt', 'decrypt'])
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  return {
    by,
    async seal(value) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, encoder.encode(JSON.stringify(value)))
      const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength)
      bytes.set(iv)
      bytes.set(new Uint8Array(sealed), NONCE_BYTES)
      return toBase64url(bytes)
    },
    async open(sealed: string) {
      const bytes = fromBase64url(sealed)
      const iv = bytes.subarray(0, NONCE_BYTES)
      return JSON.parse(decoder.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes.subarray(NONCE_BYTES))))
    },
  }
}

type Base64 = { alphabet: 'base64url'; omitPadding?: true }
// Uint8Array's own where it is there, Buffer's elsewhere.
const native = Uint8Array as unknown as { fromBase64?(text: string, options: Base64): Uint8Array<ArrayBuffer> }

const toBase64url = (bytes: Uint8Array<ArrayBuffer>): string =>
  native.fromBase64
    ? (bytes as unknown as { toBase64(options: Base64): string }).toBase64({ alphabet: 'base64url', omitPadding: true })
    : Buffer.from(bytes.buffer).toString('base64url')

const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  native.fromBase64?.(text, { alphabet: 'base64url' }) ?? new Uint8Array(Buffer.from(text, 'base64url'))
