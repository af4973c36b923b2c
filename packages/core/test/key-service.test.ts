import { beforeEach, describe, expect, it } from 'vitest'
import { WaxsealError, type WaxsealErrorCode } from '../src/errors.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import type { KeyServiceEvent } from '../src/keys/service/key-service-event.ts'
import type { KeyServiceOptions } from '../src/keys/service/key-service-options.ts'
import { wrapContext } from '../src/keys/service/wrap.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { KeyCall, KeyProviderDriver } from '../src/keys/types.ts'
import type { Sealer } from '../src/sealer/sealer-types.ts'
import { createTestKeyProvider, createTestSealer } from '../src/testing.ts'
import { bytes, context, KEY, NOW, outcome } from './fixtures.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

const MINUTE_MS = 60_000
const root = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'r', key: KEY }]), suite: 'chacha20-poly1305' })
const error = (code: WaxsealErrorCode, retryAfterMs?: number) => new WaxsealError(code, 'as the service says', { retryAfterMs })

/** A key service on a virtual clock, which does what `next` says and counts what it is asked. */
function remote(clock: VirtualClock, options: KeyServiceOptions = {}, driver: Partial<KeyProviderDriver> = {}) {
  const events: KeyServiceEvent[] = []
  const service = {
    calls: 0,
    events,
    /** What the service does to every call. */
    answer: (async () => {}) as (call: KeyCall) => Promise<void>,
    create: () =>
      createTestKeyProvider(
        {
          id: 'p',
          capabilities: { context: 'bound' },
          async wrapKey(key, wrapping, call) {
            service.calls++
            await service.answer(call)
            return root.wrapKey(key, wrapping, call)
          },
          async unwrapKey(wrapped, wrapping, call) {
            service.calls++
            await service.answer(call)
            return root.unwrapKey(wrapped, wrapping, call)
          },
          ...driver,
        },
        { ...options, onEvent: (event) => events.push(event) },
        clock,
      ),
    sealer: (): Sealer =>
      createTestSealer({
        keys: service.create(),
        suite: 'chacha20-poly1305',
        now: clock.now,
        limits: { unknownLocatorsPerMinute: 5000 },
      }),
    down: (code: WaxsealErrorCode = 'provider_unavailable') => {
      service.answer = () => Promise.reject(error(code))
    },
    up: () => {
      service.answer = async () => {}
    },
    told: (what: string) => events.filter((event) => event.type === 'cache' && event.what === what).length,
  }
  return service
}

let clock: VirtualClock
beforeEach(() => {
  clock = virtualClock(NOW)
})

describe('a call to a key service', () => {
  const bound = wrapContext('envelope', 'p', 0)
  const wrap = (service: ReturnType<typeof remote>, call: Partial<KeyCall> = {}) =>
    clock.until(Promise.resolve(service.create().wrapKey(bytes(32, 9), bound, { now: clock.now, ...call })))

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
      const service = remote(clock)
      service.down(code)
      expect(await outcome(() => wrap(service))).toBe(code)
      expect(service.calls).toBe(calls)
    }
    const service = remote(clock)
    let left = 2
    service.answer = async () => {
      if (left-- > 0) throw error('throttled')
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
      const service = remote(clock)
      const times: number[] = []
      service.answer = () => {
        times.push(clock.tick())
        return Promise.reject(error(code))
      }
      await outcome(() => wrap(service))
      expect(times.slice(1).map((time, i) => Math.round((time - times[i]!) * 10) / 10)).toEqual(expected)
    }
  })

  it('waits as long as the service asks, and no longer than it may', async () => {
    const service = remote(clock)
    service.answer = () => Promise.reject(error('throttled', 1_900))
    const from = clock.tick()
    expect(await outcome(() => wrap(service))).toBe('throttled')
    expect([service.calls, clock.tick() - from]).toEqual([3, 3_800])
    const patient = remote(clock)
    patient.answer = () => Promise.reject(error('throttled', 60_000))
    const thrown = await wrap(patient).catch((caught: unknown) => caught)
    expect(thrown).toMatchObject({ code: 'throttled', retryable: true, retryAfterMs: 60_000 })
    expect(patient.calls).toBe(1)
  })

  it('ends after its deadline, each attempt after its own, whatever the service does', async () => {
    const service = remote(clock)
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
      const service = remote(clock, { retry: { baseMs: 1000 } })
      service.answer = () => new Promise((_, reject) => clock.after(50, () => reject(error('provider_unavailable'))))
      const abort = new AbortController()
      const wrapping = outcome(() => service.create().wrapKey(bytes(32), bound, { now: clock.now, signal: abort.signal }))
      await clock.pass(passed)
      abort.abort()
      expect(await wrapping).toBe('aborted')
      await clock.pass(10_000)
      expect(service.calls).toBe(1)
    }
    expect(await outcome(() => wrap(remote(clock), { signal: AbortSignal.abort() }))).toBe('aborted')
  })

  it('gives and takes keys of 32 bytes alone, and erases what it lent', async () => {
    const lent: Uint8Array[] = []
    const service = remote(
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

  it('leaves a service alone that failed again and again, and tries it with one call', async () => {
    const service = remote(clock, { retry: false })
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
    const service = remote(clock, { retry: false })
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

  it('tells whether the service can be used, and is over once closed', async () => {
    const service = remote(clock, {}, { check: async (call) => service.answer(call) })
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
})

describe('a key service as a source', () => {
  const seal = (sealer: Sealer, scope?: string) => clock.until(sealer.seal('x', { context, scope }))
  const wrapOf = (sealed: string) => sealed.split('.')[3]

  it('a million seals over one hour cost at most 3 calls', async () => {
    const service = remote(clock)
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

  it('1,000 first opens at once of the same wrapped key cost one call', async () => {
    const sealed = await seal(remote(clock).sealer())
    const service = remote(clock)
    let answer = () => {}
    const answered = new Promise<void>((resolve) => (answer = resolve))
    service.answer = () => answered
    const sealer = service.sealer()
    const opening = Array.from({ length: 1000 }, () => sealer.open(sealed, { context }))
    await clock.pass(10)
    answer()
    expect(new Set(await Promise.all(opening))).toEqual(new Set(['x']))
    expect(service.calls).toBe(1)
  })

  it('a failed call is not remembered as a promise', async () => {
    const sealed = await seal(remote(clock).sealer())
    const service = remote(clock, { retry: false })
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
      const service = remote(clock, { cache: { staleSealMs: 30 * MINUTE_MS, staleOpenMs: 60 * MINUTE_MS } })
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
    const service = remote(clock)
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
      const service = remote(clock, { cache: { staleSealMs: 60 * MINUTE_MS, staleOpenMs: 600 * MINUTE_MS } })
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
    const service = remote(clock, { cache: { staleSealMs: 10 * MINUTE_MS, staleOpenMs: 20 * MINUTE_MS } })
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

  it('a refusal in the background ends the old key at once', async () => {
    const service = remote(clock)
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
    const service = remote(clock)
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
    const service = remote(clock, { retry: false, breaker: false })
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
    const service = remote(clock, { cache: { maxMessages: 100 } })
    const sealer = service.sealer()
    const sealed = await clock.until(Promise.all(Array.from({ length: 1000 }, () => sealer.seal('x', { context }))))
    const uses = new Map<string, number>()
    for (const one of sealed) uses.set(wrapOf(one)!, (uses.get(wrapOf(one)!) ?? 0) + 1)
    expect(Math.max(...uses.values())).toBeLessThanOrEqual(100)
    const byBytes = remote(clock, { cache: { maxBytes: 10_000 } }).sealer()
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

  it('keeps as many scopes and opened keys as it may, least recently used first out', async () => {
    const service = remote(clock, { cache: { maxScopes: 2, maxOpenedKeys: 2 } })
    const sealer = service.sealer()
    for (const scope of ['a', 'b', 'a', 'c', 'a']) await seal(sealer, scope)
    expect(service.calls).toBe(3)
    await seal(sealer, 'b')
    expect(service.calls).toBe(4)
    const sealed = await Promise.all(['a', 'b', 'c'].map((scope) => seal(remote(clock).sealer(), scope)))
    const open = (i: number) => clock.until(sealer.open(sealed[i]!, { context, scope: 'abc'[i]! }))
    for (const i of [0, 1, 0, 2, 0]) await open(i)
    expect(service.calls).toBe(4 + 3)
    await open(1)
    expect(service.calls).toBe(4 + 4)
    expect(service.told('evicted')).toBe(4)
  })

  it('a clock that was set back, and a process that was frozen, make no key younger', async () => {
    let wall = NOW
    const service = remote(clock)
    const sealer = createTestSealer({ keys: service.create(), suite: 'chacha20-poly1305', now: () => wall })
    const first = wrapOf(await seal(sealer))
    wall -= 100 * MINUTE_MS
    await clock.pass(61 * MINUTE_MS)
    const second = wrapOf(await seal(sealer))
    expect(second).not.toBe(first)
    wall += 161 * MINUTE_MS
    expect(wrapOf(await seal(sealer))).not.toBe(second)
  })

  it('who waits for a call that never ends makes one of his own', async () => {
    const sealed = await seal(remote(clock).sealer())
    const service = remote(clock, { deadlineMs: 3_600_000, attemptTimeoutMs: 3_600_000 })
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

  it('a wrap that is not genuine is asked about once a minute', async () => {
    const service = remote(clock)
    const sealer = service.sealer()
    const sealed = (await seal(sealer)).split('.')
    sealed[3] = `${sealed[3]!.slice(0, -4)}AAAA`
    for (let i = 0; i < 20; i++) expect(await outcome(() => sealer.open(sealed.join('.'), { context }))).toBe('open_failed')
    expect(service.calls).toBe(2)
    await clock.pass(MINUTE_MS)
    await outcome(() => sealer.open(sealed.join('.'), { context }))
    expect(service.calls).toBe(3)
  })

  it('KMS-down-at-boot-throws: there is no key that stands in', async () => {
    const service = remote(clock)
    service.down()
    const sealer = service.sealer()
    expect(await outcome(() => clock.until(sealer.warm()))).toBe('provider_unavailable')
    expect(await outcome(() => seal(sealer))).toBe('provider_unavailable')
  })

  it('restart-with-same-KMS-key-still-decrypts', async () => {
    const sealed = await seal(remote(clock).sealer())
    expect(await clock.until(remote(clock).sealer().open(sealed, { context }))).toBe('x')
  })

  it('tells nothing of keys, contexts and scopes', async () => {
    const service = remote(clock, { cache: { maxScopes: 1 } })
    const sealer = service.sealer()
    const sealed = await seal(sealer, 'Umbra-Scope-Id')
    await clock.until(sealer.open(sealed, { context, scope: 'Umbra-Scope-Id' }))
    await seal(sealer)
    expect(service.events.length).toBeGreaterThan(6)
    expect(JSON.stringify(service.events)).not.toMatch(/Umbra|billing|invoice|[A-Za-z0-9_-]{30}/)
  })

  it('whoever aborts does not get round the limit on unknown locators, nor the memory of refusals', async () => {
    const sealed = (await seal(remote(clock).sealer())).split('.')
    const service = remote(clock)
    const sealer = createTestSealer({
      keys: service.create(),
      suite: 'chacha20-poly1305',
      now: clock.now,
      limits: { unknownLocatorsPerMinute: 10 },
    })
    const forged = (i: number) =>
      [...sealed.slice(0, 3), Buffer.from(bytes(60, i)).toString('base64url'), ...sealed.slice(4)].join('.')
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
    const service = remote(clock)
    const sealer = createTestSealer({
      keys: service.create(),
      suite: 'chacha20-poly1305',
      now: clock.now,
      limits: { unknownLocatorsPerMinute: 5 },
    })
    const sealed = (await seal(remote(clock).sealer(), 'b')).split('.')
    for (let i = 0; i < 20; i++) {
      const forged = [...sealed.slice(0, 3), Buffer.from(bytes(60, i)).toString('base64url'), ...sealed.slice(4)].join('.')
      await outcome(() => sealer.open(forged, { context, scope: 'a' }))
    }
    expect(service.calls).toBe(5)
    expect(await sealer.open(sealed.join('.'), { context, scope: 'b' })).toBe('x')
  })

  it('a clock that was set back does not make a refusal last', async () => {
    let wall = NOW
    const service = remote(clock)
    const sealer = createTestSealer({ keys: service.create(), suite: 'chacha20-poly1305', now: () => wall })
    const sealed = await seal(remote(clock).sealer())
    service.down('access_denied')
    expect(await outcome(() => sealer.open(sealed, { context }))).toBe('access_denied')
    service.up()
    wall -= 60 * MINUTE_MS
    expect(await sealer.open(sealed, { context })).toBe('x')
  })

  it('a probe that never reports does not keep the service away for ever', async () => {
    const service = remote(clock, {
      retry: false,
      breaker: { failures: 1, openMs: 1_000 },
      deadlineMs: 3_600_000,
      attemptTimeoutMs: 5_000,
    })
    const provider = service.create()
    const wrapOnce = () => outcome(() => provider.wrapKey(bytes(32, 9), wrapContext('envelope', 'p', 0), { now: clock.now }))
    service.down()
    await wrapOnce()
    const lost = remote({ ...clock, after: () => () => {} }, { retry: false, breaker: { failures: 1, openMs: 1_000 } })
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
    const service = remote(clock, { retry: false }, { check: () => {} })
    const provider = service.create()
    service.down()
    for (let i = 0; i < 20; i++) {
      await outcome(() => provider.wrapKey(bytes(32, 9), wrapContext('envelope', 'p', 0), { now: clock.now }))
      expect(await provider.status({ now: clock.now })).toBe('available')
    }
    expect(service.calls).toBe(5)
  })

  it('what comes after the end is not kept, and nobody is asked any more', async () => {
    const service = remote(clock)
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

describe('tombstones', () => {
  const sealTo = async (scope?: string) =>
    createTestSealer({ keys: root, suite: 'chacha20-poly1305' }).seal('x', { context, scope })

  it('are those of the scope that the reader named, not of a key that a forged wrap names', async () => {
    const destroyed = rootKeyProvider({
      id: 'root',
      keys: staticKeys([
        { kid: 'r2', key: bytes(32, 50) },
        { kid: 'r', state: 'destroyed' },
      ]),
      suite: 'chacha20-poly1305',
    })
    const reader = createTestSealer({ keys: destroyed, suite: 'chacha20-poly1305', onShredded: { value: 'gone' } })
    const sealed = await sealTo('tenant:acme')
    expect(await outcome(() => reader.open(sealed, { context, scope: 'tenant:acme' }))).toBe('key_destroyed')
    const named = createTestSealer({
      keys: staticKeys([
        { kid: 'k', scope: 'a', state: 'destroyed' },
        { kid: 'k2', key: KEY },
      ]),
      suite: 'chacha20-poly1305',
      onShredded: { value: 'gone' },
    })
    const forA = await createTestSealer({
      keys: staticKeys([{ kid: 'k', scope: 'a', key: bytes(32, 3) }]),
      suite: 'chacha20-poly1305',
    }).seal('x', { context, scope: 'a' })
    expect(await named.open(forA, { context, scope: 'a' })).toBe('gone')
    expect(await outcome(() => named.open(forA, { context, scope: 'b' }))).toBe('key_not_found')
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
