import { beforeEach, describe, expect, it } from 'vitest'
import { wrapContext } from '../src/keys/service/wrap.ts'
import { bytes, NOW, outcome } from './fixtures.ts'
import { remoteService } from './remote-service.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})
const bound = wrapContext('envelope', 'p', 0)

describe('the breaker of a key service', () => {
  it('leaves a service alone that failed again and again, and tries it with one call', async () => {
    const service = remoteService(clock, { retry: false })
    service.down()
    const provider = service.create()
    const wrapOnce = () => outcome(() => provider.wrapKey(bytes(32, 9), bound, { now: clock.now }))
    for (let i = 0; i < 5; i++) await wrapOnce()
    expect(await wrapOnce()).toBe('provider_unavailable')
    expect(service.calls).toBe(5)
    const caught = await Promise.resolve(provider.unwrapKey(bytes(9), bound, { now: clock.now })).catch(
      (thrown: unknown) => thrown,
    )
    expect(caught).toMatchObject({ retryable: true, retryAfterMs: 10_000 })
    await clock.pass(10_000)
    let release = () => {}
    service.answer = () => new Promise<void>((resolve) => (release = resolve))
    const probe = wrapOnce()
    expect(await Promise.all([wrapOnce(), wrapOnce()])).toEqual(['provider_unavailable', 'provider_unavailable'])
    await clock.pass(1)
    release()
    expect(await probe).toBe('ok')
    service.up()
    expect(await wrapOnce()).toBe('ok')
    expect(service.calls).toBe(7)
    const states = service.events.flatMap((event) => (event.type === 'breaker' ? [event.state] : []))
    expect(states).toEqual(['open', 'half_open', 'closed'])
  })

  it('opens again where the probe fails; refusals and throttling are answers', async () => {
    const service = remoteService(clock, { retry: false })
    const provider = service.create()
    const wrapOnce = () => outcome(() => provider.wrapKey(bytes(32, 9), bound, { now: clock.now }))
    service.down('throttled')
    for (let i = 0; i < 9; i++) expect(await wrapOnce()).toBe('throttled')
    service.down()
    for (let i = 0; i < 5; i++) await wrapOnce()
    await clock.pass(10_000)
    const before = service.calls
    for (let i = 0; i < 3; i++) expect(await wrapOnce()).toBe('provider_unavailable')
    expect(service.calls).toBe(before + 1)
    await clock.pass(10_000)
    service.down('access_denied')
    expect(await wrapOnce()).toBe('access_denied')
    expect(await wrapOnce()).toBe('access_denied')
  })

  it('a probe that never reports does not keep the service away for ever', async () => {
    const service = remoteService(clock, {
      retry: false,
      breaker: { failures: 1, openMs: 1_000 },
      deadlineMs: 3_600_000,
      attemptTimeoutMs: 5_000,
    })
    const provider = service.create()
    const wrapOnce = () => outcome(() => provider.wrapKey(bytes(32, 9), wrapContext('envelope', 'p', 0), { now: clock.now }))
    service.down()
    await wrapOnce()
    const lost = remoteService({ ...clock, after: () => () => {} }, { retry: false, breaker: { failures: 1, openMs: 1_000 } })
    const gone = lost.create()
    const call = { now: clock.now }
    lost.down()
    await outcome(() => gone.wrapKey(bytes(32, 9), wrapContext('envelope', 'p', 0), call))
    await clock.pass(1_000)
    lost.answer = () => new Promise(() => {})
    Promise.resolve(gone.wrapKey(bytes(32, 9), wrapContext('envelope', 'p', 0), call)).catch(() => {})
    lost.up()
    await clock.pass(4_000)
    expect(await outcome(() => gone.wrapKey(bytes(32, 9), wrapContext('envelope', 'p', 0), call))).toBe('provider_unavailable')
    await clock.pass(1_001)
    expect(await outcome(() => gone.wrapKey(bytes(32, 9), wrapContext('envelope', 'p', 0), call))).toBe('ok')
  })

  it('health checks that work do not hide calls that fail', async () => {
    const service = remoteService(clock, { retry: false }, { check: () => {} })
    const provider = service.create()
    service.down()
    for (let i = 0; i < 20; i++) {
      await outcome(() => provider.wrapKey(bytes(32, 9), wrapContext('envelope', 'p', 0), { now: clock.now }))
      expect(await provider.status({ now: clock.now })).toBe('available')
    }
    expect(service.calls).toBe(5)
  })

  it('is neither opened nor closed by a probe that its caller ends', async () => {
    const service = remoteService(clock, { retry: false })
    const provider = service.create()
    const wrapOnce = (signal?: AbortSignal) => outcome(() => provider.wrapKey(bytes(32, 9), bound, { now: clock.now, signal }))
    service.down()
    for (let i = 0; i < 5; i++) await wrapOnce()
    await clock.pass(10_000)
    service.answer = () => new Promise(() => {})
    const abort = new AbortController()
    const probe = wrapOnce(abort.signal)
    await clock.pass(1)
    abort.abort()
    expect(await probe).toBe('aborted')
    service.down()
    // The next call is a probe again, and its failure alone opens it.
    for (let i = 0; i < 3; i++) expect(await wrapOnce()).toBe('provider_unavailable')
    expect(service.calls).toBe(5 + 2)
    const states = service.events.flatMap((event) => (event.type === 'breaker' ? [event.state] : []))
    expect(states).toEqual(['open', 'half_open', 'half_open', 'open'])
  })
})
