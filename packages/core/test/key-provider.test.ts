import { beforeEach, describe, expect, it } from 'vitest'
import type { KeyServiceOptions } from '../src/keys/service/key-service-options.ts'
import { wrapContext } from '../src/keys/service/wrap.ts'
import { createTestKeyProvider } from '../src/testing.ts'
import { bytes, KEY, NOW, outcome } from './fixtures.ts'
import { remoteService } from './remote-service.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})
const bound = wrapContext('envelope', 'p', 0)

describe('a key provider', () => {
  it('gives and takes keys of 32 bytes alone, and erases what it lent', async () => {
    const lent: Uint8Array[] = []
    const service = remoteService(
      clock,
      {},
      {
        wrapKey: async (key) => {
          lent.push(key)
          return Uint8Array.of(1)
        },
        unwrapKey: async () => bytes(31),
        generateDataKey: async () => ({ key: bytes(33), wrapped: bytes(3) }),
        rewrapKey: async () => bytes(0),
      },
    )
    const provider = service.create()
    const call = { now: clock.now }
    await provider.wrapKey(bytes(32, 9), bound, call)
    expect(lent[0]).toEqual(new Uint8Array(32))
    expect(await outcome(() => provider.wrapKey(bytes(31), bound, call))).toBe('config')
    expect(await outcome(() => provider.unwrapKey(bytes(3), bound, call))).toBe('open_failed')
    expect(await outcome(() => provider.generateDataKey!(bound, call))).toBe('open_failed')
    expect(await outcome(() => provider.rewrapKey!(bytes(3), bound, call))).toBe('config')
  })

  it('tells whether the service can be used, and is over once closed', async () => {
    const service = remoteService(clock, {}, { check: async (call) => service.answer(call) })
    const provider = service.create()
    const call = { now: clock.now }
    expect(await provider.status(call)).toBe('available')
    service.down()
    expect(await provider.status(call)).toBe('unavailable')
    await provider.close?.()
    await provider.close?.()
    expect(await outcome(() => provider.wrapKey(bytes(32), bound, call))).toBe('closed')
  })

  it.each<[string, KeyServiceOptions]>([
    ['a deadline of 0', { deadlineMs: 0 }],
    ['a fraction', { attemptTimeoutMs: 1.5 }],
    ['no attempt', { retry: { attempts: 0 } }],
    ['an unknown option', { cache: { maxAge: 5 } as never }],
    ['a cache that is none', { cache: 5 as never }],
    ['stale seals of more than an hour', { cache: { staleSealMs: 3_600_001 } }],
    ['stale opens of more than a day', { cache: { staleOpenMs: 86_400_001 } }],
    ['a hook that is none', { onEvent: 'x' as never }],
  ])('refuses %s', async (_, options) => {
    expect(
      await outcome(() =>
        createTestKeyProvider({ id: 'p', capabilities: { context: 'bound' }, wrapKey: () => KEY, unwrapKey: () => KEY }, options),
      ),
    ).toBe('config')
  })

  it('has a generation of 32 bits', async () => {
    const made = (version: number) => outcome(() => remoteService(clock, {}, { version }).create())
    for (const version of [0, 1, 2 ** 32 - 1]) expect(await made(version)).toBe('ok')
    for (const version of [-1, 1.5, 2 ** 32, Number.NaN, '1' as never]) expect(await made(version)).toBe('config')
    expect(remoteService(clock).create().version).toBe(0)
  })
})
