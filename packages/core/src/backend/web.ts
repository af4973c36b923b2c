import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { nobleChaCha } from './noble.js'
import type { Aead, Backend } from './types.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

type Bytes = Uint8Array<ArrayBuffer>

const webAesGcm: Aead = {
  sync: false,
  async messageCipher(key) {
    const secret = await crypto.subtle.importKey('raw', key as Bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
    const parameters = (nonce: Uint8Array) => ({ name: 'AES-GCM', iv: nonce as Bytes, tagLength: 128 })
    return {
      async encrypt(nonce, plaintext, out) {
        out.set(new Uint8Array(await crypto.subtle.encrypt(parameters(nonce), secret, plaintext as Bytes)))
      },
      async decrypt(nonce, sealed) {
        try {
          return new Uint8Array(await crypto.subtle.decrypt(parameters(nonce), secret, sealed as Bytes))
        } catch {
          return undefined
        }
      },
    }
  },
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

function toBase64url(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const left = bytes.length - i
    out += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!
    if (left > 1) out += ALPHABET[(group >> 6) & 63]!
    if (left > 2) out += ALPHABET[group & 63]!
  }
  return out
}

let decodeTable: Uint8Array | undefined

function fromBase64url(text: string): Uint8Array | undefined {
  if (!decodeTable) {
    decodeTable = new Uint8Array(128).fill(255)
    for (let i = 0; i < 64; i++) decodeTable[ALPHABET.charCodeAt(i)] = i
  }
  const table = decodeTable
  const rest = text.length % 4
  if (rest === 1) return undefined
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let at = 0
  let bits = 0
  let held = 0
  for (let i = 0; i < text.length; i++) {
    const value = table[text.charCodeAt(i)] ?? 255
    if (value === 255) return undefined
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[at++] = held >> bits
    }
  }
  // Bits that no byte took must be zero, or two texts would mean the same bytes.
  return (held & ((1 << bits) - 1)) === 0 ? out : undefined
}

/** WebCrypto for AES, noble for ChaCha20-Poly1305 and HMAC: browsers, workerd and whatever else has no node:crypto. */
export const backend: Backend = {
  name: 'web',
  aead: { 'aes-256-gcm': webAesGcm, 'chacha20-poly1305': nobleChaCha },
  hmac(hash, key) {
    const prepared = hmac.create(hash === 'sha512' ? sha512 : sha256, key)
    return (...parts) => {
      const mac = prepared.clone()
      for (const part of parts) mac.update(part)
      return mac.digest()
    }
  },
  sha256,
  equal,
  alloc: (length) => new Uint8Array(length),
  randomFill: (out) => {
    crypto.getRandomValues(out as Bytes)
  },
  encodeText(text, at, size) {
    const bytes = new TextEncoder().encode(text)
    const length = size(bytes.length)
    if (at === 0 && length === bytes.length) return bytes
    const out = new Uint8Array(length)
    out.set(bytes, at)
    return out
  },
  decodeText(bytes) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      return undefined
    }
  },
  toBase64url,
  fromBase64url,
  fips: () => false,
}
