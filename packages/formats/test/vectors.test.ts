import { describeIf } from '@waxseal/test'
import { NO_SHARED } from '@waxseal/test/shared'
import { describe, expect, it } from 'vitest'
import { acteon, adkSecureSessions, adr013, detectFormat, hammerwork, ojs } from '../src/index.js'
import { hex, vectors } from './shared.js'

const ADK = ['adk_aesgcm_column', 'adk_fernet_passphrase_column', 'adk_fernet_directkey_column']
const OJS = ['ojs_spec_v1', 'ojs_spec_v1_gzip_chain', 'ojs_js_python_sdk', 'ojs_java_ruby_rust_php_sdk', 'ojs_go_sdk']
const HAMMERWORK = ['hammerwork_aes', 'hammerwork_chacha']

describeIf(vectors !== undefined, NO_SHARED)('the vectors of other systems', () => {
  const key = hex(vectors?.key_hex ?? '')
  const keys = { getKey: (id: string) => (id === 'key-1' ? key : undefined) }

  it('are all opened here', () => {
    const known = [...OJS, 'ojs_codec_server_decode', 'acteon_enc', ...HAMMERWORK, 'adr013', 'adk_secure_sessions']
    expect(Object.keys(vectors)).toEqual(['note', 'key_hex', 'nonce_hex', ...known])
    expect(Object.keys(vectors.adk_secure_sessions)).toEqual(['verified_by', ...ADK])
  })

  it.each(ADK)('hold %s, which the Python package made', async (name) => {
    const { column, plaintext, key_hex: bytes, passphrase, fernet_key: fernet = passphrase } = vectors.adk_secure_sessions[name]
    expect(detectFormat(column)).toEqual({ format: 'adk-secure-sessions', commits: false })
    expect(await adkSecureSessions(bytes ? { aesGcm: hex(bytes) } : { fernet }).open(column)).toEqual(JSON.parse(plaintext))
  })

  it.each(OJS)('hold %s', async (name) => {
    const { job, plaintext } = vectors[name]
    expect(detectFormat(job)).toEqual({ format: 'ojs', commits: false, keyId: 'key-1' })
    expect(await ojs({ keys }).open(job)).toMatchObject({ args: JSON.parse(plaintext) })
  })

  it('hold a payload of the codec server', async () => {
    const { request, response } = vectors.ojs_codec_server_decode
    expect(detectFormat(request.payloads[0])).toEqual({ format: 'ojs', commits: false, keyId: 'key-1' })
    expect(await ojs({ keys }).open(request.payloads[0])).toEqual(response.payloads[0])
  })

  it('hold envelopes of Acteon, with a kid and without', async () => {
    const { envelope, legacy, plaintext } = vectors.acteon_enc
    const reader = acteon({ keys: [{ kid: 'k1', key }] })
    expect(detectFormat(envelope)).toEqual({ format: 'acteon', commits: false, keyId: 'k1' })
    expect(detectFormat(legacy)).toEqual({ format: 'acteon', commits: false })
    for (const stored of [envelope, legacy, ` ${envelope}\n`]) expect(await reader.open(stored)).toEqual(JSON.parse(plaintext))
  })

  describe.each(HAMMERWORK)('hold %s', (name) => {
    const reader = hammerwork({ keys: (id) => (id === 'key-1' ? key : undefined) })
    const { payload, plaintext } = vectors?.[name] ?? {}

    it('as an object, and as text', async () => {
      expect(detectFormat(payload)).toEqual({ format: 'hammerwork', commits: false, keyId: 'key-1' })
      for (const stored of [payload, JSON.stringify(payload)]) expect(await reader.open(stored)).toEqual(JSON.parse(plaintext))
    })

    it('as a row, whose columns are bytes', async () => {
      const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))
      const { metadata } = payload
      const row = {
        id: 7,
        is_encrypted: true,
        encryption_key_id: metadata.key_id,
        encryption_algorithm: metadata.algorithm,
        encrypted_payload: bytes(payload.ciphertext),
        encryption_nonce: bytes(payload.nonce),
        encryption_tag: bytes(payload.tag),
        encryption_metadata: metadata,
        payload_hash: metadata.payload_hash,
      }
      for (const stored of [row, { ...row, is_encrypted: 1 }, { ...row, encryption_metadata: null }]) {
        expect(detectFormat(stored)).toEqual({ format: 'hammerwork', commits: false, keyId: 'key-1' })
        expect(await reader.open(stored)).toEqual(JSON.parse(plaintext))
      }
      expect(detectFormat({ ...row, is_encrypted: false })).toBeUndefined()
      await expect(reader.open({ ...row, encrypted_payload: null })).rejects.toMatchObject({ code: 'malformed' })
      await expect(reader.open({ ...row, payload_hash: '00' })).rejects.toMatchObject({ code: 'open_failed' })
    })
  })

  it('hold a record of ADR-013, whose key id is the wrapped data key', async () => {
    const { record, plaintext } = vectors.adr013
    const reader = adr013({
      unwrapKey: (wrapped) => (Buffer.from(wrapped).toString() === 'opaque-kms-ciphertext-blob' ? key : hex('')),
    })
    expect(detectFormat(record)).toEqual({ format: 'adr-013', commits: false })
    for (const stored of [record, JSON.stringify(record)]) expect(await reader.open(stored)).toEqual(JSON.parse(plaintext))
  })
})
