import { describe, expect, it, vi } from 'vitest'
import { routeKeys } from '../src/keys/route-keys.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import { bytes, context, KEY, localService, OTHER_KEY, outcome } from './fixtures.ts'

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
})
