import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import type { Contender } from './contender.ts'

const TAG = { authTagLength: 16 }

/** What the ratios are taken against: AES-256-GCM of node:crypto, JSON and base64url, and nothing else. */
export const bare = (by: string, key: KeyObject | Uint8Array): Contender => ({
  by,
  seal(value) {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, TAG)
    const parts = [nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]
    return Buffer.concat(parts).toString('base64url')
  },
  open(sealed: string) {
    const bytes = Buffer.from(sealed, 'base64url')
    const end = bytes.length - 16
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), TAG)
    decipher.setAuthTag(bytes.subarray(end))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, end)), decipher.final()]).toString('utf8'))
  },
})
