import { cbc, gcm } from '@noble/ciphers/aes.js'
import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { Buffer } from './buffer.ts'

const HASHES = { md5, sha1, sha256, sha384, sha512 }
type Name = keyof typeof HASHES
type Encoding = 'hex' | 'base64' | 'base64url'

interface Running {
  update(data: Uint8Array): unknown
  digest(): Uint8Array
}

const bytesOf = (data: Uint8Array | string): Uint8Array => (typeof data === 'string' ? new TextEncoder().encode(data) : data)

const chained = (running: Running) => {
  const self = {
    update: (data: Uint8Array | string) => {
      running.update(bytesOf(data))
      return self
    },
    digest: (encoding?: Encoding) => {
      const bytes = Buffer.from(running.digest())
      return encoding ? bytes.toString(encoding) : bytes
    },
  }
  return self
}

export const createHash = (name: Name) => chained(HASHES[name].create())
export const createHmac = (name: Name, key: Uint8Array | string) => chained(hmac.create(HASHES[name], bytesOf(key)))
export const randomBytes = (length: number): Buffer => Buffer.from(crypto.getRandomValues(new Uint8Array(length)))
export const randomUUID = (): string => crypto.randomUUID()
export const pbkdf2Sync = (
  secret: Uint8Array | string,
  salt: Uint8Array | string,
  c: number,
  dkLen: number,
  name: Name,
): Buffer => Buffer.from(pbkdf2(HASHES[name], bytesOf(secret), bytesOf(salt), { c, dkLen }))

/** AES-GCM and AES-CBC of one message: all of it comes out at the end. */
export const createCipheriv = (name: string, key: Uint8Array, iv: Uint8Array) => {
  const parts: Buffer[] = []
  let aad: Uint8Array | undefined
  let tag = Buffer.alloc(0)
  const self = {
    setAAD: (data: Uint8Array) => {
      aad = data
      return self
    },
    update: (data: Uint8Array | string) => {
      parts.push(Buffer.from(bytesOf(data)))
      return Buffer.alloc(0)
    },
    final: () => {
      const whole = Buffer.concat(parts)
      if (name.endsWith('-cbc')) return Buffer.from(cbc(key, iv).encrypt(whole))
      const sealed = Buffer.from(gcm(key, iv, aad).encrypt(whole))
      tag = sealed.subarray(-16)
      return sealed.subarray(0, -16)
    },
    getAuthTag: () => tag,
  }
  return self
}
