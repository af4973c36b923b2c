import { beforeEach, describe, expect, it } from 'vitest'
import type { Sealer } from '../src/sealer/sealer-types.ts'
import { context, NOW } from './fixtures.ts'
import { remoteService } from './remote-service.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})
const seal = (sealer: Sealer, scope?: string) => clock.until(sealer.seal('x', { context, scope }))

describe('unwrapped keys', () => {
  it('1,000 first opens at once of the same wrapped key cost one call', async () => {
    const sealed = await seal(remoteService(clock).sealer())
    const service = remoteService(clock)
    let answer = () => {}
    const answered = new Promise<void>((resolve) => (answer = resolve))
    service.answer = () => answered
    const sealer = service.sealer()
    const opening = Array.from({ length: 1000 }, () => sealer.open(sealed, { context }))
    await clock.pass(10)
    answer()
    expect(new Set(await Promise.all(opening))).toEqual(new Set(['x']))
    expect(service.calls).toBe(1)
    // Nor does anybody's limit on waiting stay behind.
    expect(clock.timers()).toBe(0)
  })

  it('who waits for a call that never ends makes one of his own', async () => {
    const sealed = await seal(remoteService(clock).sealer())
    const service = remoteService(clock, { deadlineMs: 3_600_000, attemptTimeoutMs: 3_600_000 })
    const sealer = service.sealer()
    service.answer = () => new Promise(() => {})
    const dead = sealer.open(sealed, { context })
    dead.catch(() => {})
    await clock.pass(1)
    const waiting = sealer.open(sealed, { context })
    service.up()
    await clock.pass(10_001)
    expect(await waiting).toBe('x')
    expect(service.calls).toBe(2)
  })
})
