import { describe, expect, it } from 'vitest'
import { WaxsealError, type WaxsealErrorCode } from '../src/errors.ts'
import { createDataKey, type DataKey } from '../src/keys/data-key.ts'
import type { KeyServiceEvent } from '../src/keys/service/key-service-event.ts'
import { type StoredKeysOptions, storedKeys } from '../src/keys/service/stored-keys.ts'
import { createTestSealer, createTestStoredKeys } from '../src/testing.ts'
import { bytes, context, NOW, outcome } from './fixtures.ts'
import { virtualClock } from './virtual-clock.ts'

const MINUTE_MS = 60_000
const made = (version: number, kid = 'store'): DataKey => createDataKey({ kid, version, key: bytes(32, version) })
const gone = (version: number): DataKey => createDataKey({ kid: 'store', version, state: 'destroyed' })

/** A store of versions on a virtual clock, which counts what it is asked and fails when told to. */
function store(options: StoredKeysOptions = {}) {
  const clock = virtualClock(NOW)
  const call = { now: clock.now }
  const events: KeyServiceEvent[] = []
  const at = {
    clock,
    call,
    events,
    versions: new Map([[1, made(1)]]),
    asked: [] as string[],
    failure: undefined as WaxsealErrorCode | undefined,
    down(code: WaxsealErrorCode | undefined) {
      at.failure = code
    },
    current: async () => (await source.current(undefined, call)).version,
    resolve: async (version: number) => (await source.resolve({ kid: 'store', version }, undefined, call))?.state,
  }
  const answer = async <T>(what: string, value: () => T): Promise<T> => {
    at.asked.push(what)
    if (at.failure) throw new WaxsealError(at.failure, 'as the store says')
    return value()
  }
  const source = createTestStoredKeys(
    {
      id: 'store',
      newest: () => answer('newest', () => [...at.versions.values()].findLast(({ state }) => state === 'active')!),
      version: ({ version }) => answer(`${version}`, () => at.versions.get(version) ?? null),
    },
    { retry: false, breaker: false, onEvent: (event) => events.push(event), ...options },
    clock,
  )
  return { ...at, at, source }
}

describe('stored keys', () => {
  it('are asked for once, whoever asks at once, and serve without asking', async () => {
    const { source, asked, current, call } = store()
    expect(await Promise.all(Array.from({ length: 50 }, current))).toEqual(Array(50).fill(1))
    expect(asked).toEqual(['newest'])
    expect(source.current(undefined, call)).toMatchObject({ kid: 'store', version: 1 })
    expect(source.resident?.({ kid: 'store', version: 1 }, undefined, call)).toBeDefined()
    expect(await source.resolve({ kid: 'store', version: 1 }, undefined, call)).toBeDefined()
    expect(asked).toEqual(['newest'])
  })

  it('are read again in the background, and the new version seals from then on', async () => {
    const { at, asked, versions, current, clock } = store({ reloadMs: 10_000 })
    await current()
    versions.set(2, made(2))
    await clock.pass(9_999)
    expect(await current()).toBe(1)
    await clock.pass(1)
    expect(await current()).toBe(1)
    await clock.pass(0)
    expect(await current()).toBe(2)
    expect(asked).toEqual(['newest', 'newest'])
    expect(at.events.filter((event) => event.type === 'cache').map(({ what }) => what)).toEqual(['miss', 'refresh'])
  })

  it('are as old as the question, however late the answer came', async () => {
    const { call, clock } = store()
    const asked: string[] = []
    const late = createTestStoredKeys(
      {
        id: 'store',
        newest: async () => {
          asked.push('late')
          await new Promise<void>((resolve) => clock.after(40_000, resolve))
          return made(1)
        },
        version: () => null,
      },
      { retry: false, breaker: false, maxAgeMs: MINUTE_MS, reloadMs: MINUTE_MS, attemptTimeoutMs: 50_000, deadlineMs: 50_000 },
      clock,
    )
    const first = late.current(undefined, call)
    await clock.pass(40_000)
    await first
    await clock.pass(19_999)
    await late.current(undefined, call)
    expect(asked).toEqual(['late'])
    await clock.pass(1)
    const second = late.current(undefined, call)
    expect(asked).toEqual(['late', 'late'])
    await clock.pass(40_000)
    await second
  })

  it('are kept although others were forgotten while they were read', async () => {
    let answer = () => {}
    let asked = 0
    const source = createTestStoredKeys(
      {
        ...{ id: 'store', scoped: true, version: () => null },
        async newest(scope) {
          asked++
          await new Promise<void>((resolve) => {
            answer = resolve
          })
          return createDataKey({ kid: 'mine', version: 1, scope, key: bytes(32, 1) })
        },
      },
      { retry: false, breaker: false },
    )
    const call = { now: () => NOW }
    const ask = async (forgotten: readonly Parameters<typeof source.forget>[0][]) => {
      const asking = source.current('tenant:a', call)
      await new Promise((resolve) => setTimeout(resolve))
      for (const which of forgotten) source.forget(which)
      let done = false
      const ended = Promise.resolve(asking).then(() => {
        done = true
      })
      // What was forgotten is read again.
      while (!done) {
        answer()
        await new Promise((resolve) => setTimeout(resolve))
      }
      await ended
    }
    await ask([{ kid: 'other' }, { scope: 'tenant:b' }, { kid: 'mine', scope: 'tenant:b' }])
    await source.current('tenant:a', call)
    expect(asked).toBe(1)
    for (const which of [{ kid: 'mine' }, { scope: 'tenant:a' }, {}, undefined]) {
      const before = asked
      source.forget()
      await ask([which, { kid: 'other' }])
      await ask([])
      expect(asked).toBe(before + 2)
    }
    source.forget()
    const before = asked
    await ask(Array.from({ length: 2_000 }, () => ({ kid: 'other' })))
    await ask([])
    expect(asked).toBe(before + 2)
  })

  it('are found by version, unknown ones as null and destroyed ones as such', async () => {
    const { source, asked, versions, resolve, call, clock } = store()
    versions.set(2, gone(2))
    expect([await resolve(1), await resolve(2), await resolve(3)]).toEqual(['active', 'destroyed', undefined])
    expect(await source.resolve({ kid: 'other', version: 1 }, undefined, call)).toBeNull()
    expect(await source.resolve({ kid: 'store', version: 1 }, 'tenant:acme', call)).toBeNull()
    expect(await source.resolve({ kid: 'store', version: 1, wrapped: bytes(4, 1) }, undefined, call)).toBeNull()
    expect(source.resident?.({ kid: 'store', version: 1, wrapped: bytes(4, 1) }, undefined, call)).toBeUndefined()
    expect(source.resident?.({ kid: 'store', version: 1 }, 'tenant:acme', call)).toBeUndefined()
    expect(source.resident?.({ kid: 'other', version: 1 }, undefined, call)).toBeUndefined()
    await resolve(2)
    expect(asked).toEqual(['1', '2', '3'])
    // What was destroyed by mistake may come back.
    versions.set(2, made(2))
    await clock.pass(MINUTE_MS)
    expect([await resolve(1), await resolve(2), await resolve(3)]).toEqual(['active', 'active', undefined])
    expect(asked).toEqual(['1', '2', '3', '2', '3'])
  })

  it('serve on through an outage until their age ends, and no longer', async () => {
    const { at, current, resolve, clock } = store()
    await current()
    at.versions.set(2, gone(2))
    await resolve(2)
    at.down('provider_unavailable')
    await clock.pass(2 * MINUTE_MS)
    // A tombstone is final: it is not told from memory once it may have been undone.
    expect(await outcome(() => resolve(2))).toBe('provider_unavailable')
    await clock.pass(58 * MINUTE_MS - 1)
    expect([await current(), await resolve(1)]).toEqual([1, 'active'])
    await clock.pass(1)
    expect([await outcome(current), await outcome(() => resolve(1))]).toEqual(['provider_unavailable', 'provider_unavailable'])
    expect(await outcome(() => resolve(2))).toBe('provider_unavailable')
    at.down(undefined)
    expect([await current(), await resolve(1)]).toEqual([1, 'active'])
  })

  it('serve longer where that was asked for', async () => {
    const { at, current, resolve, clock, events } = store({ maxAgeMs: 10 * MINUTE_MS, staleMs: 5 * MINUTE_MS })
    await current()
    at.down('timeout')
    await clock.pass(15 * MINUTE_MS - 1)
    expect([await current(), await resolve(1)]).toEqual([1, 'active'])
    expect(events.some((event) => event.type === 'cache' && event.what === 'stale')).toBe(true)
    await clock.pass(1)
    expect([await outcome(current), await outcome(() => resolve(1))]).toEqual(['timeout', 'timeout'])
  })

  it('are not used on once a version was denied or is gone, whatever happens then', async () => {
    for (const missing of [false, true]) {
      const { at, resolve, clock } = store({ maxAgeMs: 10 * MINUTE_MS, staleMs: 5 * MINUTE_MS })
      await resolve(1)
      await clock.pass(11 * MINUTE_MS)
      if (missing) at.versions.delete(1)
      else at.down('access_denied')
      expect(await outcome(() => resolve(1))).toBe(missing ? 'ok' : 'access_denied')
      at.down('timeout')
      expect(await outcome(() => resolve(1))).toBe('timeout')
    }
  })

  it('are dropped, all of them, when the store denies', async () => {
    const { at, source, asked, current, resolve, call, clock } = store({ staleMs: 60 * MINUTE_MS })
    at.versions.set(2, made(2))
    await resolve(1)
    await current()
    at.down('access_denied')
    await clock.pass(MINUTE_MS)
    expect(await current()).toBe(2)
    await clock.pass(0)
    expect(await outcome(current)).toBe('access_denied')
    expect(source.resident?.({ kid: 'store', version: 1 }, undefined, call)).toBeUndefined()
    expect(await outcome(() => resolve(1))).toBe('access_denied')
    // The refusal is remembered for half a minute.
    const before = asked.length
    expect(await outcome(current)).toBe('access_denied')
    expect(asked.length).toBe(before)
    at.down(undefined)
    await clock.pass(30_000)
    expect(await current()).toBe(2)
  })

  it('go on opening where the newest version alone is wrong', async () => {
    const { at, current, resolve, clock, asked } = store()
    await current()
    at.down('config')
    await clock.pass(MINUTE_MS)
    await current()
    await clock.pass(0)
    expect(await outcome(current)).toBe('config')
    expect(await resolve(1)).toBe('active')
    expect(asked).toEqual(['newest', 'newest'])
  })

  it('refuse a store that answers with another key', async () => {
    const { at, current, resolve } = store()
    at.versions.set(3, made(4))
    expect(await outcome(() => resolve(3))).toBe('config')
    at.versions.set(5, made(5, 'other'))
    expect(await outcome(current)).toBe('config')
  })

  it('are tried again after an outage that passes, with a deadline', async () => {
    const { at, current, clock, asked } = store({ retry: { attempts: 2, baseMs: 10 } })
    at.down('provider_unavailable')
    const waiting = current()
    at.down(undefined)
    expect(await clock.until(waiting)).toBe(1)
    expect(asked).toEqual(['newest', 'newest'])
  })

  it('that arrive after the end are not kept', async () => {
    const { source, current, resolve } = store()
    const late = [outcome(current), outcome(() => resolve(1))]
    await source.close?.()
    expect(await Promise.all(late)).toEqual(['closed', 'closed'])

    const other = store({ maxAgeMs: MINUTE_MS, staleMs: MINUTE_MS })
    await other.current()
    await other.clock.pass(MINUTE_MS)
    other.at.down('provider_unavailable')
    const stale = [outcome(other.current), outcome(() => other.resolve(1))]
    await other.source.close?.()
    expect(await Promise.all(stale)).toEqual(['closed', 'closed'])
  })

  it('have no scopes, and none once closed', async () => {
    const { source, at, current, resolve, call } = store()
    await current()
    expect(await outcome(() => source.current('tenant:acme', call))).toBe('scope_unsupported')
    await source.close?.()
    expect([await outcome(current), await outcome(() => resolve(1))]).toEqual(['closed', 'closed'])
    expect(source.resident?.({ kid: 'store', version: 1 }, undefined, call)).toBeUndefined()
    expect(at.asked).toEqual(['newest'])
  })

  it('seal and open, at once when they are at hand', async () => {
    const { source, clock, versions } = store()
    const sealer = createTestSealer({ keys: source, now: clock.now, suite: 'chacha20-poly1305' })
    expect(await outcome(() => sealer.sealSync('x', { context }))).toBe('key_not_resident')
    await clock.pass(0)
    const sealed = sealer.sealSync('x', { context })
    expect(sealer.openSync(sealed, { context })).toBe('x')
    versions.set(1, gone(1))
    await clock.pass(61 * MINUTE_MS)
    expect(await outcome(() => sealer.open(sealed, { context }))).toBe('key_destroyed')
  })

  it.each<[string, StoredKeysOptions, string?]>([
    ['an id that is none', {}, 'ID'],
    ['a reload that is no number', { reloadMs: -1 }],
    ['no age', { maxAgeMs: 0 }],
    ['an age beyond a day', { maxAgeMs: 25 * 60 * MINUTE_MS }],
    ['stale use beyond an hour', { staleMs: 61 * MINUTE_MS }],
    ['a deadline that is none', { deadlineMs: 0 }],
  ])('refuse %s', async (_, options, id = 'store') => {
    expect(await outcome(() => storedKeys({ id, newest: () => made(1), version: () => null }, options))).toBe('config')
  })

  describe('with scopes', () => {
    const [acme, globex] = ['tenant:acme', 'tenant:globex']
    const kidOf = (scope: string) => `kid-${scope.slice(7)}`
    const keyOf = (scope: string, version: number) =>
      createDataKey({ kid: kidOf(scope), version, scope, key: bytes(32, scope.length * 16 + version) })

    function scopedStore() {
      const clock = virtualClock(NOW)
      const call = { now: clock.now }
      const at = { version: 1, missing: new Set<string>(), wait: Promise.resolve(), asked: [] as string[] }
      const source = createTestStoredKeys(
        {
          id: 'store',
          scoped: true,
          async newest(scope) {
            at.asked.push(scope!)
            const version = at.version
            await at.wait
            if (at.missing.has(scope!)) throw new WaxsealError('key_not_found', 'none of this scope')
            return keyOf(scope!, version)
          },
          version: (locator, scope) => (locator.kid === kidOf(scope!) ? keyOf(scope!, locator.version) : null),
        },
        { retry: false, breaker: false },
        clock,
      )
      const current = async (scope: string) => (await source.current(scope, call)).version
      const resident = (scope: string, version = 1) =>
        source.resident?.({ kid: kidOf(scope), version }, scope, call) !== undefined
      return { at, source, clock, call, current, resident }
    }

    it('are kept apart by scope, and forgotten by kid, by scope or all', async () => {
      const { at, source, call, current, resident } = scopedStore()
      expect([await current(acme), await current(globex), await current(acme)]).toEqual([1, 1, 1])
      expect(at.asked).toEqual([acme, globex])
      expect(await source.resolve({ kid: kidOf(acme), version: 1 }, globex, call)).toBeNull()
      at.version = 2
      source.forget({ scope: acme })
      expect([resident(acme), resident(globex)]).toEqual([false, true])
      expect([await current(acme), await current(globex)]).toEqual([2, 1])
      source.forget({ kid: kidOf(globex) })
      expect([await current(acme), await current(globex)]).toEqual([2, 2])
      source.forget()
      expect([resident(acme, 2), resident(globex, 2)]).toEqual([false, false])
    })

    it('that were being read when they were to be forgotten are read again', async () => {
      const { at, source, current, resident } = scopedStore()
      let go = () => {}
      at.wait = new Promise((resolve) => {
        go = resolve
      })
      const before = current(acme)
      at.version = 2
      source.forget()
      // Nobody gets the older answer, whenever he asked.
      const after = current(acme)
      go()
      expect([await before, await after]).toEqual([2, 2])
      expect([resident(acme, 1), resident(acme, 2)]).toEqual([false, true])
      expect(await current(acme)).toBe(2)
    })

    it('are kept although others are forgotten meanwhile', async () => {
      const { at, source, current } = scopedStore()
      const scopes = Array.from({ length: 50 }, (_, i) => `tenant:t${i}`)
      const asked = scopes.map(current)
      for (const scope of scopes) source.forget({ kid: `other-${scope.slice(7)}` })
      await Promise.all(asked)
      await Promise.all(scopes.map(current))
      expect(at.asked).toEqual(scopes)
    })

    it('that are missing are asked for again after five seconds, and take no other scope along', async () => {
      const { at, clock, current, resident } = scopedStore()
      await current(globex)
      at.missing.add(acme)
      expect([await outcome(() => current(acme)), await outcome(() => current(acme))]).toEqual(['key_not_found', 'key_not_found'])
      expect([at.asked, resident(globex)]).toEqual([[globex, acme], true])
      at.missing.clear()
      await clock.pass(5_000)
      expect(await current(acme)).toBe(1)
    })
  })
})
