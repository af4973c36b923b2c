import { describe, expect, it } from 'vitest'
import { parseEnvelope } from '../src/format/envelope.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { wrapContext } from '../src/keys/service/wrap.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { SealerOptions } from '../src/sealer/sealer-types.ts'
import { createTestSealer } from '../src/testing.ts'
import { bytes, context, KEY, NOW, OTHER_KEY, outcome } from './fixtures.ts'
import { root } from './remote-service.ts'

const call = { now: () => NOW }

describe('a local key-encryption key', () => {
  const roots = staticKeys([
    { kid: 'r2', key: KEY },
    { kid: 'r1', key: OTHER_KEY, state: 'decrypt_only' },
  ])
  const root = rootKeyProvider({ id: 'root', keys: roots, suite: 'chacha20-poly1305' })
  const bound = wrapContext('envelope', 'root', 0)

  it('wraps with the current one, unwraps with all, and binds the context', async () => {
    const blob = await root.wrapKey(bytes(32, 9), bound, call)
    expect(parseEnvelope(blob, 6144)).toMatchObject({ locator: { kid: 'r2', version: 1 } })
    expect(await root.unwrapKey(blob, bound, call)).toEqual(bytes(32, 9))
    const older = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'r1', key: OTHER_KEY }]) })
    expect(await root.unwrapKey(await older.wrapKey(bytes(32, 9), bound, call), bound, call)).toEqual(bytes(32, 9))
    for (const other of [
      wrapContext('stored', 'root', 0),
      wrapContext('envelope', 'root', 1),
      wrapContext('envelope', 'root', 0, 'a'),
      wrapContext('envelope', 'rood', 0),
    ])
      expect(await outcome(() => root.unwrapKey(blob, other, call))).toBe('open_failed')
    expect(await outcome(() => older.unwrapKey(blob, bound, call))).toBe('key_not_found')
    expect(await outcome(() => root.unwrapKey(blob, bound, { ...call, acceptSuites: ['aes-256-gcm'] }))).toBe('unsupported_suite')
  })

  it('takes no other envelope for a wrapped key', async () => {
    const sealer = createSealer({ keys: staticKeys([{ kid: 'r2', key: KEY }]) })
    const value = await sealer.seal(bytes(31), { context: bound, as: 'bytes' })
    expect(await outcome(() => root.unwrapKey(value, bound, call))).toBe('open_failed')
    const stored = await sealer.seal('x', { context: bound, as: 'bytes', storeContext: true })
    expect(await outcome(() => root.unwrapKey(stored, bound, call))).toBe('malformed')
    expect(await outcome(() => root.unwrapKey(bytes(100), bound, call))).toBe('malformed')
    expect(await outcome(() => root.wrapKey(bytes(31), bound, call))).toBe('config')
  })

  it('a suite that the sealer does not accept opens no wrapped key either', async () => {
    const sealer = (acceptSuites: SealerOptions['acceptSuites']) =>
      createSealer({ keys: root, acceptSuites, suite: 'aes-256-gcm' })
    const sealed = await sealer(undefined).seal('x', { context })
    expect(await outcome(() => sealer(['aes-256-gcm']).open(sealed, { context }))).toBe('unsupported_suite')
  })
})

describe('a local key that wraps', () => {
  it('is held to the smallest version that the sealer accepts', async () => {
    const keys = (kid: string) =>
      rootKeyProvider({ id: 'root', keys: staticKeys([{ kid, key: KEY }]), suite: 'chacha20-poly1305' })
    const sealed = await createTestSealer({ keys: keys('old'), suite: 'chacha20-poly1305' }).seal('x', { context })
    const reader = (minimum: number) =>
      createTestSealer({ keys: keys('old'), suite: 'chacha20-poly1305', minKeyVersion: (kid) => (kid === 'old' ? minimum : 0) })
    expect(await outcome(() => reader(1).open(sealed, { context }))).toBe('ok')
    expect(await outcome(() => reader(2).open(sealed, { context }))).toBe('key_retired')
  })

  it('is no key that a service wrapped: what it wraps would be lost', async () => {
    const keys = rootKeyProvider({ id: 'outer', keys: root.source(), suite: 'chacha20-poly1305' })
    expect(await outcome(() => createTestSealer({ keys, suite: 'chacha20-poly1305' }).seal('x', { context }))).toBe('config')
  })

  it('is opened by the suites that each sealer accepts, also from a memory that several share', async () => {
    const source = root.source()
    const sealed = await createTestSealer({ keys: source, suite: 'aes-256-gcm' }).seal('x', { context })
    const open = (acceptSuites?: readonly ['aes-256-gcm']) =>
      outcome(() => createTestSealer({ keys: source, suite: 'aes-256-gcm', acceptSuites }).open(sealed, { context }))
    expect(await open()).toBe('ok')
    expect(await open(['aes-256-gcm'])).toBe('unsupported_suite')
  })
})
