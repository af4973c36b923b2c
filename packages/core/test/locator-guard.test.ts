import { beforeEach, describe, expect, it, vi } from 'vitest'
import { settle } from '../src/flow.ts'
import { createDataKey, type DataKey } from '../src/keys/data-key.ts'
import { createLocatorGuard, type LocatorGuard } from '../src/keys/locator-guard.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { KeySource, Keys } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { Sealer } from '../src/sealer/sealer-types.ts'
import { createTestSealer } from '../src/testing.ts'
import { bytes, context, KEY, localService, NOW, OTHER_KEY, outcome, remoteSource, toBytes, urlText } from './fixtures.ts'
import { MINUTE_MS, remoteService } from './remote-service.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

const service = localService
const source = (key: Uint8Array, kid: string): KeySource => staticKeys([{ kid, key }])
let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})
const seal = (sealer: Sealer, scope?: string) => clock.until(sealer.seal('x', { context, scope }))

describe('unknown locators', () => {
  const sealedAs = (kid: string) => createSealer({ keys: source(KEY, kid) }).seal('x', { context })
  let now = NOW
  const guarded = (resolve: KeySource['resolve'], more: Keys = []) =>
    createTestSealer({
      keys: [remoteSource('r', OTHER_KEY, resolve), ...(more as KeySource[])],
      limits: { unknownLocatorsPerMinute: 3 },
      now: () => now,
    })

  it('are not asked for again within a minute', async () => {
    const resolve = vi.fn(async () => null)
    const sealer = guarded(resolve)
    const sealed = await sealedAs('k1')
    for (let i = 0; i < 3; i++) expect(await outcome(() => sealer.open(sealed, { context }))).toBe('key_not_found')
    expect(resolve).toHaveBeenCalledTimes(1)
    now += 60_000
    expect(await outcome(() => sealer.open(sealed, { context }))).toBe('key_not_found')
    expect(resolve).toHaveBeenCalledTimes(2)
  })

  it('are limited per minute; known ones still go through', async () => {
    const handle = createDataKey({ kid: 'k0', key: KEY })
    const resolve = vi.fn(async ({ kid }: { kid: string }) => (kid === 'k0' ? handle : null))
    const sealer = guarded(resolve)
    const open = async (kid: string) => outcome(async () => sealer.open(await sealedAs(kid), { context }))
    expect(await open('k0')).toBe('ok')
    for (const kid of ['k1', 'k2', 'k3']) expect(await open(kid)).toBe('key_not_found')
    now += 1000
    expect(await open('k4')).toBe('throttled')
    await expect(sealer.open(await sealedAs('k4'), { context })).rejects.toMatchObject({ retryAfterMs: 59_000 })
    expect(resolve).toHaveBeenCalledTimes(4)
    expect(await open('k0')).toBe('ok')
    now += 59_000
    expect(await open('k4')).toBe('key_not_found')
  })

  it('do not count where a provider need not be asked', async () => {
    const unwrapKey = vi.fn()
    const keys = [
      service('p', OTHER_KEY, { unwrapKey }),
      ...['k1', 'k2', 'k3', 'k4', 'k5'].map((kid, i) => source(bytes(32, i), kid)),
    ]
    const sealer = createTestSealer({ keys, limits: { unknownLocatorsPerMinute: 3 }, now: () => now })
    for (let i = 0; i < 5; i++) {
      const sealed = await createSealer({ keys: source(bytes(32, i), `k${i + 1}`) }).seal('x', { context })
      expect(await outcome(() => sealer.open(sealed, { context }))).toBe('ok')
    }
    expect(unwrapKey).not.toHaveBeenCalled()
  })

  it('bad wraps count as well', async () => {
    const unwrapKey = vi.fn(service('p', OTHER_KEY).unwrapKey)
    const sealer = createTestSealer({
      keys: service('p', OTHER_KEY, { unwrapKey }),
      limits: { unknownLocatorsPerMinute: 3 },
      now: () => now,
    })
    const sealed = toBytes(await sealer.seal('x', { context }))
    const outcomes: string[] = []
    for (let i = 0; i < 5; i++) {
      const forged = sealed.slice()
      forged[60 + i]! ^= 1
      outcomes.push(await outcome(() => sealer.open(forged, { context })))
    }
    expect(outcomes).toEqual(['open_failed', 'open_failed', 'open_failed', 'throttled', 'throttled'])
    expect(unwrapKey).toHaveBeenCalledTimes(3)
  })
})

describe('unknown locators of a key service', () => {
  it('a wrap that is not genuine is asked about once a minute', async () => {
    const service = remoteService(clock)
    const sealer = service.sealer()
    const sealed = (await seal(sealer)).split('.')
    sealed[3] = `${sealed[3]!.slice(0, -4)}AAAA`
    for (let i = 0; i < 20; i++) expect(await outcome(() => sealer.open(sealed.join('.'), { context }))).toBe('open_failed')
    expect(service.calls).toBe(2)
    await clock.pass(MINUTE_MS)
    await outcome(() => sealer.open(sealed.join('.'), { context }))
    expect(service.calls).toBe(3)
  })

  it('whoever aborts does not get round the limit on unknown locators, nor the memory of refusals', async () => {
    const sealed = (await seal(remoteService(clock).sealer())).split('.')
    const service = remoteService(clock)
    const sealer = createTestSealer({
      keys: service.create(),
      suite: 'chacha20-poly1305',
      now: clock.now,
      limits: { unknownLocatorsPerMinute: 10 },
    })
    const forged = (i: number) => [...sealed.slice(0, 3), urlText(bytes(60, i)), ...sealed.slice(4)].join('.')
    for (let i = 0; i < 100; i++) {
      const abort = new AbortController()
      const opening = outcome(() => sealer.open(forged(i), { context, signal: abort.signal }))
      abort.abort()
      expect(['aborted', 'throttled']).toContain(await opening)
    }
    await clock.pass(1)
    expect(service.calls).toBe(10)
    expect(await outcome(() => sealer.open(forged(0), { context }))).toBe('malformed')
    expect(service.calls).toBe(10)
  })

  it('the limit of one scope is no other scope’s', async () => {
    const service = remoteService(clock)
    const sealer = createTestSealer({
      keys: service.create(),
      suite: 'chacha20-poly1305',
      now: clock.now,
      limits: { unknownLocatorsPerMinute: 5 },
    })
    const sealed = (await seal(remoteService(clock).sealer(), 'b')).split('.')
    for (let i = 0; i < 20; i++) {
      const forged = [...sealed.slice(0, 3), urlText(bytes(60, i)), ...sealed.slice(4)].join('.')
      await outcome(() => sealer.open(forged, { context, scope: 'a' }))
    }
    expect(service.calls).toBe(5)
    expect(await sealer.open(sealed.join('.'), { context, scope: 'b' })).toBe('x')
  })

  it('a clock that was set back does not make a refusal last', async () => {
    let wall = NOW
    const service = remoteService(clock)
    const sealer = createTestSealer({ keys: service.create(), suite: 'chacha20-poly1305', now: () => wall })
    const sealed = await seal(remoteService(clock).sealer())
    service.down('access_denied')
    expect(await outcome(() => sealer.open(sealed, { context }))).toBe('access_denied')
    service.up()
    wall -= 60 * MINUTE_MS
    expect(await sealer.open(sealed, { context })).toBe('x')
  })
})

describe('a guard of locators', () => {
  const key = createDataKey({ kid: 'k1', key: bytes(32, 1) })
  const ask = (guard: LocatorGuard, id: string, found: DataKey | null | Promise<DataKey | null> = key) =>
    outcome(() => settle(guard.resolve({ kid: id, version: 1 }, undefined, NOW, () => found)))

  it('does not count a known locator that is asked for again', async () => {
    const guard = createLocatorGuard(1)
    await ask(guard, 'known')
    const again = ask(guard, 'known', new Promise((resolve) => setTimeout(resolve, 0, key)))
    expect(await ask(guard, 'another')).toBe('ok')
    expect(await again).toBe('ok')
  })

  it('knows 4096 of them, then begins anew', async () => {
    const guard = createLocatorGuard(1)
    for (let i = 0; i < 4095; i++) await ask(guard, `known ${i}`)
    await ask(guard, 'unknown', null)
    for (const id of ['known 0', 'known 4094']) expect(await ask(guard, id)).toBe('ok')
    expect(await ask(guard, 'new')).toBe('throttled')
    const full = createLocatorGuard(1)
    for (let i = 0; i <= 4096; i++) await ask(full, `known ${i}`)
    await ask(full, 'unknown', null)
    expect(await ask(full, 'known 4096')).toBe('ok')
    expect(await ask(full, 'known 0')).toBe('throttled')
  })
})
