// The suites that say nothing about a runtime once more, on the backend of browsers and workerd.
import { expect, it, vi } from 'vitest'

vi.mock('#backend', () => import('../src/backend/web.ts'))
vi.mock('#zlib', () => import('../src/backend/zlib-web.ts'))

it('runs on the web backend', async () => {
  const { aesIsSync } = await import('./fixtures.ts')
  const { zstd } = await import('../src/format/compression.ts')
  expect(aesIsSync).toBe(false)
  expect(() => zstd.compress(new Uint8Array(0))).toThrow('this runtime has no zstd')
})

await import('./envelope.test.ts')
await import('./document.test.ts')
await import('./vectors.test.ts')
await import('./keys.test.ts')
await import('./sealer.test.ts')
await import('./stream.test.ts')
await import('./codec.test.ts')
await import('./blind-index.test.ts')
await import('./dedup-key.test.ts')
await import('./random.test.ts')
await import('./secrets.test.ts')
await import('./surfaces.test.ts')
await import('./property.test.ts')
