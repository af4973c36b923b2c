import { describe, expect, it } from 'vitest'
import type { Suite } from '../src/format/suites.ts'
import { createDataKey, type DataKeyOptions, keyCheckValue } from '../src/keys/data-key.ts'
import type { KeySource } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import { bytes, context, KEY, outcome } from './fixtures.ts'

const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64')

describe('createDataKey', () => {
  it.each<[string, Partial<DataKeyOptions>]>([
    ['no kid', { kid: '' }],
    ['a kid of 65', { kid: 'k'.repeat(65) }],
    ['a kid in capitals', { kid: 'K1' }],
    ['a version below 0', { version: -1 }],
    ['a version beyond 32 bits', { version: 2 ** 32 }],
    ['a fraction', { version: 1.5 }],
    ['31 bytes', { key: bytes(31) }],
    ['33 bytes', { key: bytes(33) }],
    ['no key', { key: undefined }],
    ['a string', { key: base64(KEY) as unknown as Uint8Array }],
    ['an empty scope', { scope: '' }],
    ['an ill-formed scope', { scope: '\ud800' }],
    ['an unknown suite', { suite: 'rot13' as 'aes-256-gcm' }],
    ['an empty wrap', { wrapped: bytes(0) }],
    ['a wrap of 6145 bytes', { wrapped: bytes(6145) }],
  ])('refuses %s', async (_, wrong) => {
    expect(await outcome(() => createDataKey({ kid: 'k1', key: KEY, ...wrong }))).toBe('config')
  })

  it('makes a frozen handle without the key, and copies what it is given', async () => {
    const [key, wrapped] = [Buffer.from(KEY), Buffer.from([1, 2, 3])]
    const handle = createDataKey({ kid: 'k1', key, wrapped, scope: 'a' })
    const source: KeySource = { kind: 'source', current: () => handle, resolve: () => handle }
    const sealer = createSealer({ keys: source })
    const sealed = await sealer.seal('x', { context, scope: 'a' })
    key.fill(0)
    wrapped.fill(9)
    expect(await sealer.open(sealed, { context, scope: 'a' })).toBe('x')
    expect(handle).toEqual({ kid: 'k1', version: 1, scope: 'a', state: 'active', wrapped: Uint8Array.of(1, 2, 3) })
    expect(Object.isFrozen(handle)).toBe(true)
  })
})

describe('a key that is for one suite', () => {
  const source = (suite?: Suite): KeySource => {
    const key = createDataKey({ kid: 'k1', key: KEY, suite })
    return { kind: 'source', current: () => key, resolve: () => key, keys: () => [key] }
  }
  const chacha = 'chacha20-poly1305'

  it('seals with it, values and streams, and needs no re-seal', async () => {
    const sealer = createSealer({ keys: source(chacha) })
    const sealed = await sealer.seal('x', { context })
    expect(sealed).toMatch(/^wax1\.c20\./)
    expect(await sealer.open(sealed, { context })).toBe('x')
    expect(sealer.needsReseal(sealed)).toBe(false)
    const stream = sealer.sealStream({ context })
    const written = new Response(stream.readable).arrayBuffer()
    const writer = stream.writable.getWriter()
    await writer.write(Uint8Array.of(1))
    await writer.close()
    expect(sealer.inspect(new Uint8Array(await written)).suite).toBe(chacha)
  })

  it('opens nothing of another, and seals not where it is not accepted', async () => {
    const sealed = await createSealer({ keys: source() }).seal('x', { context })
    expect(await outcome(() => createSealer({ keys: source(chacha) }).open(sealed, { context }))).toBe('unsupported_suite')
    const narrow = createSealer({ keys: source(chacha), acceptSuites: ['aes-256-gcm'] })
    expect(await outcome(() => narrow.seal('x', { context }))).toBe('unsupported_suite')
  })

  it('has the check value of its bytes, whatever else it is', () => {
    const value = keyCheckValue(createDataKey({ kid: 'k1', key: KEY }))
    expect(value).toHaveLength(8)
    expect(keyCheckValue(createDataKey({ kid: 'other', version: 9, scope: 's', key: KEY, suite: chacha }))).toEqual(value)
    expect(keyCheckValue(createDataKey({ kid: 'k1', key: bytes(32, 9) }))).not.toEqual(value)
    expect(keyCheckValue(createDataKey({ kid: 'k1', state: 'destroyed' }))).toBeUndefined()
  })
})
