import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { describeIf } from '@waxseal/test'
import { NO_SHARED, shared } from '@waxseal/test/shared'
import { describe, expect, it } from 'vitest'
import { backend as own } from '#backend'
import type { Aead, Backend } from '../src/backend/types.ts'
import { backend as web } from '../src/backend/web.ts'
import { settle } from '../src/flow.ts'
import { concatBytes } from '../src/format/bytes.ts'
import { chunkNonce, isSealedLength, openChunks, sealChunks, sealedLength } from '../src/format/chunks.ts'
import { expand, messageKeys } from '../src/format/derive.ts'
import { createDataKey } from '../src/keys/data-key.ts'
import { hex, unhex } from './fixtures.ts'

const folder = shared('data/vectors/wycheproof')
const BACKENDS: Backend[] = [...new Set([own, web])]

interface Group<T> {
  readonly keySize?: number
  readonly ivSize?: number
  readonly tagSize?: number
  readonly tests: readonly T[]
}

const groups = <T>(name: string): Group<T>[] => JSON.parse(readFileSync(`${folder}/${name}_test.json`, 'utf8')).testGroups

/** Runs `check` on every test of the groups that fit, and holds the file to at least that many. */
async function each<T>(
  name: string,
  fits: (group: Group<T>, test: T) => boolean,
  atLeast: number,
  check: (test: T, group: Group<T>) => unknown,
) {
  let count = 0
  for (const group of groups<T>(name))
    for (const test of group.tests.filter((candidate) => fits(group, candidate))) {
      count++
      await check(test, group)
    }
  expect(count).toBeGreaterThanOrEqual(atLeast)
}

interface ChunkTest {
  readonly tcId: number
  readonly key: string
  readonly ctx: string
  readonly ct: string
  readonly aeadKey?: string
  readonly baseNonce?: string
  readonly msgLength?: number
  readonly msgSha512?: string
  readonly result: 'valid' | 'invalid'
  readonly flags: readonly string[]
}

interface AeadTest {
  readonly tcId: number
  readonly key: string
  readonly iv: string
  readonly aad: string
  readonly msg: string
  readonly ct: string
  readonly tag: string
  readonly result: string
}

describeIf(folder !== undefined, NO_SHARED)('Wycheproof', () => {
  describe.each(BACKENDS)('$name', (backend) => {
    /** Header to message keys, with the commitment compared; undefined where it does not fit. */
    function begin(test: ChunkTest, sealed: Uint8Array) {
      if (sealed.length < 56) return undefined
      const keys = messageKeys(
        backend.hmac('sha512', unhex(test.key)),
        'AEAD_AES_256_GCM',
        sealed.subarray(0, 24),
        unhex(test.ctx),
      )
      return backend.equal(keys.commitment, sealed.subarray(24, 56)) ? keys : undefined
    }
    const sha512 = (data: Uint8Array) => createHash('sha512').update(data).digest('hex')

    it('Cobblestone-256, the whole message', async () => {
      await each<ChunkTest>(
        'c2sp_chunked_encryption_aes_256_gcm',
        () => true,
        35,
        async (test) => {
          if (test.flags.includes('InvalidKeySize')) {
            expect(() => createDataKey({ kid: 'k', key: unhex(test.key) })).toThrow('32 bytes')
            return
          }
          const sealed = inflateSync(unhex(test.ct))
          const keys = begin(test, sealed)
          expect(keys === undefined).toBe(test.flags.includes('HeaderFailure'))
          if (!keys) return
          if (test.aeadKey) expect([hex(keys.key), hex(keys.nonce)]).toEqual([test.aeadKey, test.baseNonce])
          const chunks = sealed.subarray(56)
          const cipher = await backend.aead['aes-256-gcm'].messageCipher(keys.key)
          const opened = isSealedLength(chunks.length) ? await settle(openChunks(cipher, keys.nonce, chunks)) : undefined
          expect(opened !== undefined, `test ${test.tcId}`).toBe(test.result === 'valid')
          if (!opened) return
          expect([opened.length, sha512(opened)]).toEqual([test.msgLength, test.msgSha512])
          const again = new Uint8Array(sealedLength(opened.length))
          await settle(sealChunks(cipher, keys.nonce, opened, again, 0))
          expect(backend.equal(again, chunks)).toBe(true)
        },
      )
    })

    it('Cobblestone-256, chunk by chunk: no byte beyond the valid prefix, and an error at its end', async () => {
      await each<ChunkTest>(
        'c2sp_chunked_encryption_aes_256_gcm',
        (_, { flags }) => !flags.includes('HeaderFailure'),
        20,
        async (test) => {
          const sealed = inflateSync(unhex(test.ct))
          const keys = begin(test, sealed)!
          const cipher = await backend.aead['aes-256-gcm'].messageCipher(keys.key)
          const parts: Uint8Array[] = []
          let complete = false
          for (let index = 0, at = 56; !complete; index++, at += 16400) {
            const chunk = sealed.subarray(at, at + 16400)
            const part = chunk.length < 16 ? undefined : await cipher.decrypt(chunkNonce(keys.nonce, index), chunk)
            if (!part) break
            parts.push(part)
            complete = part.length < 16384 && at + 16400 >= sealed.length
          }
          const prefix = concatBytes(...parts)
          expect(complete, `test ${test.tcId}`).toBe(test.result === 'valid')
          expect(prefix.length).toBe(test.msgLength ?? 0)
          if (test.msgSha512) expect(sha512(prefix)).toBe(test.msgSha512)
        },
      )
    })

    const aead = async (name: string, suite: Aead, atLeast: number) =>
      each<AeadTest>(
        name,
        // The construction has no associated data.
        ({ keySize, ivSize, tagSize }, { aad }) => keySize === 256 && ivSize === 96 && tagSize === 128 && aad === '',
        atLeast,
        async (test) => {
          const cipher = await suite.messageCipher(unhex(test.key))
          const opened = await cipher.decrypt(unhex(test.iv), unhex(test.ct + test.tag))
          expect(opened && hex(opened), `test ${test.tcId}`).toBe(test.result === 'valid' ? test.msg : undefined)
          if (test.result !== 'valid') return
          const out = new Uint8Array(unhex(test.msg).length + 16)
          await cipher.encrypt(unhex(test.iv), unhex(test.msg), out)
          expect(hex(out)).toBe(test.ct + test.tag)
          // A tag of 4 bytes is none, whatever the library underneath would take.
          expect(
            await cipher.decrypt(unhex(test.iv), unhex(`${'00'.repeat(16)}${test.ct}${test.tag.slice(0, 8)}`)),
          ).toBeUndefined()
        },
      )

    it('AES-256-GCM', () => aead('aes_gcm', backend.aead['aes-256-gcm'], 30))
    it('ChaCha20-Poly1305', () => aead('chacha20_poly1305', backend.aead['chacha20-poly1305'], 10))

    it.each(['sha256', 'sha512'] as const)('HMAC with %s', async (name) => {
      interface MacTest {
        readonly key: string
        readonly msg: string
        readonly tag: string
        readonly result: string
      }
      const block = name === 'sha512' ? 128 : 64
      await each<MacTest>(
        `hmac_${name}`,
        (_, { key }) => key.length / 2 <= block,
        100,
        ({ key, msg, tag, result }) => {
          const mac = backend.hmac(name, unhex(key))
          const data = unhex(msg)
          const whole = hex(mac(data))
          expect(whole.slice(0, tag.length) === tag).toBe(result === 'valid')
          expect(hex(mac(data.subarray(0, 3), new Uint8Array(0), data.subarray(3)))).toBe(whole)
        },
      )
    })

    it('HKDF-Expand with SHA-512', async () => {
      interface HkdfTest {
        readonly ikm: string
        readonly salt: string
        readonly info: string
        readonly size: number
        readonly okm: string
        readonly result: string
      }
      await each<HkdfTest>(
        'hkdf_sha512',
        (_, { size, result }) => size <= 128 && result === 'valid',
        40,
        ({ ikm, salt, info, size, okm }) => {
          const prk = backend.hmac('sha512', unhex(salt))(unhex(ikm))
          const data = unhex(info)
          expect(hex(expand(backend.hmac('sha512', prk), size, data))).toBe(okm)
          expect(hex(expand(backend.hmac('sha512', prk), size, data.subarray(0, 1), data.subarray(1)))).toBe(okm)
        },
      )
    })
  })
})
