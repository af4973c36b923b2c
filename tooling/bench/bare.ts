import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

const TAG = { authTagLength: 16 }

/** What the ratios are taken against: AES-256-GCM of node:crypto, JSON and base64url, and nothing else. */
export interface Bare {
  seal(value: unknown): string
  open(sealed: string): unknown
}

export const bare = (key: KeyObject | Uint8Array): Bare => ({
  seal(value) {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, TAG)
    const parts = [nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]
    return Buffer.concat(parts).toString('base64url')
  },
  open(sealed) {
    const bytes = Buffer.from(sealed, 'base64url')
    const end = bytes.length - 16
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), TAG)
    decipher.setAuthTag(bytes.subarray(end))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, end)), decipher.final()]).toString('utf8'))
  },
})

/** Encrypts chunk by chunk and keeps nothing, as a stream would. Gives the number of bytes that came out. */
export function bareStream(key: KeyObject, chunks: Iterable<Uint8Array>): number {
  const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12), TAG)
  let bytes = 12 + 16
  for (const chunk of chunks) bytes += cipher.update(chunk).length
  cipher.final()
  return bytes
}
