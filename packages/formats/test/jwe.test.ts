import { CompactEncrypt, generateKeyPair } from 'jose'
import { describe, expect, it } from 'vitest'
import { detectFormat } from '../src/index.js'
import { jwe } from '../src/jwe.js'
import { KEY, OTHER } from './samples.js'

const code = (name: string) => expect.objectContaining({ code: name })
const text = new TextEncoder().encode('{"a":1}')
type Header = Parameters<CompactEncrypt['setProtectedHeader']>[0]
const made = (header: Header, key: Parameters<CompactEncrypt['encrypt']>[0] = KEY) =>
  new CompactEncrypt(text).setProtectedHeader(header).encrypt(key)

describe('compact JWE', () => {
  it.each([
    { alg: 'dir', enc: 'A256GCM' },
    { alg: 'A256KW', enc: 'A256GCM' },
    { alg: 'A256KW', enc: 'A256CBC-HS512' },
    { alg: 'A256GCMKW', enc: 'A256GCM' },
  ])('opens under %j', async (header) => {
    expect(detectFormat(await made(header))).toEqual({ format: 'jwe', commits: false })
    expect(await jwe({ keys: [{ key: OTHER }, { key: KEY }] }).open(await made(header))).toEqual({ a: 1 })
    const tokens = jwe({ keys: [{ kid: 'k1', key: KEY }], algorithms: [header.alg], encodings: [header.enc] })
    expect(await tokens.open(await tokens.seal([1]))).toEqual([1])
  })

  it('is opened by the key that it names, and by no other', async () => {
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'k1' }
    const keys = [{ kid: 'k1', key: OTHER }, { kid: 'k2', key: KEY }, { key: KEY }]
    expect(detectFormat(await made(header))).toMatchObject({ keyId: 'k1' })
    await expect(jwe({ keys }).open(await made(header))).rejects.toEqual(code('open_failed'))
    await expect(jwe({ keys }).open(await made({ ...header, kid: 'k9' }))).rejects.toEqual(code('key_not_found'))
    await expect(jwe({ keys: keys.slice(0, 2) }).open(await made({ alg: 'dir', enc: 'A256GCM' }))).rejects.toEqual(
      code('key_not_found'),
    )
    expect(await jwe({ keys }).open(await made({ ...header, kid: 'k2' }))).toEqual({ a: 1 })
  })

  it('is refused under algorithms that are not listed', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RSA-OAEP-256')
    const stored = await made({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }, publicKey)
    await expect(jwe({ keys: [{ key: privateKey }] }).open(stored)).rejects.toEqual(code('unsupported_suite'))
    expect(await jwe({ keys: [{ key: privateKey }], algorithms: ['RSA-OAEP-256'] }).open(stored)).toEqual({ a: 1 })
    const short = await made({ alg: 'dir', enc: 'A128GCM' }, KEY.slice(16))
    await expect(jwe({ keys: [{ key: KEY.slice(16) }] }).open(short)).rejects.toEqual(code('unsupported_suite'))
  })

  it('is refused compressed, and under a password', async () => {
    const header = Buffer.from('{"alg":"dir","enc":"A256GCM","zip":"DEF"}').toString('base64url')
    const zipped = (await made({ alg: 'dir', enc: 'A256GCM' })).replace(/^[^.]+/, header)
    await expect(jwe({ keys: [{ key: KEY }] }).open(zipped)).rejects.toEqual(code('unsupported_compression'))
    for (const bad of [{ algorithms: ['PBES2-HS512+A256KW'] }, { algorithms: [] }, { encodings: [] }])
      expect(() => jwe({ keys: [{ key: KEY }], ...bad })).toThrow(code('config'))
    for (const keys of [
      [],
      [
        { kid: 'k', key: KEY },
        { kid: 'k', key: OTHER },
      ],
    ])
      expect(() => jwe({ keys })).toThrow(code('config'))
  })
})
