import { describe, expect, it } from 'vitest'
import { backend } from '#backend'
import { generateKey, parseKey } from '../src/keys/key-text.ts'
import { bytes, hex } from './fixtures.ts'

const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64')
const base64url = backend.toBase64url

describe('the text of a key', () => {
  const key = bytes(32, 0xe0)
  it.each([
    base64(key),
    base64(key).slice(0, 43),
    base64url(key),
    `${base64url(key)}=`,
    hex(key),
    hex(key).toUpperCase(),
    ` ${base64(key)}\n`,
  ])('is read: %s', (text) => {
    expect(parseKey(text)).toEqual(key)
  })

  const secret = 'correct-horse-battery-staple'
  it.each<[string, unknown]>([
    ['nothing', ''],
    ['no string', undefined],
    ['bytes', key],
    ['a passphrase', secret],
    ['31 bytes', base64(bytes(31))],
    ['33 bytes', base64(bytes(33))],
    ['31 bytes of hex', hex(bytes(31))],
    ['63 characters of hex', hex(key).slice(1)],
    ['both alphabets', `+_${base64(key).slice(2)}`],
    ['bits left over', `${base64(bytes(32)).slice(0, 42)}9=`],
    ['two pads', `${base64(key)}=`],
    ['white space inside', `${base64(key).slice(0, 20)} ${base64(key).slice(20)}`],
  ])('is refused without being repeated: %s', (_, text) => {
    try {
      parseKey(text as string)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'config' })
      if (typeof text === 'string' && text.length > 5) expect(String(error)).not.toContain(text.slice(0, 5))
    }
  })

  it('is made anew each time', () => {
    const made = Array.from({ length: 20 }, generateKey)
    expect(new Set(made).size).toBe(20)
    for (const text of made) {
      expect(text).toMatch(/^[A-Za-z0-9+/]{43}=$/)
      expect(parseKey(text)).toHaveLength(32)
    }
  })
})
