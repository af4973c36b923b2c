import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { detectFormat, laravel, railsMessage, railsRecord, sops } from '../src/index.js'
import { laravelCbcOf, laravelGcmOf, railsAttributeOf, railsKeyOf, railsMessageOf, sopsValueOf } from './documented.js'
import { KEY, OTHER } from './samples.js'

const code = (name: string) => expect.objectContaining({ code: name })
const appKey = `base64:${Buffer.from(KEY).toString('base64')}`

describe('values of SOPS, made from the document of its layout', () => {
  const open = (plaintext: string, type: string, path = ['db', 'password']) =>
    sops({ key: KEY, path }).open(sopsValueOf(KEY, 'db:password:', plaintext, type))

  it('open to their type', async () => {
    expect(await open('x', 'str')).toBe('x')
    expect(await open('42', 'int')).toBe(42)
    expect(await open('9007199254740993', 'int')).toBe('9007199254740993')
    expect(await open('-1.5e3', 'float')).toBe(-1500)
    expect(await open('True', 'bool')).toBe(true)
    expect(await open('False', 'bool')).toBe(false)
    expect(await open('2030-01-01T00:00:00Z', 'time')).toBe('2030-01-01T00:00:00Z')
    expect(await open('# note', 'comment')).toBe('# note')
    expect(await open('x', 'bytes')).toEqual(Uint8Array.of(120))
  })

  it('open at their path alone, and to no type that they are not', async () => {
    await expect(open('x', 'str', ['db'])).rejects.toEqual(code('open_failed'))
    await expect(open('x', 'str', ['db:password'])).resolves.toBe('x')
    for (const [text, type] of [
      ['x', 'int'],
      ['', 'float'],
      ['0x10', 'int'],
      ['true', 'bool'],
      ['x', 'yaml'],
    ] as const)
      await expect(open(text, type)).rejects.toEqual(code('malformed'))
    expect(() => sops({ key: KEY.slice(1), path: [] })).toThrow(code('config'))
    expect(() => sops({ key: KEY, path: 'a' as never })).toThrow(code('config'))
  })
})

describe('values of Laravel, made from the document of its layout', () => {
  it.each([
    ['aes-256-cbc', laravelCbcOf, true],
    ['aes-256-gcm', laravelGcmOf, false],
  ] as const)('open under %s', async (cipher, make, commits) => {
    const values = laravel({ keys: appKey, cipher })
    expect(values.commits).toBe(commits)
    expect(await values.open(make(KEY, 'ü'))).toBe('ü')
    expect(await values.open(await values.seal('x'))).toBe('x')
    expect(detectFormat(await values.seal('x'))?.format).toBe('laravel')
    expect(await laravel({ keys: [OTHER, appKey], cipher }).open(make(KEY, 'x'))).toBe('x')
    expect(await laravel({ keys: KEY, cipher, as: 'json' }).open(make(KEY, '{"a":1}'))).toEqual({ a: 1 })
  })

  it('do not open under the other cipher', async () => {
    await expect(laravel({ keys: KEY }).open(laravelGcmOf(KEY, 'x'))).rejects.toEqual(code('malformed'))
    await expect(laravel({ keys: KEY, cipher: 'aes-256-gcm' }).open(laravelCbcOf(KEY, 'x'))).rejects.toEqual(code('malformed'))
  })

  it('are unserialised to texts, numbers, booleans and null, and to nothing else', async () => {
    const values = laravel({ keys: KEY, as: 'serialized' })
    const open = (text: string) => values.open(laravelCbcOf(KEY, text))
    expect(await open('s:3:"ü1";')).toBe('ü1')
    expect(await open('s:5:"a";"b";')).toBe('a";"b')
    expect(await Promise.all(['i:-7;', 'd:1.5;', 'd:1.0E+25;', 'b:1;', 'b:0;', 'N;'].map(open))).toEqual([
      -7,
      1.5,
      1e25,
      true,
      false,
      null,
    ])
    expect(await values.open(await values.seal('ü'))).toBe('ü')
    for (const bad of ['s:2:"x";', 'a:0:{}', 'O:8:"stdClass":0:{}', 'C:1:"x":0:{}', 's:1:"x"', 'x'])
      await expect(open(bad), bad).rejects.toEqual(code('malformed'))
    await expect(values.seal(1)).rejects.toEqual(code('not_serialisable'))
  })

  it('need keys that are keys', () => {
    for (const keys of [[], 'base64:x', KEY.slice(1)]) expect(() => laravel({ keys })).toThrow(code('config'))
    expect(() => laravel({ keys: KEY, cipher: 'aes-128-cbc' as never })).toThrow(code('config'))
    expect(() => laravel({ keys: KEY, as: 'php' as never })).toThrow(code('config'))
  })
})

describe('attributes of Rails, made from the document of their layout', () => {
  const secret = { secret: 'primary key of twelve', salt: 'salt' }

  it('open under a key that is given, or derived as Rails does', async () => {
    for (const [hash, name] of [
      ['sha256', 'SHA-256'],
      ['sha1', 'SHA-1'],
    ] as const) {
      const stored = railsAttributeOf(railsKeyOf(secret.secret, secret.salt, hash), 'ü')
      expect(detectFormat(stored)).toEqual({ format: 'rails', commits: false })
      expect(await railsRecord({ keys: [OTHER, { ...secret, hash: name }] }).open(stored)).toBe('ü')
    }
    const attributes = railsRecord({ keys: secret, as: 'json' })
    expect(await attributes.open(await attributes.seal({ a: 1 }))).toEqual({ a: 1 })
    expect(await attributes.open(JSON.parse(await attributes.seal([1])))).toEqual([1])
  })

  it('open compressed, within a limit', async () => {
    const stored = railsAttributeOf(KEY, deflateSync('x'.repeat(500)), { c: true })
    expect(await railsRecord({ keys: KEY, maxBytes: 500 }).open(stored)).toBe('x'.repeat(500))
    await expect(railsRecord({ keys: KEY, maxBytes: 400 }).open(stored)).rejects.toEqual(code('too_large'))
  })

  it('open under a data key of their own', async () => {
    const wrapped = JSON.parse(railsAttributeOf(KEY, OTHER))
    expect(await railsRecord({ keys: KEY }).open(railsAttributeOf(OTHER, 'x', { k: wrapped }))).toBe('x')
    await expect(railsRecord({ keys: OTHER }).open(railsAttributeOf(OTHER, 'x', { k: wrapped }))).rejects.toEqual(
      code('open_failed'),
    )
  })

  it('need keys that are keys', () => {
    for (const keys of [[], KEY.slice(1), { secret: '', salt: 'x' }, { secret: 'x', salt: 'x', hash: 'MD5' as never }])
      expect(() => railsRecord({ keys })).toThrow(code('config'))
  })
})

describe('messages of Rails, made from the document of their layout', () => {
  const NOW = Date.UTC(2030, 0, 1)
  const messages = railsMessage({ keys: [OTHER, KEY], now: () => NOW })
  const make = (content: unknown) => railsMessageOf(KEY, JSON.stringify(content))

  it('open, in either alphabet', async () => {
    expect(await messages.open(make({ a: 1 }))).toEqual({ a: 1 })
    const [data, iv, tag] = make('x'.repeat(30))
      .split('--')
      .map((part) => part.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))
    expect(await messages.open([data, iv, tag].join('--'))).toBe('x'.repeat(30))
    expect(await railsMessage({ keys: KEY, as: 'text' }).open(railsMessageOf(KEY, 'plain'))).toBe('plain')
    await expect(messages.open(railsMessageOf(KEY, '\u0004\bI"\u0006x'))).rejects.toEqual(code('malformed'))
  })

  it('open to what their envelope holds, for its purpose and until it expires', async () => {
    const message = Buffer.from('{"a":1}').toString('base64')
    expect(await messages.open(make({ _rails: { data: { a: 1 } } }))).toEqual({ a: 1 })
    expect(await messages.open(make({ _rails: { message, exp: '2030-01-01T00:00:01.000Z', pur: null } }))).toEqual({ a: 1 })
    const login = railsMessage({ keys: KEY, purpose: 'login', now: () => NOW })
    expect(await login.open(make({ _rails: { message, pur: 'login' } }))).toEqual({ a: 1 })
    for (const stored of [
      make({ _rails: { message, exp: '2030-01-01T00:00:00.000Z' } }),
      make({ _rails: { message, exp: 'never' } }),
      make({ _rails: { message, pur: 'login' } }),
    ])
      await expect(messages.open(stored)).rejects.toEqual(code('open_failed'))
    await expect(login.open(make({ a: 1 }))).rejects.toEqual(code('open_failed'))
  })
})
