import { describe, expect, it } from 'vitest'
import { bindByHash, unbindByHash, wrapContext, wrapContextBytes } from '../src/keys/service/wrap.ts'
import { bytes, KEY, outcome } from './fixtures.ts'

describe('wrap contexts', () => {
  it('are those of section 4', () => {
    expect(wrapContext('stored', 'k1', 4294967295, 'tenant:a')).toEqual({
      waxseal: 'v1/wrap',
      use: 'stored',
      kid: 'k1',
      version: '4294967295',
      scope: 'tenant:a',
    })
    expect(Object.keys(wrapContext('envelope', 'k1', 0))).not.toContain('scope')
    expect(wrapContextBytes(wrapContext('envelope', 'k', 0)).subarray(0, 4)).toEqual(Uint8Array.of(0, 0, 0, 4))
  })

  it('are bound by a hash where a service takes none', async () => {
    const bound = wrapContext('envelope', 'k', 0)
    const wrapped = bindByHash(KEY, bound)
    expect(wrapped).toHaveLength(64)
    expect(unbindByHash(wrapped, bound)).toEqual(KEY)
    expect(unbindByHash(Buffer.from(wrapped), bound)).toEqual(KEY)
    const flipped = wrapped.map((byte, i) => byte ^ Number(i === 63))
    for (const [blob, by] of [
      [wrapped, wrapContext('envelope', 'k', 1)],
      [flipped, bound],
      [wrapped.subarray(1), bound],
      [bytes(0), bound],
    ] as const)
      expect(await outcome(() => unbindByHash(blob, by))).toBe('open_failed')
  })
})
