import { describe, expect, it } from 'vitest'
import { backend as own } from '#backend'
import { nobleChaCha } from '../src/backend/noble.ts'
import { backend as web } from '../src/backend/web.ts'
import { settle } from '../src/flow.ts'
import { chunkNonce, isSealedLength, openChunks, sealChunks, sealedLength } from '../src/format/chunks.ts'
import { bytes, hex } from './fixtures.ts'

describe('chunk nonces', () => {
  it.each([
    [0, '000000000000000000000000'],
    [1, '000000000000000000000001'],
    [255, '0000000000000000000000ff'],
    [256, '000000000000000000000100'],
    [2 ** 32 + 5, '000000000000000100000005'],
    [2 ** 53 - 1, '00000000001fffffffffffff'],
  ])('chunk %i', (index, expected) => {
    expect(hex(chunkNonce(new Uint8Array(12), index))).toBe(expected)
    const base = bytes(12, 0xf0)
    const sum = chunkNonce(base, index).map((byte, i) => byte ^ base[i]!)
    expect(hex(sum)).toBe(expected)
  })

  it('never repeat, and leave the base as it was, whatever kind of array it is', () => {
    for (const base of [bytes(12), Buffer.from(bytes(12))]) {
      const nonces = Array.from({ length: 1000 }, (_, index) => hex(chunkNonce(base, index)))
      expect(new Set(nonces).size).toBe(1000)
      expect(hex(base)).toBe(hex(bytes(12)))
    }
  })
})

it('lengths', () => {
  expect([0, 1, 16383, 16384, 32768].map(sealedLength)).toEqual([16, 17, 16399, 16416, 32816])
  for (const length of [0, 15, 16400, 16415]) expect(isSealedLength(length)).toBe(false)
  for (const length of [16, 16399, 16416, 32799]) expect(isSealedLength(length)).toBe(true)
})

const AEADS = {
  'aes-256-gcm, of this runtime': own.aead['aes-256-gcm'],
  'aes-256-gcm, web': web.aead['aes-256-gcm'],
  'chacha20-poly1305, of this runtime': own.aead['chacha20-poly1305'],
  'chacha20-poly1305, noble': nobleChaCha,
}

describe.each(Object.entries(AEADS))('%s', (_, aead) => {
  it('keeps a copy of the key: the caller erases its own', async () => {
    const sealed = await Promise.all(
      [bytes(32), Buffer.from(bytes(32)), Buffer.from(bytes(32))].map(async (key, i) => {
        const cipher = await aead.messageCipher(key)
        if (i > 0) key.fill(0)
        const out = new Uint8Array(20)
        await cipher.encrypt(bytes(12), bytes(4), out)
        expect(await cipher.decrypt(bytes(12), out)).toEqual(bytes(4))
        return hex(out)
      }),
    )
    expect(new Set(sealed).size).toBe(1)
  })

  it.each([0, 16383, 16384, 40_000])('%i bytes, in chunks that are all under another nonce', async (length) => {
    const plaintext = new Uint8Array(length)
    for (const nonce of [bytes(12), Buffer.from(bytes(12))]) {
      const cipher = await aead.messageCipher(bytes(32))
      const out = new Uint8Array(sealedLength(length))
      await settle(sealChunks(cipher, nonce, plaintext, out, 0))
      const heads = Array.from({ length: Math.floor(length / 16384) }, (_, i) => hex(out.subarray(16400 * i, 16400 * i + 16)))
      expect(new Set(heads).size).toBe(heads.length)
      expect(await settle(openChunks(cipher, nonce, out))).toEqual(plaintext)
      out[out.length - 1]! ^= 1
      expect(await settle(openChunks(cipher, nonce, out))).toBeUndefined()
    }
  })
})

it('both backends give the same bytes', async () => {
  for (const suite of ['aes-256-gcm', 'chacha20-poly1305'] as const) {
    const [a, b] = await Promise.all(
      [own, web].map(async (backend) => {
        const out = new Uint8Array(sealedLength(50_000))
        await settle(sealChunks(await backend.aead[suite].messageCipher(bytes(32)), bytes(12), bytes(50_000), out, 0))
        return hex(out)
      }),
    )
    expect(a === b).toBe(true)
  }
})
