import { describe, expect, it, vi } from 'vitest'
import { openKeys } from '../src/keys/open-keys.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import { KEY } from './fixtures.ts'

describe('openKeys', () => {
  const env = { SECRET: 'x' }
  const opener = vi.fn(() => staticKeys([{ kid: 'k1', key: KEY }]))

  it('calls the opener of the scheme', () => {
    openKeys('env://SECRET?x=1', { env: opener, file: () => expect.unreachable() }, { env })
    expect(opener).toHaveBeenCalledExactlyOnceWith('env://SECRET?x=1', { env })
  })

  it.each(['vault://token@host', 'SECRET', '', 'constructor:x', 'toString:', 'ENV://x', ' env://x'])(
    'refuses %j without repeating it',
    (uri) => {
      try {
        openKeys(uri, { env: opener }, { env })
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({ code: 'config' })
        expect((error as Error).message).toContain('env:')
        if (uri.length > 7) expect((error as Error).message).not.toContain(uri.slice(0, 7))
      }
    },
  )
})
