import { createSealer, staticKeys } from '@waxseal/core'
import { multi, rootKeyProvider } from '@waxseal/core/keys'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keysOf, mayBeSame } from '../src/retirement/key-ref.ts'
import { bytePrefixes, textPrefixes } from '../src/sql/prefix.ts'
import { keyBytes, sealerOn } from './sealers.ts'

const context = { app: 'shop' }
const root = (id: string, kid: string, key: Uint8Array, version = 0) =>
  rootKeyProvider({ id, version, keys: staticKeys([{ kid, version: 7, key }]) })

describe('the keys of an envelope', () => {
  it('are the one that it names', async () => {
    const sealer = sealerOn(['k1'])
    for (const storeContext of [false, true])
      for (const as of ['string', 'bytes'] as const)
        expect(keysOf(sealer, await sealer.seal('x', { context, as, storeContext }))).toEqual([{ kid: 'k1', version: 1 }])
  })

  it('are those of its wrap too', async () => {
    const sealer = createSealer({ keys: root('root', 'local', keyBytes.k1, 3) })
    const both = createSealer({
      keys: multi({ id: 'both', providers: [root('a', 'one', keyBytes.k1), root('b', 'two', keyBytes.k2)] }),
    })
    for (const storeContext of [false, true])
      for (const as of ['string', 'bytes'] as const) {
        expect(keysOf(sealer, await sealer.seal('x', { context, as, storeContext }))).toEqual([
          { kid: 'root', version: 3 },
          { kid: 'local', version: 7 },
        ])
        expect(keysOf(both, await both.seal('x', { context, as, storeContext }))).toEqual([
          { kid: 'both', version: 0 },
          { kid: 'a' },
          { kid: 'one', version: 7 },
          { kid: 'b' },
          { kid: 'two', version: 7 },
        ])
      }
  })

  it('are not read from what is no envelope', () => {
    expect(() => keysOf(sealerOn(['k1']), 'wax1.c256.k1~1.x')).toThrow(expect.objectContaining({ code: 'malformed' }))
  })

  it('may be the same unless they differ in what both say', () => {
    expect(mayBeSame({ kid: 'a' }, { kid: 'a', version: 1 })).toBe(true)
    expect(mayBeSame({ kid: 'a', version: 1 }, { kid: 'a', version: 1 })).toBe(true)
    expect(mayBeSame({ kid: 'a', version: 2 }, { kid: 'a', version: 1 })).toBe(false)
    expect(mayBeSame({ kid: 'b' }, { kid: 'a' })).toBe(false)
  })
})

describe('prefixes', () => {
  const kid = fc.stringMatching(/^[a-z0-9-]{1,64}$/)
  const version = fc.integer({ min: 0, max: 0xffffffff })
  const startsWith = (bytes: Uint8Array, prefix: Uint8Array) => prefix.every((byte, at) => bytes[at] === byte)

  it('are those of every envelope under the key, and of no other', async () => {
    const suite = fc.constantFrom('aes-256-gcm' as const, 'chacha20-poly1305' as const)
    await fc.assert(
      fc.asyncProperty(
        kid,
        version,
        suite,
        fc.boolean(),
        fc.boolean(),
        kid,
        version,
        async (kid, version, suite, wrapped, storeContext, otherKid, otherVersion) => {
          const keys = wrapped
            ? rootKeyProvider({ id: kid, version, keys: staticKeys([{ kid: 'root', key: keyBytes.k1 }]) })
            : staticKeys([{ kid, version, key: keyBytes.k1 }])
          const sealer = createSealer({ keys, suite })
          const text = await sealer.seal('x', { context, storeContext })
          const bytes = await sealer.seal('x', { context, storeContext, as: 'bytes' })
          const matches = (key: { kid: string; version?: number }) => [
            textPrefixes(key).filter((prefix) => text.startsWith(prefix)).length,
            bytePrefixes(key).filter((prefix) => startsWith(bytes, prefix)).length,
          ]
          expect(matches({ kid, version })).toEqual([1, 1])
          expect(matches({ kid })).toEqual([1, 1])
          if (otherVersion !== version) expect(matches({ kid, version: otherVersion })).toEqual([0, 0])
          if (otherKid !== kid) expect(matches({ kid: otherKid })).toEqual([0, 0])
        },
      ),
      { numRuns: 150 },
    )
  })

  it('are the eight of the specification', () => {
    expect(textPrefixes({ kid: 'k1', version: 3 })).toEqual(
      ['c256', 'c20'].flatMap((suite) => ['', 'w', 'x', 'wx'].map((letters) => `wax1.${suite}${letters}.k1~3.`)),
    )
  })
})
