import { describe, expect, it } from 'vitest'
import { inngest, inngestReader, isInngestEncrypted } from '../src/index.js'

const value = { card: '4242 4242 4242 4242', list: [1, null, 'ü 北京 🔑'] }
// Made by version 2.0.0 of the middleware's own package, under `a passphrase`.
const libsodium = {
  __ENCRYPTED__: true,
  __STRATEGY__: 'inngest/libsodium',
  data: 'xNKBAgcxEMcdnPxDInAOXN/tlomEAVdFbF584ppgjZoc9T9TxRIdtZgYCARJMWr6jfINU6o2Ojs1ARTwfj6Hia9Op/bQLu9qNE981z/WUFjtpmGECps/xVKHQNbMJGJYh2XrMl2ryA==',
}
const v0 = {
  __ENCRYPTED__: true,
  data: 'U2FsdGVkX19seipshVzHFk1KUn9bxNYJk1OyRkjOrWSWve0TxAgjg/naoQn/Ko0PStK+OrztqiB4qyRDOIte4a8Kc64v3a+hPnEkQ65MUCs=',
}
const keys = ['newer', ' a passphrase ']

const flipped = (data: string, at: number) => {
  const bytes = Buffer.from(data, 'base64')
  bytes[at]! ^= 1
  return bytes.toString('base64')
}

describe('the layout of the encryption middleware of Inngest', () => {
  it('opens what it wrote, under any of the keys', () => {
    expect(inngestReader({ keys })(libsodium)).toEqual(value)
    expect(inngestReader({ keys: [...keys].reverse() })(libsodium)).toEqual(value)
  })

  it('does not open under another key, nor where any part was changed', () => {
    const open = inngestReader({ keys })
    expect(() => inngestReader({ keys: ['other'] })(libsodium)).toThrow(expect.objectContaining({ code: 'open_failed' }))
    for (const at of [0, 23, 24, 39, 40, 90])
      expect(() => open({ ...libsodium, data: flipped(libsodium.data, at) })).toThrow(
        expect.objectContaining({ code: 'open_failed' }),
      )
  })

  it('reads version 0 only where that is allowed', () => {
    expect(() => inngestReader({ keys })(v0)).toThrow(expect.objectContaining({ code: 'unsupported_suite' }))
    expect(inngestReader({ keys, v0: true })(v0)).toEqual(value)
    expect(() => inngestReader({ keys: ['other'], v0: true })(v0)).toThrow(expect.objectContaining({ code: 'open_failed' }))
  })

  it('is told by its mark, and by nothing less', () => {
    expect([libsodium, v0].map(isInngestEncrypted)).toEqual([true, true])
    const others = [null, 'wax1.', [], { data: 'x' }, { ...v0, __ENCRYPTED__: 'true' }, { ...v0, data: 1 }, Object.create(v0)]
    expect(others.map(isInngestEncrypted)).toEqual(others.map(() => false))
    expect(() => inngestReader({ keys })(value)).toThrow(expect.objectContaining({ code: 'malformed' }))
  })

  it('is refused where it is malformed, or of a strategy of one’s own', () => {
    const open = inngestReader({ keys, v0: true })
    for (const bad of [
      { ...libsodium, data: '%' },
      { ...libsodium, data: libsodium.data.slice(0, 48) },
      { ...v0, data: '%' },
      { ...v0, data: btoa('Salted__12345678') },
      { ...v0, data: flipped(v0.data, 0) },
    ])
      expect(() => open(bad)).toThrow(expect.objectContaining({ code: 'malformed' }))
    expect(() => open({ ...libsodium, __STRATEGY__: 'mine' })).toThrow(expect.objectContaining({ code: 'unsupported_suite' }))
    expect(() => inngestReader({ keys: [' '] })).toThrow(expect.objectContaining({ code: 'config' }))
  })
})

describe('values that are written in it', () => {
  it('open again, at once, under the first key', () => {
    const values = inngest({ keys })
    const stored = values.seal(value)
    expect(stored).toEqual({ __ENCRYPTED__: true, __STRATEGY__: 'inngest/libsodium', data: expect.any(String) })
    expect(values.open(stored)).toEqual(value)
    expect(inngestReader({ keys: ['newer'] })(stored)).toEqual(value)
    expect(() => inngestReader({ keys: ['a passphrase'] })(stored)).toThrow(expect.objectContaining({ code: 'open_failed' }))
    expect(() => values.seal(undefined)).toThrow(expect.objectContaining({ code: 'not_serialisable' }))
  })
})
