// The suites that say nothing about a runtime once more, on the backend of browsers and workerd.
import { expect, it, vi } from 'vitest'

vi.mock('#backend', () => import('../src/backend/web.ts'))
vi.mock('#zlib', () => import('../src/backend/zlib-web.ts'))

it('runs on the web backend', async () => {
  expect((await import('./fixtures.ts')).aesIsSync).toBe(false)
})

await import('./envelope.test.ts')
await import('./document.test.ts')
await import('./vectors.test.ts')
