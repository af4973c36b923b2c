import { describe, expect, it } from 'vitest'
import type { Compression } from '../src/format/compression.ts'
import { CONTENT, decodeFrame, encodeFrame } from '../src/format/frame.ts'
import { bytes, erased, outcome } from './fixtures.ts'

describe('a frame', () => {
  const packed = (length: number) => {
    const seen: Uint8Array[] = []
    const algorithm: Compression = {
      name: 'deflate',
      code: 1,
      compress(data) {
        seen.push(data)
        return new Uint8Array(length)
      },
      decompress: (data) => data,
    }
    return { algorithm, seen }
  }
  const isPacked = (frame: Uint8Array) => (frame[0]! >> 3) & 7

  it.each([
    [94, 1],
    [95, 0],
    [100, 0],
    [104, 0],
  ])('of 100 bytes that pack into %i: compression %i', (length, code) => {
    const { algorithm } = packed(length)
    expect(isPacked(encodeFrame(CONTENT.bytes, bytes(100), { limit: 1000, compress: { algorithm, minBytes: 10 } }))).toBe(code)
  })

  it('is compressed from minBytes on', () => {
    const { algorithm } = packed(1)
    const codes = [99, 100].map((length) =>
      isPacked(encodeFrame(CONTENT.bytes, bytes(length), { limit: 1000, compress: { algorithm, minBytes: 100 } })),
    )
    expect(codes).toEqual([0, 1])
  })

  it('leaves no copy of a text behind that was compressed, and does not touch the bytes of the caller', () => {
    const { algorithm, seen } = packed(1)
    const own = bytes(100, 1)
    encodeFrame(CONTENT.text, 'x'.repeat(100), { limit: 1000, compress: { algorithm, minBytes: 10 } })
    encodeFrame(CONTENT.bytes, own, { limit: 1000, compress: { algorithm, minBytes: 10 } })
    expect(erased(seen)).toEqual([true, false])
    expect(own).toEqual(bytes(100, 1))
  })

  it('opens up to the very limit', async () => {
    expect(decodeFrame(bytes(101), 100, []).data.length).toBe(100)
    expect(await outcome(() => decodeFrame(bytes(102), 100, []))).toBe('too_large')
  })

  it('of unknown content is malformed before it is looked into', async () => {
    for (const content of [4, 5, 6, 7]) expect(await outcome(() => decodeFrame(Uint8Array.of(content), 0, []))).toBe('malformed')
  })
})
