import { describe, expect, it, vi } from 'vitest'
import { routeKeys } from '../src/keys/route-keys.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import { bytes, context, KEY, localService, NOW, OTHER_KEY, outcome, remoteSource } from './fixtures.ts'

const call = { now: () => NOW }
const service = localService

describe('routeKeys', () => {
  const eu = staticKeys([{ kid: 'eu', key: KEY, scope: 'eu:a' }])
  const paris = staticKeys([{ kid: 'paris', key: OTHER_KEY, scope: 'eu:paris:b' }])
  const shared = staticKeys([{ kid: 'shared', key: bytes(32, 3) }])

  it('takes the first that fits, and another for no scope', async () => {
    const sealer = createSealer({
      keys: routeKeys([{ scope: 'eu:paris:*', keys: paris }, { scope: 'eu:*', keys: eu }, { keys: shared }]),
    })
    for (const [scope, kid] of [
      ['eu:a', 'eu'],
      ['eu:paris:b', 'paris'],
      [undefined, 'shared'],
    ] as const) {
      const sealed = await sealer.seal('x', { context, scope })
      expect(sealer.inspect(sealed).kid).toBe(kid)
      expect(await sealer.open(sealed, { context, scope })).toBe('x')
    }
    expect(await outcome(() => sealer.seal('x', { context, scope: 'us:a' }))).toBe('key_not_found')
    expect(await outcome(() => sealer.seal('x', { context, scope: 'toString' }))).toBe('key_not_found')
    const sealed = await sealer.seal('x', { context })
    expect(await outcome(() => sealer.open(sealed, { context, scope: 'us:a' }))).toBe('key_not_found')
    const european = createSealer({ keys: routeKeys([{ scope: 'eu:*', keys: eu }]) })
    expect(await outcome(() => european.seal('x', { context }))).toBe('key_not_found')
  })

  it('wraps, opens and re-wraps a scope where it is routed and nowhere else', async () => {
    const asked: string[] = []
    const region = (id: string, key: Uint8Array) => {
      const local = service(id, key)
      const told =
        <A extends unknown[], B>(run: (...args: A) => B) =>
        (...args: A) => {
          asked.push(id)
          return run(...args)
        }
      return service(id, key, { wrapKey: told(local.wrapKey), unwrapKey: told(local.unwrapKey) })
    }
    const routes = () =>
      createSealer({
        keys: routeKeys([
          { scope: 'eu:*', keys: region('frankfurt', KEY) },
          { scope: 'us:*', keys: region('virginia', OTHER_KEY) },
        ]),
      })
    const sealer = routes()
    const sealed = await sealer.seal('x', { context, scope: 'eu:a' })
    expect(await routes().open(sealed, { context, scope: 'eu:a' })).toBe('x')
    expect(await sealer.rewrap(sealed, { scope: 'eu:a' })).toContain('.frankfurt~0.')
    expect(new Set(asked)).toEqual(new Set(['frankfurt']))
    expect(await outcome(() => routes().open(sealed, { context, scope: 'us:a' }))).toBe('key_not_found')
    expect(await outcome(() => sealer.rewrap(sealed, { scope: 'us:a' }))).toBe('config')
    expect(await outcome(() => sealer.seal('x', { context, scope: 'ap:a' }))).toBe('key_not_found')
    expect(new Set(asked)).toEqual(new Set(['frankfurt']))
  })

  it.each<[string, () => unknown]>([
    ['no route', () => routeKeys([])],
    ['no list', () => routeKeys({ 'eu:': eu } as never)],
    ['an empty scope', () => routeKeys([{ scope: '', keys: eu }])],
    ['a star in the middle', () => routeKeys([{ scope: 'eu:*:a', keys: eu }])],
    [
      'a route behind one that takes all',
      () =>
        routeKeys([
          { scope: '*', keys: eu },
          { scope: 'eu:*', keys: paris },
        ]),
    ],
    ['a route twice', () => routeKeys([{ keys: eu }, { keys: paris }])],
    ['what is no key source', () => routeKeys([{ keys: {} as never }])],
    [
      'a kid in two',
      () =>
        routeKeys([
          { scope: 'a', keys: eu },
          { scope: 'b', keys: staticKeys([{ kid: 'eu', key: OTHER_KEY }]) },
        ]),
    ],
    [
      'the same bytes in two',
      () =>
        routeKeys([
          { scope: 'a', keys: eu },
          { scope: 'b', keys: staticKeys([{ kid: 'us', key: KEY }]) },
        ]),
    ],
  ])('refuses %s', async (_, make) => {
    expect(await outcome(make)).toBe('config')
  })

  it('takes one source for several scopes, and closes it once', async () => {
    const close = vi.fn()
    const one = { ...eu, close }
    await createSealer({
      keys: routeKeys([
        { scope: 'a', keys: one },
        { scope: 'b', keys: one },
      ]),
    }).close()
    expect(close).toHaveBeenCalledTimes(1)
  })

  it('takes an exact scope to the letter', async () => {
    const tenants = staticKeys([
      { kid: 'acme', key: KEY, scope: 'tenant:acme' },
      { kid: 'acme2', key: OTHER_KEY, scope: 'tenant:acme2' },
    ])
    const routed = routeKeys([{ scope: 'tenant:acme', keys: tenants }])
    expect((await routed.current('tenant:acme', call)).kid).toBe('acme')
    expect(await routed.resolve({ kid: 'acme', version: 1 }, 'tenant:acme', call)).toMatchObject({ kid: 'acme' })
    for (const scope of ['tenant:acme2', 'tenant:acm', 'tenant:', undefined]) {
      expect(await outcome(() => routed.current(scope, call))).toBe('key_not_found')
      expect(await routed.resolve({ kid: 'acme2', version: 1 }, scope, call)).toBeNull()
    }
    const both = routeKeys([
      { scope: 'tenant:acme', keys: tenants },
      { scope: 'tenant:acme2', keys: tenants },
      { scope: 'tenant:*', keys: shared },
    ])
    expect((await both.current('tenant:acme2', call)).kid).toBe('acme2')
    expect(
      await outcome(() =>
        routeKeys([
          { scope: 'a', keys: eu },
          { scope: 'a', keys: paris },
        ]),
      ),
    ).toBe('config')
  })

  it('lists keys and kids where all its sources do, each source once', () => {
    const listed = routeKeys([{ scope: 'eu:*', keys: eu }, { scope: 'us:*', keys: eu }, { keys: shared }])
    expect(listed.keys?.().map(({ kid }) => kid)).toEqual(['eu', 'shared'])
    const wrapping = routeKeys([{ scope: 'eu:*', keys: service('frankfurt', KEY) }, { keys: service('shared', OTHER_KEY) }])
    expect(wrapping.keys).toBeUndefined()
    expect(wrapping.kids?.()).toEqual(['frankfurt', 'shared'])
    const unlisted = routeKeys([{ scope: 'eu:*', keys: service('frankfurt', KEY) }, { keys: remoteSource('r', OTHER_KEY) }])
    expect([unlisted.keys, unlisted.kids]).toEqual([undefined, undefined])
  })

  it('has the keys at hand that its sources have, by the same routes', async () => {
    const routed = routeKeys([{ scope: 'eu:*', keys: service('frankfurt', KEY) }, { keys: shared }])
    const { kid, version, wrapped } = await routed.current('eu:a', call)
    const locator = { kid, version, wrapped: wrapped! }
    expect(routed.resident?.(locator, 'eu:a', call)).toBeUndefined()
    const found = await routed.resolve(locator, 'eu:a', call)
    expect(routed.resident?.(locator, 'eu:a', call)).toBe(found)
    for (const scope of ['eu:b', 'us:a', undefined]) expect(routed.resident?.(locator, scope, call)).toBeUndefined()
  })
})
