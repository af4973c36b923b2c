import { beforeEach, describe, expect, it } from 'vitest'
import type { Sealer } from '../src/sealer/sealer-types.ts'
import { context, NOW, outcome } from './fixtures.ts'
import { MINUTE_MS, remoteService } from './remote-service.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})
const seal = (sealer: Sealer, scope?: string) => clock.until(sealer.seal('x', { context, scope }))
const wrapOf = (sealed: string) => sealed.split('.')[3]

describe('an outage of a key service', () => {
  it('KMS-down-at-boot-throws: there is no key that stands in', async () => {
    const service = remoteService(clock)
    service.down()
    const sealer = service.sealer()
    expect(await outcome(() => clock.until(sealer.warm()))).toBe('provider_unavailable')
    expect(await outcome(() => seal(sealer))).toBe('provider_unavailable')
  })

  it('a failed call is not remembered as a promise', async () => {
    const sealed = await seal(remoteService(clock).sealer())
    const service = remoteService(clock, { retry: false })
    const sealer = service.sealer()
    service.down()
    expect(await outcome(() => seal(sealer))).toBe('provider_unavailable')
    expect(await outcome(() => sealer.open(sealed, { context }))).toBe('provider_unavailable')
    service.up()
    expect(await outcome(() => seal(sealer))).toBe('ok')
    expect(await sealer.open(sealed, { context })).toBe('x')
    expect(service.calls).toBe(4)
  })

  it.each([0, 10, 20, 30, 40, 44, 49, 50, 55, 59])(
    'an outage of 30 minutes from minute %i on loses no seal and no open where stale use is on',
    async (minute) => {
      const service = remoteService(clock, { cache: { staleSealMs: 30 * MINUTE_MS, staleOpenMs: 60 * MINUTE_MS } })
      const sealer = service.sealer()
      const sealed = await seal(sealer)
      await clock.until(sealer.open(sealed, { context }))
      await clock.pass(minute * MINUTE_MS + 1)
      await seal(sealer)
      await clock.pass(1)
      service.down()
      for (let i = 0; i < 60; i++) {
        expect(await outcome(() => seal(sealer))).toBe('ok')
        expect(await outcome(() => clock.until(sealer.open(sealed, { context })))).toBe('ok')
        await clock.pass(MINUTE_MS / 2)
      }
      service.up()
      await clock.pass(11_000)
      const calls = service.calls
      await seal(sealer)
      await clock.pass(31_000)
      const fresh = await seal(sealer)
      await clock.pass(1_000)
      if (minute > 15) expect(wrapOf(await seal(sealer))).not.toBe(wrapOf(sealed))
      expect(service.calls).toBeGreaterThanOrEqual(calls)
      expect(await clock.until(sealer.open(fresh, { context }))).toBe('x')
    },
  )

  it('with stale use off, every call fails fast, as one worth another try', async () => {
    const service = remoteService(clock)
    const sealer = service.sealer()
    const sealed = await seal(sealer)
    await clock.until(sealer.open(sealed, { context }))
    service.down()
    await clock.pass(60 * MINUTE_MS)
    for (const run of [() => sealer.seal('x', { context }), () => sealer.open(sealed, { context })])
      for (let i = 0; i < 20; i++) {
        const from = clock.tick()
        const thrown = await clock.until(run()).catch((caught: unknown) => caught)
        expect(thrown).toMatchObject({ code: 'provider_unavailable', retryable: true })
        expect(clock.tick() - from).toBeLessThanOrEqual(i < 5 ? 5_000 : 0)
      }
  })

  it('old keys serve no longer than they may, and never for who is denied or suspended', async () => {
    for (const code of ['access_denied', 'key_suspended', 'key_not_found', 'key_destroyed'] as const) {
      const service = remoteService(clock, { cache: { staleSealMs: 60 * MINUTE_MS, staleOpenMs: 600 * MINUTE_MS } })
      const sealer = service.sealer()
      const sealed = await seal(sealer)
      await clock.until(sealer.open(sealed, { context }))
      await clock.pass(61 * MINUTE_MS)
      service.down(code)
      expect(await outcome(() => seal(sealer))).toBe(code)
      expect(await outcome(() => clock.until(sealer.open(sealed, { context })))).toBe(code)
      service.down()
      await clock.pass(2 * MINUTE_MS)
      expect(await outcome(() => seal(sealer))).toBe('provider_unavailable')
      expect(await outcome(() => clock.until(sealer.open(sealed, { context })))).toBe('provider_unavailable')
    }
    clock = virtualClock(NOW)
    const service = remoteService(clock, { cache: { staleSealMs: 10 * MINUTE_MS, staleOpenMs: 20 * MINUTE_MS } })
    const sealer = service.sealer()
    const sealed = await seal(sealer)
    await clock.until(sealer.open(sealed, { context }))
    service.down()
    for (const [minute, sealing, opening] of [
      [69, 'ok', 'ok'],
      [71, 'provider_unavailable', 'ok'],
      [81, 'provider_unavailable', 'provider_unavailable'],
    ] as const) {
      await clock.pass(minute * MINUTE_MS - clock.tick())
      expect(await outcome(() => seal(sealer))).toBe(sealing)
      expect(await outcome(() => clock.until(sealer.open(sealed, { context })))).toBe(opening)
    }
    expect(service.told('stale')).toBeGreaterThan(0)
  })

  it('lets an old key serve for ten seconds without asking again, synchronous calls too', async () => {
    const cache = { staleSealMs: 30 * MINUTE_MS, staleOpenMs: 30 * MINUTE_MS }
    const service = remoteService(clock, { retry: false, breaker: false, cache })
    const sealer = service.sealer()
    const sealed = await seal(sealer)
    await clock.until(sealer.open(sealed, { context }))
    service.down()
    await clock.pass(60 * MINUTE_MS)
    const misses = async (run: () => Promise<unknown>) => {
      const before = service.told('miss')
      expect(await outcome(() => clock.until(run()))).toBe('ok')
      return service.told('miss') - before
    }
    const open = () => sealer.open(sealed, { context })
    const runs = [() => seal(sealer), open]
    for (const run of runs) expect([await misses(run), await misses(run)]).toEqual([1, 0])
    const calls = service.calls
    for (let i = 0; i < 10; i++) await open()
    expect(service.calls).toBe(calls)
    expect(sealer.openSync(sealed, { context })).toBe('x')
    expect(wrapOf(sealer.sealSync('x', { context }))).toBe(wrapOf(sealed))
    await clock.pass(9_999)
    for (const run of runs) expect(await misses(run)).toBe(0)
    await clock.pass(1)
    for (const run of runs) expect(await misses(run)).toBe(1)
  })

  it('is told step by step', async () => {
    const cache = { staleSealMs: 30 * MINUTE_MS, staleOpenMs: 30 * MINUTE_MS }
    const service = remoteService(clock, { retry: false, cache })
    const sealer = service.sealer()
    const told = () =>
      service.events
        .splice(0)
        .map((event) => (event.type === 'cache' ? `${event.use}: ${event.what}` : 'operation' in event && event.type))
    const sealed = await seal(sealer)
    await clock.until(sealer.open(sealed, { context }))
    expect(told()).toEqual(['seal: miss', 'attempt', 'call', 'open: miss', 'attempt', 'call'])
    service.down()
    await clock.pass(50 * MINUTE_MS)
    await seal(sealer)
    await clock.pass(1)
    expect(told()).toEqual(['seal: refresh', 'attempt', 'call', 'seal: refresh_failed'])
    await clock.pass(10 * MINUTE_MS)
    await seal(sealer)
    expect(told()).toEqual(['seal: miss', 'attempt', 'call', 'seal: stale'])
    await clock.until(sealer.open(sealed, { context }))
    expect(told()).toEqual(['open: miss', 'attempt', 'call', 'open: stale'])
  })
})
