import { describe, expect, it } from 'vitest'
import { decodeLeb128 } from '../src/format/leb128.ts'
import { type Padding, paddedLength } from '../src/format/padding.ts'
import { outcome } from './fixtures.ts'

describe('lengths', () => {
  it('of five LEB128 bytes at most, of which the last must be there', async () => {
    for (const wrong of [[128, 128, 128, 128, 128, 1], [128], [255, 255, 255, 255], []])
      expect(await outcome(() => decodeLeb128(Uint8Array.from(wrong), 0, 2 ** 40))).toBe('malformed')
  })

  it.each<[number, Padding, number]>([
    [0, { block: 65_536 }, 65_536],
    [65_535, { block: 65_536 }, 65_536],
    [0, 'padme', 1],
    [1, 'padme', 2],
    [8, 'padme', 10],
    [1000, 'padme', 1024],
    [1024, 'padme', 1088],
  ])('%i padded by %o: %i', (length, pad, padded) => {
    expect(paddedLength(length, pad)).toBe(padded)
  })

  it('padding that is none of them is refused', async () => {
    for (const pad of [null, {}, { block: 65_537 }, { block: 0 }])
      expect(await outcome(() => paddedLength(1, pad as never))).toBe('config')
  })
})
