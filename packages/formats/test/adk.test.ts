import { describe, expect, it } from 'vitest'
import { adkSecureSessions, isAdkCell } from '../src/index.js'
import { hex } from './shared.js'

const key = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')
const fernet = Buffer.from(key).toString('base64')
const value = { secret: 'café', n: 1 }
const code = (name: string) => expect.objectContaining({ code: name })

const withByte = (cell: string, at: number, change = (byte: number) => byte ^ 1) => {
  const bytes = Buffer.from(cell, 'base64')
  bytes[at] = change(bytes[at]!)
  return bytes.toString('base64')
}

describe('cells of adk-secure-sessions', () => {
  it.each([
    ['AES-GCM', { aesGcm: key }, /^AQ[IJKL]/],
    ['a Fernet key', { fernet }, /^AQFn/],
    ['a passphrase', { fernet: 'correct horse' }, /^AQEB/],
  ])('opens what it wrote under %s', async (_, keys, shape) => {
    const cells = adkSecureSessions(keys)
    for (const any of [value, {}, [], 'ü 北京 🔑 \ud800', null, 1.5, { a: 'x'.repeat(10_000) }]) {
      const cell = await cells.seal(any)
      expect(cell).toMatch(shape)
      expect(isAdkCell(cell)).toBe(true)
      expect(await cells.open(cell)).toEqual(any)
    }
  })

  it('writes with the first key of the backend that is asked for, and opens with all', async () => {
    const other = hex('ff'.repeat(32))
    const old = await adkSecureSessions({ aesGcm: other }).seal(1)
    const both = adkSecureSessions({ aesGcm: [key, other], fernet: fernet })
    expect(await both.open(old)).toBe(1)
    expect(await both.open(await adkSecureSessions({ fernet }).seal(value))).toEqual(value)
    expect(await adkSecureSessions({ aesGcm: key }).open(await both.seal(2))).toBe(2)
    const byFernet = adkSecureSessions({ aesGcm: key, fernet, write: 'fernet' })
    expect(await adkSecureSessions({ fernet }).open(await byFernet.seal(3))).toBe(3)
  })

  it('does not open under another key, nor where any byte was changed', async () => {
    const cells = adkSecureSessions({ aesGcm: key, fernet: fernet })
    const others = adkSecureSessions({ aesGcm: hex('00'.repeat(32)), fernet: Buffer.alloc(32).toString('base64') })
    for (const column of [await cells.seal(value), await adkSecureSessions({ fernet }).seal(value)]) {
      await expect(others.open(column)).rejects.toEqual(code('open_failed'))
      const length = Buffer.from(column, 'base64').length
      for (let at = 0; at < length; at++) await expect(cells.open(withByte(column, at))).rejects.toThrow()
      for (let end = 0; end < length; end++)
        await expect(cells.open(Buffer.from(column, 'base64').subarray(0, end).toString('base64'))).rejects.toThrow()
    }
    await expect(cells.open(withByte(await cells.seal(value), 20))).rejects.toEqual(code('open_failed'))
  })

  it('says what it cannot read, and never gives plaintext', async () => {
    const cells = adkSecureSessions({ aesGcm: key })
    const cell = await cells.seal(value)
    const direct = await adkSecureSessions({ fernet }).seal(value)
    const salted = await adkSecureSessions({ fernet: 'correct horse' }).seal(value)
    await expect(cells.open('{"secret":"x"}')).rejects.toEqual(code('malformed'))
    await expect(cells.open({})).rejects.toEqual(code('malformed'))
    await expect(cells.open(withByte(cell, 0, () => 2))).rejects.toEqual(code('unsupported_version'))
    await expect(cells.open(withByte(cell, 1, () => 3))).rejects.toEqual(code('unsupported_suite'))
    await expect(cells.open(direct)).rejects.toEqual(code('key_not_found'))
    await expect(adkSecureSessions({ fernet }).open(salted)).rejects.toEqual(code('open_failed'))
    await expect(adkSecureSessions({ aesGcm: key, maxBytes: 40 }).open(cell)).rejects.toEqual(code('too_large'))
    await expect(cells.seal(undefined)).rejects.toEqual(code('not_serialisable'))
    for (const plain of ['{"secret":"x"}', '{}', '', null, 1, {}, 'AQI=', 'AQIDBAUG', `wax1.${cell}`, `${cell}\n`])
      expect(isAdkCell(plain)).toBe(false)
  })

  it.each([
    {},
    { aesGcm: [] },
    { aesGcm: hex('00') },
    { fernet: '' },
    { aesGcm: key, write: 'fernet' as const },
    { fernet: 'x', write: 'other' as never },
  ])('refuses %j as keys', (options) => {
    expect(() => adkSecureSessions(options)).toThrow(code('config'))
  })
})
