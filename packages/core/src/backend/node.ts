import { isUtf8 } from 'node:buffer'
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  getCiphers,
  getFips,
  hash as oneShotHash,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto'
import { nobleChaCha } from './noble.js'
import type { Aead, Backend, Mac } from './types.js'

// Without it node:crypto accepts tags of 4 bytes.
const TAG = { authTagLength: 16 }

function nodeAead(algorithm: string): Aead {
  const name = algorithm as CipherGCMTypes
  return {
    sync: true,
    messageCipher(key) {
      // A KeyObject: handing raw bytes to createCipheriv costs 20 µs more on Node 24.
      const secret = createSecretKey(key)
      return {
        encrypt(nonce, plaintext, out) {
          const cipher = createCipheriv(name, secret, nonce, TAG)
          out.set(cipher.update(plaintext))
          cipher.final()
          out.set(cipher.getAuthTag(), plaintext.length)
        },
        decrypt(nonce, sealed) {
          const end = sealed.length - 16
          const decipher = createDecipheriv(name, secret, nonce, TAG)
          decipher.setAuthTag(sealed.subarray(end))
          const plaintext = decipher.update(sealed.subarray(0, end))
          try {
            decipher.final()
          } catch {
            plaintext.fill(0)
            return undefined
          }
          return asBytes(plaintext)
        },
      }
    },
  }
}

/** The bytes of a Buffer as a plain Uint8Array, never a window into Node's shared pool. */
const asBytes = (buffer: Buffer): Uint8Array =>
  buffer.length === buffer.buffer.byteLength ? new Uint8Array(buffer.buffer, 0, buffer.length) : new Uint8Array(buffer)

/** A Buffer's slice() is a window, a Uint8Array's is a copy: no Buffer leaves this file. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

// The messages of all HMACs, one after another: short, and hashed before the next one begins.
const scratch = Buffer.alloc(1024)

// HMAC out of two one-shot hashes: a quarter of the cost of createHmac for our short messages. As latin1 a digest comes back
// without the price of a Buffer.
function hmac(hash: 'sha256' | 'sha512', key: Uint8Array): Mac {
  const [block, size] = hash === 'sha512' ? [128, 64] : [64, 32]
  const inner = new Uint8Array(block).fill(0x36)
  const outer = Buffer.alloc(block + size, 0x5c)
  for (let i = 0; i < key.length; i++) {
    inner[i]! ^= key[i]!
    outer[i]! ^= key[i]!
  }
  return (...parts) => {
    let length = block
    for (const part of parts) length += part.length
    const message = length <= scratch.length ? scratch : Buffer.alloc(length)
    message.set(inner)
    let at = block
    for (const part of parts) {
      message.set(part, at)
      at += part.length
    }
    outer.write(oneShotHash(hash, message.subarray(0, length), 'binary'), block, 'latin1')
    const mac = Buffer.allocUnsafe(size)
    mac.write(oneShotHash(hash, outer, 'binary'), 'latin1')
    return plain(mac)
  }
}

function fips(): boolean {
  if (getFips() !== 1) return false
  try {
    createHash('md5')
  } catch {
    return true
  }
  return false
}

const hasChaCha = getCiphers().includes('chacha20-poly1305')

/** node:crypto, synchronous: Node, Bun, Deno. */
export const backend: Backend = {
  name: 'node',
  aead: { 'aes-256-gcm': nodeAead('aes-256-gcm'), 'chacha20-poly1305': hasChaCha ? nodeAead('chacha20-poly1305') : nobleChaCha },
  hmac,
  sha256: (data) => plain(oneShotHash('sha256', data, 'buffer')),
  equal: timingSafeEqual,
  // From Node's pool: a backing store of its own costs more than all that is done with it.
  alloc: (length) => plain(Buffer.allocUnsafe(length)),
  randomFill: (out) => {
    randomFillSync(out)
  },
  encodeText(text, at, size) {
    const length = Buffer.byteLength(text)
    const out = Buffer.allocUnsafe(size(length))
    out.fill(0, 0, at)
    out.write(text, at)
    return plain(out.fill(0, at + length))
  },
  decodeText: (bytes) => (isUtf8(bytes) ? view(bytes).toString() : undefined),
  toBase64url: (bytes) => view(bytes).toString('base64url'),
  fromBase64url(text) {
    const bytes = Buffer.from(text, 'base64url')
    // Node's decoder skips and aliases what does not belong; only the canonical form comes back as it went in.
    return bytes.toString('base64url') === text ? plain(bytes) : undefined
  },
  fips,
}
