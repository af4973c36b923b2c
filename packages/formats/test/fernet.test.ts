import { describe, expect, it } from 'vitest'
import { fernet } from '../src/index.js'
import { KEY, OTHER } from './samples.js'

const code = (name: string) => expect.objectContaining({ code: name })
const NOW = Date.UTC(2030, 0, 1)
const now = () => NOW

describe('Fernet tokens', () => {
  it('hold text, JSON or bytes', async () => {
    const bytes = Uint8Array.of(0, 255, 128)
    for (const [as, value] of [
      ['text', ''],
      ['text', 'ü 🔑'],
      ['json', { a: [1] }],
      ['bytes', bytes],
    ] as const) {
      const tokens = fernet({ keys: KEY, as })
      const token = await tokens.seal(value)
      expect(token).toMatch(/^gAAAAA[\w-]+={0,2}$/)
      expect(await tokens.open(token)).toEqual(value)
      expect(await tokens.open(new TextEncoder().encode(token))).toEqual(value)
      expect(tokens.detects(new TextEncoder().encode(token))).toBe(true)
    }
    await expect(fernet({ keys: KEY, as: 'json' }).open(await fernet({ keys: KEY }).seal('x'))).rejects.toEqual(code('malformed'))
    await expect(fernet({ keys: KEY }).open(await fernet({ keys: KEY, as: 'bytes' }).seal(bytes))).rejects.toEqual(
      code('malformed'),
    )
    for (const [as, value] of [
      ['text', 1],
      ['text', '\ud800'],
      ['bytes', 'x'],
      ['json', undefined],
      ['json', 1n],
    ] as const)
      await expect(fernet({ keys: KEY, as }).seal(value)).rejects.toEqual(code('not_serialisable'))
  })

  it('open under any of the keys, in either alphabet, and are sealed under the first', async () => {
    const standard = Buffer.from(OTHER).toString('base64')
    const both = fernet({ keys: [standard, KEY] })
    expect(await both.open(await fernet({ keys: KEY }).seal('x'))).toBe('x')
    const urlSafe = standard.replaceAll('+', '-').replaceAll('/', '_')
    expect(await fernet({ keys: urlSafe }).open(await both.seal('y'))).toBe('y')
    await expect(fernet({ keys: KEY }).open(await both.seal('y'))).rejects.toEqual(code('open_failed'))
  })

  it('are refused when they are too old, or from the future, where that is asked for', async () => {
    const token = (ageMs: number) => fernet({ keys: KEY, now: () => NOW - ageMs }).seal('x')
    const strict = fernet({ keys: KEY, maxAgeMs: 60_000, now })
    for (const ageMs of [0, 60_000, -60_000]) expect(await strict.open(await token(ageMs))).toBe('x')
    for (const ageMs of [61_000, -61_000]) await expect(strict.open(await token(ageMs))).rejects.toEqual(code('open_failed'))
    expect(await fernet({ keys: KEY, now }).open(await token(1e12))).toBe('x')
  })

  it('are strict base64 of whole blocks', async () => {
    const tokens = fernet({ keys: KEY })
    const token = await tokens.seal('x'.repeat(16))
    for (const bad of [`${token}=`, token.replace(/=+$/, ''), `${token}AAAA`, ` ${token}`, `${token}\n`, token.slice(0, -4)])
      await expect(tokens.open(bad)).rejects.toEqual(code('malformed'))
  })

  it('need keys that are keys', () => {
    for (const keys of [[], 'passphrase', Buffer.from(KEY).toString('hex'), KEY.slice(1), undefined as never])
      expect(() => fernet({ keys })).toThrow(code('config'))
    expect(() => fernet({ keys: KEY, maxAgeMs: Number.NaN })).toThrow(code('config'))
  })
})
