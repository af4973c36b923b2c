import { expect, it, vi } from 'vitest'

vi.mock('#zlib', () => import('../src/backend/zlib-web.ts'))
const { zstd } = await import('../src/format/compression.ts')

it('zstd is unsupported where the runtime has none', () => {
  const frame = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x01, 0x09, 0x00, 0x00, 0x58])
  for (const run of [() => zstd.compress(frame), () => zstd.decompress(frame, 1)])
    expect(run).toThrow(expect.objectContaining({ code: 'unsupported_compression' }))
})
