import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aesGcmKey } from '../src/aes-gcm.js'
import { adr013, fernet, hammerwork } from '../src/index.js'
import { KEY, OTHER } from './samples.js'

const code = (name: string) => expect.objectContaining({ code: name })
const keys = (id: string) => (id === 'key-1' ? KEY : undefined)
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

async function compressed(plaintext: Uint8Array) {
  const { nonce, body } = await aesGcmKey(KEY).seal(plaintext)
  const metadata = { algorithm: 'AES256GCM', key_id: 'key-1', compressed: true }
  return { ciphertext: base64(body.subarray(0, -16)), nonce: base64(nonce), tag: base64(body.subarray(-16)), metadata }
}

describe('payloads of Hammerwork', () => {
  it.each(['AES256GCM', 'ChaCha20Poly1305'] as const)('are written under %s with what its reader asks for', async (algorithm) => {
    const payloads = hammerwork({ keys, write: { keyId: 'key-1', algorithm }, now: () => 0 })
    const stored = await payloads.seal({ a: 1 })
    expect(stored.metadata).toEqual({
      algorithm,
      key_id: 'key-1',
      config_version: 1,
      compressed: false,
      encrypted_fields: [],
      retention_policy: 'UseDefault',
      encrypted_at: '1970-01-01T00:00:00.000Z',
      delete_at: null,
      payload_hash: '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
    })
    expect(await payloads.open(stored)).toEqual({ a: 1 })
    await expect(hammerwork({ keys: () => OTHER }).open(stored)).rejects.toEqual(code('open_failed'))
  })

  it('inflate within a limit', async () => {
    const payloads = hammerwork({ keys, maxBytes: 10_000 })
    expect(await payloads.open(await compressed(gzipSync('{"a":1}')))).toEqual({ a: 1 })
    await expect(payloads.open(await compressed(gzipSync(`"${'0'.repeat(10_000)}"`)))).rejects.toEqual(code('too_large'))
    await expect(payloads.open(await compressed(new TextEncoder().encode('{}')))).rejects.toEqual(code('malformed'))
  })

  it('are refused under another algorithm, key id or hash', async () => {
    const stored = await hammerwork({ keys, write: { keyId: 'key-1' } }).seal({})
    const withMetadata = (more: object) => ({ ...stored, metadata: { ...stored.metadata, ...more } })
    const payloads = hammerwork({ keys })
    await expect(payloads.open(withMetadata({ algorithm: 'XOR' }))).rejects.toEqual(code('unsupported_suite'))
    await expect(payloads.open(withMetadata({ algorithm: 'ChaCha20Poly1305' }))).rejects.toEqual(code('open_failed'))
    await expect(payloads.open(withMetadata({ key_id: 'other' }))).rejects.toEqual(code('key_not_found'))
    await expect(payloads.open(withMetadata({ key_id: 7 }))).rejects.toEqual(code('malformed'))
    await expect(payloads.open(withMetadata({ payload_hash: '00' }))).rejects.toEqual(code('open_failed'))
    const down = hammerwork({ keys: () => Promise.reject(new Error('down')) })
    await expect(down.open(stored)).rejects.toEqual(code('provider_unavailable'))
  })

  it('need what they are asked for', async () => {
    await expect(hammerwork({ keys }).seal({})).rejects.toEqual(code('sealing_disabled'))
    await expect(hammerwork({ keys, write: { keyId: 'key-1', algorithm: 'x' as never } }).seal({})).rejects.toEqual(
      code('config'),
    )
    await expect(hammerwork({ keys: () => KEY.slice(1), write: { keyId: 'x' } }).seal({})).rejects.toEqual(code('config'))
    expect(() => hammerwork({ keys: {} as never })).toThrow(code('config'))
  })
})

describe('records of ADR-013', () => {
  it('have a data key each, and leave the caller’s bytes as they are', async () => {
    const made = [KEY.slice(), OTHER.slice()]
    let at = 0
    const generateKey = () => ({ key: made[at]!, wrapped: Uint8Array.of(at++) })
    const records = adr013({ unwrapKey: ([at = 9]) => made[at]!, generateKey })
    const stored = [await records.seal({ a: 1 }), await records.seal({ a: 2 })]
    expect(stored.map(({ keyId }) => keyId)).toEqual(['AA==', 'AQ=='])
    expect(await Promise.all(stored.map((record) => records.open(record)))).toEqual([{ a: 1 }, { a: 2 }])
    expect(made).toEqual([KEY, OTHER])
    await expect(records.open({ ...stored[0]!, keyId: 'AQ==' })).rejects.toEqual(code('open_failed'))
  })

  it('pass on what the key service says, and the signal', async () => {
    const records = adr013({ unwrapKey: () => Promise.reject(new Error('down')) })
    const stored = await adr013({ unwrapKey: () => KEY, generateKey: () => ({ key: KEY, wrapped: KEY }) }).seal(1)
    await expect(records.open(stored)).rejects.toEqual(code('provider_unavailable'))
    await expect(records.seal(1)).rejects.toEqual(code('sealing_disabled'))
    const short = adr013({ unwrapKey: () => KEY.slice(1) })
    await expect(short.open(stored)).rejects.toEqual(code('open_failed'))
    const signals: unknown[] = []
    const listening = adr013({
      unwrapKey(_, { signal }) {
        signals.push(signal)
        return KEY
      },
    })
    const { signal } = new AbortController()
    await listening.open(stored, { signal })
    expect(signals).toEqual([signal])
    expect(() => adr013({} as never)).toThrow(code('config'))
  })

  it('are not taken for payloads of others', async () => {
    const stored = await adr013({ unwrapKey: () => KEY, generateKey: () => ({ key: KEY, wrapped: KEY }) }).seal(1)
    expect(hammerwork({ keys }).detects(stored)).toBe(false)
    expect(fernet({ keys: KEY }).detects(stored)).toBe(false)
  })
})
