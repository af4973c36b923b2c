import { Buffer } from 'node:buffer'
import process from 'node:process'
import { describe, expect, it, vi } from 'vitest'
import { backend } from '#backend'
import { fieldPolicy } from '../src/document/policy.ts'
import { createSealer } from '../src/index.ts'
import { createDataKey } from '../src/keys/data-key.ts'
import { createKeyring } from '../src/keys/keyring.ts'
import { multi } from '../src/keys/multi-provider.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { wrapContext, wrapContextBytes } from '../src/keys/service/wrap.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { KeyProvider, KeyProviderDriver } from '../src/keys/types.ts'
import { createRandomPool } from '../src/random.ts'
import { bytes, context, KEY, keys, localService, NOW, OTHER_KEY, outcome } from './fixtures.ts'

const call = { now: () => NOW }
const sealer = createSealer({ keys, suite: 'chacha20-poly1305' })

/** A key service that holds keys under a root key, as its answers come. */
const provider = (change: Partial<KeyProviderDriver> = {}): KeyProvider => localService('service', KEY, change)

describe('randomness', () => {
  it('gives out no byte of a pool that the CSPRNG did not fill', () => {
    const fill = vi.spyOn(backend, 'randomFill')
    fill.mockImplementationOnce(() => {
      throw new Error('not at module scope')
    })
    // A clock that stands still, as at the top level of a Worker.
    const draw = createRandomPool(() => 0)
    expect(() => draw(24)).toThrow('not at module scope')
    fill.mockImplementationOnce(() => {})
    expect(() => draw(24)).toThrow('zeros')
    fill.mockRestore()
    const drawn = Array.from({ length: 500 }, () => draw(24).join())
    expect(new Set(drawn).size).toBe(500)
    expect(drawn).not.toContain(new Uint8Array(24).join())
  })
})

describe('ownership of key bytes', () => {
  it('erases no key that a caller handed over, be it a Buffer', async () => {
    const key = Buffer.from(OTHER_KEY)
    await rootKeyProvider({ id: 'root', keys }).wrapKey(key, wrapContext('envelope', 'root', 0), call)
    expect(new Uint8Array(key)).toEqual(OTHER_KEY)
  })

  it('wraps the same key under every service', async () => {
    const services = multi({ id: 'both', providers: [provider({ id: 'a' }), provider({ id: 'b' })] })
    const wrapped = await services.wrapKey(Buffer.from(OTHER_KEY), wrapContext('envelope', 'both', 0), call)
    const second = multi({ id: 'both', providers: [provider({ id: 'b' })] })
    expect(new Uint8Array(await second.unwrapKey(wrapped, wrapContext('envelope', 'both', 0), call))).toEqual(OTHER_KEY)
  })

  it('seals under what was wrapped, whatever the service does to its argument', async () => {
    const inner = provider()
    const erasing = provider({
      wrapKey: async (key, ...rest) => {
        const wrapped = await inner.wrapKey(key, ...rest)
        key.fill(0)
        return wrapped
      },
    })
    const sealed = await createSealer({ keys: erasing, suite: 'chacha20-poly1305' }).seal('text', { context })
    expect(await createSealer({ keys: provider(), suite: 'chacha20-poly1305' }).open(sealed, { context })).toBe('text')
  })

  it('refuses a key of zeros', async () => {
    expect(await outcome(() => createDataKey({ kid: 'k', key: new Uint8Array(32) }))).toBe('config')
  })

  it('gives every service its own bytes of the wrap context', () => {
    const first = wrapContextBytes(wrapContext('envelope', 'k', 0))
    const copy = first.slice()
    first.fill(0)
    expect(wrapContextBytes(wrapContext('envelope', 'k', 0))).toEqual(copy)
  })

  it('leaves no key in the memory that small Buffers share', () => {
    const key = bytes(32, 77)
    createKeyring(staticKeys([{ kid: 'k', key: backend.toBase64url(key) }]), { unknownLocatorsPerMinute: 1 })
    const pool = Buffer.from(Buffer.from('x').buffer).toString('hex')
    expect(pool).not.toContain(Buffer.from(key).toString('hex'))
  })
})

describe('answers that only look like answers', () => {
  it('takes nothing but true for a yes of allowIf', async () => {
    const allowUntil = new Date(Date.now() + 86_400_000)
    const allowIf = (async () => false) as unknown as () => boolean
    for (const plaintext of [{ allowUntil, allowIf }, { allowUntil }])
      expect(await outcome(() => sealer.open(bytes(4) as never, { context, plaintext }))).toBe('plaintext_rejected')
    expect(await outcome(() => sealer.open('clear' as never, { context, plaintext: { allowUntil, allowIf } }))).toBe(
      'plaintext_rejected',
    )
    expect(await outcome(() => sealer.open('clear' as never, { context, plaintext: { allowUntil } }))).toBe('ok')
  })

  it('takes no minimum version that is no version', async () => {
    const sealed = await sealer.seal('x', { context })
    for (const minimum of [Promise.resolve(9), undefined, Number.NaN]) {
      const reader = createSealer({ keys, minKeyVersion: () => minimum as number })
      expect(await outcome(() => reader.open(sealed, { context }))).toBe('config')
    }
  })

  it('verifies under the call’s own context alone', async () => {
    const sealed = await sealer.seal('x', { context: { app: 'other' }, storeContext: true })
    const stored = { context: { stored: 'any' } as never, ifSealed: 'verify' as const }
    expect(await outcome(() => sealer.seal(sealed, stored))).not.toBe('ok')
    const document = await sealer.sealFields(
      { a: 'secret' },
      { fields: ['/a'] },
      { context: { app: 'other' }, storeContext: true },
    )
    expect(await outcome(() => sealer.sealFields(document, { fields: ['/a'] }, stored))).not.toBe('ok')
  })

  it('lets no hook that fails later end the process', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const onEvent = (async () => {
      throw new Error('hook')
    }) as unknown as () => void
    await createSealer({ keys, onEvent }).seal('x', { context })
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })
})

describe('what changes while a call waits', () => {
  const slow = (): KeyProvider => {
    const inner = provider()
    return provider({ wrapKey: (...args) => Promise.resolve().then(() => inner.wrapKey(...args)) })
  }

  it('seals the bytes as they were given', async () => {
    const waiting = createSealer({ keys: slow(), suite: 'chacha20-poly1305' })
    const value = bytes(8, 5)
    const pending = waiting.seal(value, { context })
    value.fill(0)
    expect(await waiting.open(await pending, { context })).toEqual(bytes(8, 5))
  })

  it('seals all groups under the context as it was given', async () => {
    const waiting = createSealer({ keys: slow(), suite: 'chacha20-poly1305' })
    const policy = fieldPolicy({ groups: { a: ['/a'], b: ['/b'] } })
    const own = { ...context, row: '1' }
    const pending = waiting.sealFields({ a: 1, b: 2 }, policy, { context: own, scopes: { a: 's1', b: 's2' } })
    own.row = '2'
    const document = await pending
    expect(
      await waiting.openFields(document, policy, { context: { ...context, row: '1' }, scopes: { a: 's1', b: 's2' } }),
    ).toEqual({ a: 1, b: 2 })
  })

  it('leaves nothing in clear that appears while a detector looks', async () => {
    const document: { email?: string; name: string } = { name: 'n' }
    const detector = {
      detectDocument: async () => {
        await Promise.resolve()
        document.email = 'late@example.com'
        return []
      },
    }
    const sealed = await sealer.sealFields(document, { fields: ['/email'], detector }, { context })
    expect(JSON.stringify(sealed)).not.toContain('late@example.com')
  })

  it('asks a service once for each locator, and not for more unknown ones than the limit', async () => {
    let asked = 0
    const refusing = provider({
      unwrapKey: async () => {
        asked++
        throw Object.assign(new Error('no'), {})
      },
    })
    const limited = createSealer({ keys: refusing, suite: 'chacha20-poly1305', limits: { unknownLocatorsPerMinute: 5 } })
    const sealed = await createSealer({ keys: provider(), suite: 'chacha20-poly1305' }).seal('x', { context })
    const parts = sealed.split('.')
    const forged = Array.from({ length: 50 }, (_, i) =>
      [...parts.slice(0, 3), Buffer.from(bytes(40, i)).toString('base64url'), ...parts.slice(4)].join('.'),
    )
    await Promise.allSettled(forged.map((envelope) => limited.open(envelope, { context })))
    expect(asked).toBeLessThanOrEqual(5)
  })
})

describe('documents', () => {
  it('refuses an array that was made an object whose keys look like addresses', async () => {
    const policy = { fields: ['/items/*/email'], form: 'inline' as const, elementIds: { '/items': 'id' } }
    const sealed = (await sealer.sealFields({ items: [{ id: 'a', email: 'alice@x' }] }, policy, { context })) as {
      items: { email: string }[]
    }
    const forged = { items: { '[s:a]': { id: 'b', email: sealed.items[0]!.email } } }
    expect(await outcome(() => sealer.openFields(forged, policy, { context }))).toBe('document_changed')
  })

  it('refuses a stored document that is deeper than any that was sealed, in either form', async () => {
    let deep: unknown = 'x'
    for (let i = 0; i < 10_000; i++) deep = { a: deep }
    const forged = { ...(deep as object), $wax: 'wax1.c20.k1~1.AAAA' }
    expect(await outcome(() => sealer.openFields(forged, { fields: ['/**/b'] }, { context }))).toBe('too_large')
    expect(await outcome(() => sealer.openFields(deep as never, { fields: ['/**/b'], form: 'inline' }, { context }))).toBe(
      'too_large',
    )
  })

  it('goes by the options that it was given, not by what they are turned into later', async () => {
    const authenticate = ['/b']
    const options = { fields: ['/a'], authenticate }
    const sealed = await sealer.sealFields({ a: 1, b: 2 }, options, { context })
    authenticate.length = 0
    expect(
      await outcome(() =>
        sealer.openFields<unknown>({ ...sealed, b: 999 }, { fields: ['/a'], authenticate: ['/b'] }, { context }),
      ),
    ).toBe('open_failed')
  })

  it('refuses an inherited toJSON', async () => {
    const value = Object.create(Object.assign(Object.create(null), { toJSON: () => 'replaced' }))
    expect(await outcome(() => sealer.seal({ value }, { context }))).toBe('not_serialisable')
  })
})
