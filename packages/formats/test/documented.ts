import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

// Values of systems that cannot be run here, made from the documents of their layouts and not by them.

const gcm = (key: Uint8Array, iv: Uint8Array, plaintext: string | Uint8Array, aad = '') => {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad))
  const data = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return { data: data.toString('base64'), iv: Buffer.from(iv).toString('base64'), tag: cipher.getAuthTag().toString('base64') }
}

export function sopsValueOf(key: Uint8Array, aad: string, plaintext: string, type: string): string {
  const { data, iv, tag } = gcm(key, randomBytes(32), plaintext, aad)
  return `ENC[AES256_GCM,data:${data},iv:${iv},tag:${tag},type:${type}]`
}

export const railsKeyOf = (secret: string, salt: string, hash: 'sha256' | 'sha1'): Uint8Array =>
  pbkdf2Sync(secret, salt, 2 ** 16, 32, hash)

export function railsAttributeOf(key: Uint8Array, plaintext: string | Uint8Array, headers: object = {}): string {
  const { data, iv, tag } = gcm(key, randomBytes(12), plaintext)
  return JSON.stringify({ p: data, h: { iv, at: tag, ...headers } })
}

export function railsMessageOf(key: Uint8Array, plaintext: string): string {
  const { data, iv, tag } = gcm(key, randomBytes(12), plaintext)
  return [data, iv, tag].join('--')
}

export function laravelCbcOf(key: Uint8Array, plaintext: string): string {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const value = Buffer.concat([cipher.update(plaintext), cipher.final()]).toString('base64')
  const mac = createHmac('sha256', key)
    .update(iv.toString('base64') + value)
    .digest('hex')
  return Buffer.from(JSON.stringify({ iv: iv.toString('base64'), value, mac, tag: '' })).toString('base64')
}

export function laravelGcmOf(key: Uint8Array, plaintext: string): string {
  const { data, iv, tag } = gcm(key, randomBytes(12), plaintext)
  return Buffer.from(JSON.stringify({ iv, value: data, mac: '', tag })).toString('base64')
}
