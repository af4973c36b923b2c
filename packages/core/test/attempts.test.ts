import { getEventListeners } from 'node:events'
import { beforeEach, describe, expect, it } from 'vitest'
import { wrapContext } from '../src/keys/service/wrap.ts'
import type { KeyCall } from '../src/keys/types.ts'
import { bytes, NOW, outcome } from './fixtures.ts'
import { remoteService, serviceError } from './remote-service.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})
const bound = wrapContext('envelope', 'p', 0)
const wrap = (service: ReturnType<typeof remoteService>, call: Partial<KeyCall> = {}) =>
  clock.until(Promise.resolve(service.create().wrapKey(bytes(32, 9), bound, { now: clock.now, ...call })))

describe('a call to a key service', () => {
  it('is tried again after what may pass, and not after a refusal', async () => {
    for (const [code, calls] of [
      ['throttled', 4],
      ['provider_unavailable', 4],
      ['timeout', 4],
      ['access_denied', 1],
      ['key_suspended', 1],
      ['open_failed', 1],
      ['config', 1],
    ] as const) {
      const service = remoteService(clock)
      service.down(code)
      expect(await outcome(() => wrap(service))).toBe(code)
      expect(service.calls).toBe(calls)
    }
    const service = remoteService(clock)
    let left = 2
    service.answer = async () => {
      if (left-- > 0) throw serviceError('throttled')
    }
    expect(await outcome(() => wrap(service))).toBe('ok')
    expect(service.events.map((event) => 'outcome' in event && [event.type, event.outcome, event.attempts])).toEqual([
      ['attempt', 'throttled', 1],
      ['attempt', 'throttled', 2],
      ['attempt', 'ok', 3],
      ['call', 'ok', 3],
    ])
  })

  it('backs off at random from zero up to a bound that doubles, and longer when throttled', async () => {
    for (const [code, random, expected] of [
      ['provider_unavailable', 0.5, [25, 50, 100]],
      ['provider_unavailable', 0, [0, 0, 0]],
      ['throttled', 0.5, [250, 500, 1000]],
      ['throttled', 0.999, [499.5, 999, 1998]],
    ] as const) {
      clock = { ...virtualClock(NOW), random: () => random }
      const service = remoteService(clock)
      const times: number[] = []
      service.answer = () => {
        times.push(clock.tick())
        return Promise.reject(serviceError(code))
      }
      await outcome(() => wrap(service))
      expect(times.slice(1).map((time, i) => Math.round((time - times[i]!) * 10) / 10)).toEqual(expected)
    }
  })

  it('waits as long as the service asks, and no longer than it may', async () => {
    const service = remoteService(clock)
    service.answer = () => Promise.reject(serviceError('throttled', 1_900))
    const from = clock.tick()
    expect(await outcome(() => wrap(service))).toBe('throttled')
    expect([service.calls, clock.tick() - from]).toEqual([3, 3_800])
    const patient = remoteService(clock)
    patient.answer = () => Promise.reject(serviceError('throttled', 60_000))
    const thrown = await wrap(patient).catch((caught: unknown) => caught)
    expect(thrown).toMatchObject({ code: 'throttled', retryable: true, retryAfterMs: 60_000 })
    expect(patient.calls).toBe(1)
  })

  it('ends after its deadline, each attempt after its own, whatever the service does', async () => {
    const service = remoteService(clock)
    const signals: AbortSignal[] = []
    service.answer = ({ signal }) => {
      signals.push(signal!)
      return new Promise(() => {})
    }
    const from = clock.tick()
    expect(await outcome(() => wrap(service))).toBe('timeout')
    expect(clock.tick() - from).toBeLessThanOrEqual(5_000)
    expect(signals.length).toBe(3)
    expect(signals.every((signal) => signal.aborted)).toBe(true)
  })

  it('ends when its caller ends it, in the middle of an attempt or of a pause', async () => {
    for (const passed of [10, 100]) {
      const service = remoteService(clock, { retry: { baseMs: 1000 } })
      service.answer = () => new Promise((_, reject) => clock.after(50, () => reject(serviceError('provider_unavailable'))))
      const abort = new AbortController()
      const wrapping = outcome(() => service.create().wrapKey(bytes(32), bound, { now: clock.now, signal: abort.signal }))
      await clock.pass(passed)
      abort.abort()
      expect(await wrapping).toBe('aborted')
      await clock.pass(10_000)
      expect(service.calls).toBe(1)
    }
    expect(await outcome(() => wrap(remoteService(clock), { signal: AbortSignal.abort() }))).toBe('aborted')
  })

  it('ends where Retry-After is longer than it may wait, although there would be time', async () => {
    for (const [retryAfterMs, calls] of [
      [1_000, 2],
      [1_001, 1],
    ] as const) {
      const service = remoteService(clock, { retry: { attempts: 2, maxMs: 1_000 }, deadlineMs: 60_000 })
      service.answer = () => Promise.reject(serviceError('throttled', retryAfterMs))
      expect(await outcome(() => wrap(service))).toBe('throttled')
      expect(service.calls).toBe(calls)
    }
  })

  it('leaves no timer behind, nor a listener on the signal of its caller', async () => {
    const never = () => new Promise<void>(() => {})
    const refused = () => Promise.reject(serviceError('provider_unavailable'))
    for (const [answer, abortAfterMs, expected] of [
      [async () => {}, undefined, 'ok'],
      [refused, undefined, 'provider_unavailable'],
      [never, undefined, 'timeout'],
      [never, 10, 'aborted'],
      // In a pause.
      [refused, 500, 'aborted'],
    ] as const) {
      const service = remoteService(clock, { retry: { baseMs: 2_000 } })
      service.answer = answer
      const abort = new AbortController()
      const { signal } = abort
      const wrapping = outcome(() => service.create().wrapKey(bytes(32), bound, { now: clock.now, signal }))
      if (abortAfterMs !== undefined) {
        await clock.pass(abortAfterMs)
        expect(clock.timers()).toBeGreaterThan(0)
        expect(getEventListeners(signal, 'abort').length).toBe(1)
        abort.abort()
      }
      expect(await clock.until(wrapping)).toBe(expected)
      await clock.pass(0)
      expect([expected, clock.timers(), getEventListeners(signal, 'abort').length]).toEqual([expected, 0, 0])
    }
  })
})
