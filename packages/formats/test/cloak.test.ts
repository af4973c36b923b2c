import { decryptString, encryptString, generateKey, getMessageKeyFingerprint } from '@47ng/cloak'
import { describe, expect, it } from 'vitest'
import { cloak, detectFormat } from '../src/index.js'

const code = (name: string) => expect.objectContaining({ code: name })

describe('values of cloak, against its own package', () => {
  const [key, old] = [generateKey(), generateKey()]
  const texts = ['x', 'ü 北京 🔑', 'y'.repeat(1000)]

  it('are read by it, and it reads ours', async () => {
    const values = cloak({ keys: [key, old] })
    for (const text of texts) {
      const ours = await values.seal(text)
      expect(await decryptString(ours, key)).toBe(text)
      expect(getMessageKeyFingerprint(ours)).toBe(getMessageKeyFingerprint(await encryptString(text, key)))
      for (const each of [key, old]) expect(await values.open(await encryptString(text, each))).toBe(text)
    }
    const stored = await encryptString('x', old)
    expect(detectFormat(stored)).toEqual({ format: 'cloak', commits: false, keyId: getMessageKeyFingerprint(stored) })
    await expect(cloak({ keys: [key] }).open(stored)).rejects.toEqual(code('key_not_found'))
  })

  it('hold an empty text, which it does not read', async () => {
    const values = cloak({ keys: [key] })
    expect(await values.open(await encryptString('', key))).toBe('')
  })

  it('are refused where they are damaged', async () => {
    const values = cloak({ keys: [key] })
    const stored = await values.seal('secret')
    for (const bad of [`${stored}=`, `${stored}.x`, stored.replace('.', '..'), stored.slice(0, 40), 'v1.aesgcm256.x'])
      await expect(values.open(bad)).rejects.toEqual(code('malformed'))
    await expect(values.seal(7)).rejects.toEqual(code('not_serialisable'))
    for (const keys of [[], [key, key], ['k1.aesgcm256.x'], [key.slice(3)]]) expect(() => cloak({ keys })).toThrow(code('config'))
  })
})
