import { beforeEach, describe, expect, it, vi } from 'vitest'
import { wrapContext } from '../src/keys/service/wrap.ts'
import type { KeyProvider } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { Sealer } from '../src/sealer/sealer-types.ts'
import { createTestSealer } from '../src/testing.ts'
import { bytes, context, KEY, localService, NOW, outcome, unavailable } from './fixtures.ts'
import { remoteService } from './remote-service.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

const service = localService
let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})
const seal = (sealer: Sealer, scope?: string) => clock.until(sealer.seal('x', { context, scope }))

describe('a provider as a source', () => {
  it('wraps one data key per scope and hour, however many seal at once', async () => {
    let now = NOW
    const wrapKey = vi.fn(async (...wrapped: Parameters<KeyProvider['wrapKey']>) => service('p', KEY).wrapKey(...wrapped))
    const sealer = createTestSealer({ keys: service('p', KEY, { wrapKey }), now: () => now })
    const wraps = async (scope?: string) => {
      const sealed = await Promise.all(Array.from({ length: 10 }, () => sealer.seal('x', { context, scope })))
      const blobs = new Set(sealed.map((text) => text.split('.')[3]))
      expect(blobs.size).toBe(1)
      return [...blobs][0]
    }
    const first = await wraps()
    expect(await wraps()).toBe(first)
    expect(await wraps('a')).not.toBe(first)
    expect(wrapKey).toHaveBeenCalledTimes(2)
    expect(wrapKey.mock.calls.map(([, context]) => context)).toEqual([
      wrapContext('envelope', 'p', 0),
      wrapContext('envelope', 'p', 0, 'a'),
    ])
    now += 3_600_000
    expect(await wraps()).not.toBe(first)
  })

  it('takes the data key of a service that makes them', async () => {
    const local = service('p', KEY)
    const generateDataKey: KeyProvider['generateDataKey'] = async (wrapping, made) => ({
      key: bytes(32, 77),
      wrapped: await local.wrapKey(bytes(32, 77), wrapping, made),
    })
    const sealer = createSealer({
      keys: service('p', KEY, { generateDataKey, wrapKey: () => expect.unreachable() }),
    })
    expect(await createSealer({ keys: local }).open(await sealer.seal('x', { context }), { context })).toBe('x')
  })

  it('unwraps once, keeps no failure, and lets nobody abort for others', async () => {
    const sealed = await createSealer({ keys: service('p', KEY) }).seal('x', { context })
    let start = () => {}
    const started = new Promise<void>((resolve) => {
      start = resolve
    })
    const unwrapKey = vi
      .fn(async (...wrapped: Parameters<KeyProvider['unwrapKey']>) => {
        wrapped[2].signal?.throwIfAborted()
        await started
        wrapped[2].signal?.throwIfAborted()
        return service('p', KEY).unwrapKey(...wrapped)
      })
      .mockImplementationOnce(unavailable)
    const sealer = createSealer({ keys: service('p', KEY, { unwrapKey }) })
    expect(await outcome(() => sealer.open(sealed, { context }))).toBe('provider_unavailable')
    const abort = new AbortController()
    const first = sealer.open(sealed, { context, signal: abort.signal })
    const others = Array.from({ length: 5 }, () => sealer.open(sealed, { context }))
    abort.abort(new Error('gone'))
    start()
    expect(await outcome(() => first)).toBe('aborted')
    expect(await Promise.all(others)).toEqual(Array(5).fill('x'))
    expect(await sealer.open(sealed, { context })).toBe('x')
    expect(unwrapKey).toHaveBeenCalledTimes(2)
  })

  it('takes 32 bytes from a service and nothing else', async () => {
    for (const length of [0, 16, 31, 33, 64]) {
      const sealer = createSealer({ keys: service('p', KEY, { unwrapKey: () => bytes(length) }) })
      expect(await outcome(async () => sealer.open(await sealer.seal('x', { context }), { context }))).toBe('open_failed')
    }
    for (const length of [0, 6145])
      expect(
        await outcome(() => createSealer({ keys: service('p', KEY, { wrapKey: () => bytes(length) }) }).seal('x', { context })),
      ).toBe('config')
  })
})

describe('a key service as a source', () => {
  it('restart-with-same-KMS-key-still-decrypts', async () => {
    const sealed = await seal(remoteService(clock).sealer())
    expect(await clock.until(remoteService(clock).sealer().open(sealed, { context }))).toBe('x')
  })

  it('keeps as many scopes and opened keys as it may, least recently used first out', async () => {
    const service = remoteService(clock, { cache: { maxScopes: 2, maxOpenedKeys: 2 } })
    const sealer = service.sealer()
    for (const scope of ['a', 'b', 'a', 'c', 'a']) await seal(sealer, scope)
    expect(service.calls).toBe(3)
    await seal(sealer, 'b')
    expect(service.calls).toBe(4)
    const sealed = await Promise.all(['a', 'b', 'c'].map((scope) => seal(remoteService(clock).sealer(), scope)))
    const open = (i: number) => clock.until(sealer.open(sealed[i]!, { context, scope: 'abc'[i]! }))
    for (const i of [0, 1, 0, 2, 0]) await open(i)
    expect(service.calls).toBe(4 + 3)
    await open(1)
    expect(service.calls).toBe(4 + 4)
    expect(service.told('evicted')).toBe(4)
  })

  it('tells nothing of keys, contexts and scopes', async () => {
    const service = remoteService(clock, { cache: { maxScopes: 1 } })
    const sealer = service.sealer()
    const sealed = await seal(sealer, 'Umbra-Scope-Id')
    await clock.until(sealer.open(sealed, { context, scope: 'Umbra-Scope-Id' }))
    await seal(sealer)
    expect(service.events.length).toBeGreaterThan(6)
    expect(JSON.stringify(service.events)).not.toMatch(/Umbra|billing|invoice|[A-Za-z0-9_-]{30}/)
  })

  it('what comes after the end is not kept, and nobody is asked any more', async () => {
    const service = remoteService(clock)
    const source = service.create().source()
    const call = { now: clock.now }
    let answer = () => {}
    service.answer = () => new Promise<void>((resolve) => (answer = resolve))
    const current = outcome(() => source.current(undefined, call))
    await clock.pass(1)
    await source.close?.()
    answer()
    expect(await current).toBe('closed')
    expect(await outcome(() => source.current(undefined, call))).toBe('closed')
    service.down()
    expect(service.calls).toBe(1)
  })
})
