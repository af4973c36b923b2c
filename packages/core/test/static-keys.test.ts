import { describe, expect, it } from 'vitest'
import { type StaticKey, staticKeys } from '../src/keys/static-keys.ts'
import { bytes, hex, KEY, NOW, OTHER_KEY, outcome } from './fixtures.ts'

const call = { now: () => NOW }

describe('staticKeys', () => {
  it.each<[string, readonly StaticKey[]]>([
    ['none', []],
    [
      'a kid and version twice',
      [
        { kid: 'k1', key: KEY },
        { kid: 'k1', version: 1, key: OTHER_KEY },
      ],
    ],
    [
      'equal bytes',
      [
        { kid: 'k1', key: KEY },
        { kid: 'k2', key: hex(KEY) },
      ],
    ],
    [
      'equal bytes in two scopes',
      [
        { kid: 'k1', key: KEY, scope: 'a' },
        { kid: 'k2', key: KEY, scope: 'b' },
      ],
    ],
    ['no key', [{ kid: 'k1' }]],
    ['no list', { kid: 'k1', key: KEY } as unknown as StaticKey[]],
  ])('refuses %s', async (_, list) => {
    expect(await outcome(() => staticKeys(list))).toBe('config')
  })

  it('seals with the first active key of the scope', async () => {
    const keys = staticKeys([
      { kid: 'old', key: bytes(32, 1), state: 'decrypt_only' },
      { kid: 'new', key: bytes(32, 2) },
      { kid: 'newer', key: bytes(32, 3) },
      { kid: 'a', key: bytes(32, 4), scope: 'a' },
      { kid: 'b', key: bytes(32, 5), scope: 'b', state: 'suspended' },
      { kid: 'gone', state: 'destroyed' },
    ])
    expect((await keys.current(undefined, call)).kid).toBe('new')
    expect((await keys.current('a', call)).kid).toBe('a')
    for (const scope of ['b', 'c']) expect(await outcome(() => keys.current(scope, call))).toBe('key_not_found')
    expect(await outcome(() => staticKeys([{ kid: 'k1', key: KEY }]).current('a', call))).toBe('scope_unsupported')
    expect(await keys.resolve({ kid: 'new', version: 1, wrapped: bytes(3) }, undefined, call)).toBeNull()
  })
})
