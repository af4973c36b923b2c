import { describe, expect, it } from 'vitest'
import { createDataKey, type DataKeyOptions } from '../src/keys/data-key.ts'
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
