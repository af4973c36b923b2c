import { beforeEach, describe, expect, it } from 'vitest'
import type { KeyCacheOptions } from '../src/keys/service/key-service-options.ts'
import type { Sealer } from '../src/sealer/sealer-types.ts'
import { createTestSealer } from '../src/testing.ts'
import { context, NOW, outcome } from './fixtures.ts'
import { MINUTE_MS, remoteService } from './remote-service.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})
const seal = (sealer: Sealer, scope?: string) => clock.until(sealer.seal('x', { context, scope }))
const wrapOf = (sealed: string) => sealed.split('.')[3]

describe('keys that seal', () => {
  it('a million seals over one hour cost at most 3 calls', async () => {
    const service = remoteService(clock)
    const source = service.create().source()
    const call = { now: clock.now, bytes: 1024 }
    const key = source.current(undefined, call)
    await key
    for (let minute = 0; minute < 60; minute++) {
      for (let i = 0; i < 1_000_000 / 60; i++) {
        const current = source.current(undefined, call)
        if (current instanceof Promise) await clock.until(current)
      }
      await clock.pass(MINUTE_MS)
    }
    expect(service.calls).toBeGreaterThan(0)
    expect(service.calls).toBeLessThanOrEqual(3)
  })

  it('a refusal in the background ends the old key at once', async () => {
    const service = remoteService(clock)
    const sealer = service.sealer()
    await seal(sealer)
    await clock.pass(50 * MINUTE_MS)
    service.down('key_suspended')
    expect(await outcome(() => seal(sealer))).toBe('ok')
    await clock.pass(1)
    const calls = service.calls
    for (let i = 0; i < 10; i++) expect(await outcome(() => seal(sealer))).toBe('key_suspended')
    expect(service.calls).toBe(calls)
    expect(service.told('refused')).toBe(10)
    service.up()
    await clock.pass(36_000)
    expect(await outcome(() => seal(sealer))).toBe('ok')
  })

  it('makes the next key in the background, once, and serves the old one until it is there', async () => {
    const service = remoteService(clock)
    const sealer = service.sealer()
    const first = wrapOf(await seal(sealer))
    await clock.pass(50 * MINUTE_MS)
    let answer = () => {}
    service.answer = () => new Promise<void>((resolve) => (answer = resolve))
    for (let i = 0; i < 10; i++) expect(wrapOf(await sealer.seal('x', { context }))).toBe(first)
    expect(sealer.sealSync('x', { context })).toContain(first)
    answer()
    await clock.pass(1)
    expect(wrapOf(await seal(sealer))).not.toBe(first)
    expect(service.calls).toBe(2)
  })

  it('a refresh that fails is tried again, not at every seal', async () => {
    const service = remoteService(clock, { retry: false, breaker: false })
    const sealer = service.sealer()
    await seal(sealer)
    await clock.pass(50 * MINUTE_MS)
    service.down()
    for (let i = 0; i < 60; i++) {
      expect(await outcome(() => seal(sealer))).toBe('ok')
      await clock.pass(1_000)
    }
    expect(service.calls).toBe(1 + 2)
    expect(service.told('refresh_failed')).toBe(2)
  })

  it('one data key seals no more values and bytes than it may, however many come at once', async () => {
    const service = remoteService(clock, { cache: { maxMessages: 100 } })
    const sealer = service.sealer()
    const sealed = await clock.until(Promise.all(Array.from({ length: 1000 }, () => sealer.seal('x', { context }))))
    const uses = new Map<string, number>()
    for (const one of sealed) uses.set(wrapOf(one)!, (uses.get(wrapOf(one)!) ?? 0) + 1)
    expect(Math.max(...uses.values())).toBeLessThanOrEqual(100)
    const byBytes = remoteService(clock, { cache: { maxBytes: 10_000 } }).sealer()
    const blobs = new Map<string, number>()
    for (let i = 0; i < 40; i++) {
      const one = await clock.until(byBytes.seal('x'.repeat(999), { context }))
      blobs.set(wrapOf(one)!, (blobs.get(wrapOf(one)!) ?? 0) + 1000)
      await clock.pass(1)
    }
    expect(Math.max(...blobs.values())).toBeLessThanOrEqual(10_000)
    // What is larger than the limit gets a key of its own.
    expect(await outcome(() => clock.until(byBytes.seal('x'.repeat(20_000), { context })))).toBe('ok')
  })

  it('a clock that was set back, and a process that was frozen, make no key younger', async () => {
    let wall = NOW
    const service = remoteService(clock)
    const sealer = createTestSealer({ keys: service.create(), suite: 'chacha20-poly1305', now: () => wall })
    const first = wrapOf(await seal(sealer))
    wall -= 100 * MINUTE_MS
    await clock.pass(61 * MINUTE_MS)
    const second = wrapOf(await seal(sealer))
    expect(second).not.toBe(first)
    wall += 161 * MINUTE_MS
    expect(wrapOf(await seal(sealer))).not.toBe(second)
  })

  it('one data key seals exactly as many values and bytes as it may', async () => {
    const counted = async (cache: KeyCacheOptions, ...sizes: number[]) => {
      const service = remoteService(clock, { retry: false, breaker: false, cache })
      const source = service.create().source()
      const outcomes: string[] = []
      for (const size of sizes) {
        outcomes.push(await outcome(() => source.current(undefined, { now: clock.now, bytes: size })))
        service.down()
      }
      return outcomes
    }
    const over = 'provider_unavailable'
    expect(await counted({ maxMessages: 3 }, 1, 1, 1, 1)).toEqual(['ok', 'ok', 'ok', over])
    expect(await counted({ maxMessages: 1 }, 1, 1)).toEqual(['ok', over])
    expect(await counted({ maxBytes: 300 }, 100, 200, 1)).toEqual(['ok', 'ok', over])
    expect(await counted({ maxBytes: 300 }, 100, 201, 200)).toEqual(['ok', over, 'ok'])
    expect(await counted({ maxBytes: 300 }, 301, 1)).toEqual(['ok', over])
  })

  it('the next key is made when nine tenths of what one may seal are used up', async () => {
    for (const [cache, size] of [
      [{ maxMessages: 10 }, 0],
      [{ maxBytes: 100 }, 10],
    ] as const) {
      const service = remoteService(clock, { cache })
      const source = service.create().source()
      const call = { now: clock.now, bytes: size }
      for (let i = 0; i < 9; i++) await source.current(undefined, call)
      expect([service.told('refresh'), service.calls]).toEqual([0, 1])
      await source.current(undefined, call)
      await clock.pass(1)
      expect([service.told('refresh'), service.calls]).toEqual([1, 2])
    }
  })
})
