import { describe, expect, it } from 'vitest'
import { createDedupKey } from '../src/indexes/dedup-key.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { KeySource } from '../src/keys/types.ts'
import { bytes, KEY, outcome } from './fixtures.ts'

const named = { kid: 'dedup', key: bytes(32, 1) }
const keys = staticKeys([{ kid: 'k1', key: KEY }, named, { kid: 'dedup-a', key: bytes(32, 2), scope: 'a' }])
const dedup = createDedupKey({ keys, key: { kid: 'dedup' } })

describe('dedup keys', () => {
  it('are equal for equal jobs, members in any order, and never else', async () => {
    const value = await dedup.value('charge', { b: 2, a: [1, 1.0] })
    expect(value).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(await dedup.value('charge', { a: [1, 1], b: 2 })).toBe(value)
    expect(dedup.valueSync('charge', { a: [1, 1], b: 2 })).toBe(value)
    const others = await Promise.all([
      dedup.value('refund', { a: [1, 1], b: 2 }),
      dedup.value('charge', { a: [1, '1'], b: 2 }),
      dedup.value('charge', { a: [1, 1] }),
      dedup.value('charge', { a: [1, 1], b: 2, c: null }),
      dedup.value('charge', null),
      dedup.value('', null),
    ])
    expect(new Set([value, ...others]).size).toBe(7)
  })

  it('still match after the payload key was rotated', async () => {
    const rotated = staticKeys([
      { kid: 'k2', key: bytes(32, 9) },
      { kid: 'k1', key: KEY, state: 'decrypt_only' },
      { ...named, state: 'decrypt_only' },
    ])
    expect(await createDedupKey({ keys: rotated, key: { kid: 'dedup' } }).value('charge', [1])).toBe(
      await dedup.value('charge', [1]),
    )
    const next = staticKeys([{ ...named, version: 2, key: bytes(32, 3) }])
    expect(await createDedupKey({ keys: next, key: { kid: 'dedup', version: 2 } }).value('charge', [1])).not.toBe(
      await dedup.value('charge', [1]),
    )
    expect(await outcome(() => createDedupKey({ keys: next, key: { kid: 'dedup' } }).value('charge', [1]))).toBe('key_not_found')
  })

  it('are of the scope', async () => {
    const scoped = createDedupKey({ keys, key: (scope) => ({ kid: scope ? `dedup-${scope}` : 'dedup' }) })
    expect(await scoped.value('charge', [1])).toBe(await dedup.value('charge', [1]))
    expect(await scoped.value('charge', [1], { scope: 'a' })).not.toBe(await dedup.value('charge', [1]))
    expect(await outcome(() => scoped.value('charge', [1], { scope: 'b' }))).toBe('key_not_found')
    expect(await outcome(() => dedup.value('charge', [1], { scope: 'a' }))).toBe('key_not_found')
  })

  it('refuse a bare key service, and what is no JSON', async () => {
    const service = rootKeyProvider({ id: 'p', keys }) as unknown as KeySource
    expect(await outcome(() => createDedupKey({ keys: service, key: { kid: 'dedup' } }))).toBe('named_key_required')
    for (const args of [undefined, Number.NaN, new Date(0), '\ud800'])
      expect(await outcome(() => dedup.value('charge', args))).toBe('not_serialisable')
    for (const jobType of [undefined, 1, '\ud800']) expect(await outcome(() => dedup.value(jobType as string, []))).toBe('config')
  })
})
