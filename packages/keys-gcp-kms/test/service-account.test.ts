import { createPublicKey, verify } from 'node:crypto'
import { WaxsealError } from '@waxseal/core'
import { describe, expect, it, vi } from 'vitest'
import type { GcpServiceAccountKey } from '../src/index.ts'
import { openServiceAccount } from '../src/service-account.ts'
import { codeOf, fakeKms } from './bench.ts'

const { serviceAccount: key } = await fakeKms()
const at = Date.UTC(2026, 2, 1, 12)

/** The parts of a token whose signature is right, checked with another implementation. */
function read(token: string): { header: unknown; claims: unknown } {
  const [header = '', claims = '', signature = ''] = token.split('.')
  const publicKey = createPublicKey(key.private_key)
  expect(verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  const parsed = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
  return { header: parsed(header), claims: parsed(claims) }
}

describe('a service account', () => {
  it.each(['object', 'text', 'lines that end as on Windows', 'no line break at the end'])(
    'signs tokens for an hour: %s',
    async (form) => {
      const private_key = {
        'lines that end as on Windows': key.private_key.replaceAll('\n', '\r\n'),
        'no line break at the end': key.private_key.trimEnd(),
      }[form]
      const given = { ...key, private_key: private_key ?? key.private_key }
      const account = openServiceAccount(form === 'text' ? JSON.stringify(given) : given)
      const { header, claims } = read(await account.sign({ aud: 'https://cloudkms.googleapis.com/' }, at + 999))
      expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id })
      expect(claims).toEqual({
        iss: key.client_email,
        sub: key.client_email,
        aud: 'https://cloudkms.googleapis.com/',
        iat: at / 1000,
        exp: at / 1000 + 3600,
      })
      // The key is imported once, and its bytes are erased then.
      read(await account.sign({ scope: 'x' }, at))
    },
  )

  it('keeps its key where it cannot be read, and erases the bytes that it was made of', async () => {
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    try {
      await openServiceAccount(key).sign({}, at)
      const [, bytes, , extractable] = importKey.mock.calls[0]! as unknown as [string, Uint8Array, unknown, boolean]
      expect(bytes.length).toBeGreaterThan(1_000)
      expect(bytes.every((byte) => byte === 0)).toBe(true)
      expect(extractable).toBe(false)
    } finally {
      importKey.mockRestore()
    }
  })

  const lines = key.private_key.split('\n')
  it.each<[string, unknown]>([
    ['no JSON', '{"type":'],
    ['text that is no object', '"x"'],
    ['null', null],
    ['a login', { ...key, type: 'authorized_user' }],
    ['no e-mail address', { ...key, client_email: undefined }],
    ['no key id', { ...key, private_key_id: '' }],
    ['no key', { ...key, private_key: undefined }],
    ['a PKCS #1 key', { ...key, private_key: key.private_key.replaceAll('PRIVATE', 'RSA PRIVATE') }],
    ['something before the key', { ...key, private_key: `x\n${key.private_key}` }],
    ['something behind the key', { ...key, private_key: `${key.private_key}x` }],
    ['two keys', { ...key, private_key: key.private_key + key.private_key }],
    ['a space in the key', { ...key, private_key: key.private_key.replace(lines[3]!, ` ${lines[3]}`) }],
    ['a key with a line less', { ...key, private_key: key.private_key.replace(`${lines[3]!.slice(1)}\n`, '\n') }],
    ['an empty key', { ...key, private_key: '-----BEGIN PRIVATE KEY-----\n\n-----END PRIVATE KEY-----\n' }],
    ['a token_uri that is no text', { ...key, token_uri: 1 }],
  ])('is not made of %s', async (_, given) => {
    expect(await codeOf(() => openServiceAccount(given as GcpServiceAccountKey))).toBe('config')
  })

  it('has an RSA key, or an error that repeats nothing of it', async () => {
    const body = Buffer.from('Quixotic secret that is no key').toString('base64')
    const private_key = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`
    const account = openServiceAccount({ ...key, private_key })
    const error = await account.sign({}, at).catch((caught: unknown) => caught)
    expect(WaxsealError.is(error) && error.code).toBe('config')
    expect(String((error as Error).stack) + JSON.stringify(error)).not.toMatch(new RegExp(`Quixotic|${body}`))
  })
})
