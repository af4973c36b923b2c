import { describe, expect, it, vi } from 'vitest'
import { parseEnvelope } from '../src/format/envelope.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { wrapContext } from '../src/keys/service/wrap.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import { bytes, context, KEY, localService, OTHER_KEY, outcome, toBytes } from './fixtures.ts'

const service = localService

describe('rewrap', () => {
  const old = service('old', KEY)
  const body = (text: string) => text.split('.').at(-1)

  it('moves the data key to the provider that seals now; the ciphertext stays', async () => {
    const sealed = await createSealer({ keys: old }).seal('x', { context, scope: 'a' })
    const moved = createSealer({ keys: [service('new', OTHER_KEY), old] })
    const again = await moved.rewrap(sealed, { scope: 'a' })
    expect(again).toMatch(/^wax1\.c256w\.new~0\./)
    expect(body(again)).toBe(body(sealed))
    expect(await createSealer({ keys: service('new', OTHER_KEY) }).open(again, { context, scope: 'a' })).toBe('x')
    expect(await outcome(() => moved.rewrap(sealed, { scope: 'b' }))).toBe('open_failed')
    expect(await moved.rewrap(toBytes(sealed), { scope: 'a' })).toBeInstanceOf(Uint8Array)
  })

  it('moves to a new generation of the same provider', async () => {
    const sealed = await createSealer({ keys: old }).seal('x', { context })
    const next = rootKeyProvider({
      id: 'old',
      version: 1,
      keys: staticKeys([
        { kid: 'old-2', key: OTHER_KEY },
        { kid: 'old-key', key: KEY, state: 'decrypt_only' },
      ]),
      suite: 'chacha20-poly1305',
    })
    const again = await createSealer({ keys: next }).rewrap(sealed)
    expect(again).toContain('.old~1.')
    expect(await createSealer({ keys: next }).open(again, { context })).toBe('x')
    expect(await createSealer({ keys: next }).open(sealed, { context })).toBe('x')
  })

  it('lets a service do it that can', async () => {
    const rewrapKey = vi.fn(async () => bytes(5))
    const sealed = await createSealer({ keys: old }).seal('x', { context })
    const again = await createSealer({
      keys: service('old', KEY, { rewrapKey, unwrapKey: () => expect.unreachable() }),
    }).rewrap(sealed)
    expect(parseEnvelope(again, 1e6).locator).toMatchObject({ kid: 'old', version: 0 })
    expect(new Uint8Array(parseEnvelope(again, 1e6).locator.wrapped!)).toEqual(bytes(5))
    expect(rewrapKey).toHaveBeenCalledExactlyOnceWith(expect.anything(), wrapContext('envelope', 'old', 0), expect.anything())
  })

  it('is for wrapped keys of configured providers', async () => {
    const named = createSealer({ keys: [staticKeys([{ kid: 'k1', key: KEY }]), service('p', OTHER_KEY)] })
    expect(await outcome(async () => named.rewrap(await named.seal('x', { context })))).toBe('config')
    const foreign = await createSealer({ keys: service('q', bytes(32, 5)) }).seal('x', { context })
    expect(await outcome(() => named.rewrap(foreign))).toBe('config')
    expect(await outcome(() => named.rewrap('plain'))).not.toBe('ok')
  })
})
