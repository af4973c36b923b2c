import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
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
