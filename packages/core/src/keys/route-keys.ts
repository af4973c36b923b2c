import { fail } from '../errors.js'
import { checkSources, kidsOf, toSource } from './keyring.js'
import type { KeyProvider, KeySource } from './types.js'

export interface KeyRoute {
  /** A scope (`tenant:acme`), the beginning of scopes (`eu:*`), or `*` for every scope. Left out: calls without a scope. */
  readonly scope?: string | undefined
  readonly keys: KeySource | KeyProvider
}

/**
 * Chooses keys by the scope, the first route that fits: a scope is sealed, wrapped and opened where it is routed and nowhere else. A
 * scope without a route is `key_not_found`; `config` for a route that no scope can reach, and for a kid that stands in two of them.
 *
 * @example
 * const keys = routeKeys([{ scope: 'eu:*', keys: frankfurt }, { scope: 'us:*', keys: virginia }])
 */
export function routeKeys(routes: readonly KeyRoute[]): KeySource {
  if (!Array.isArray(routes) || routes.length === 0) fail('config', 'routeKeys needs a list of routes')
  // One source for each entry, however many routes lead to it.
  const made = new Map<KeySource | KeyProvider, KeySource>()
  const list = routes.map(({ scope, keys }, index) => {
    const matches = matcher(scope, index)
    const earlier = routes.slice(0, index).find((other) => covers(other.scope, scope))
    if (earlier) fail('config', `route ${index + 1} cannot be reached: an earlier one takes its scopes`)
    const source = made.get(keys) ?? toSource(keys)
    made.set(keys, source)
    return { matches, source }
  })
  const sources = [...made.values()]
  checkSources(sources)
  const route = (scope: string | undefined) => list.find(({ matches }) => matches(scope))?.source
  return Object.freeze<KeySource>({
    kind: 'source',
    current: (scope, call) => (route(scope) ?? fail('key_not_found', 'no route for this scope')).current(scope, call),
    resolve: (locator, scope, call) => route(scope)?.resolve(locator, scope, call) ?? null,
    resident: (locator, scope, call) => route(scope)?.resident?.(locator, scope, call),
    wrapping: (scope) => route(scope)?.wrapping?.(scope),
    ...(sources.every((source) => source.keys) ? { keys: () => sources.flatMap((source) => source.keys!()) } : {}),
    ...(sources.every((source) => source.kids) ? { kids: () => sources.flatMap(kidsOf) } : {}),
    close: async () => {
      await Promise.all(sources.map((source) => source.close?.()))
    },
  })
}

function matcher(scope: string | undefined, index: number): (scope: string | undefined) => boolean {
  if (scope === undefined) return (asked) => asked === undefined
  if (typeof scope !== 'string' || !/^[^*]*\*?$/.test(scope) || scope === '')
    fail('config', `the scope of route ${index + 1} is a scope, or the beginning of scopes and *`)
  if (!scope.endsWith('*')) return (asked) => asked === scope
  const prefix = scope.slice(0, -1)
  return (asked) => asked?.startsWith(prefix) === true
}

/** Whether every scope that `b` takes is one of `a`'s. */
function covers(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.endsWith('*') ? b.startsWith(a.slice(0, -1)) : a === b
}
