import { fail } from '../errors.js'
import type { KeySource } from './types.js'

/**
 * Chooses a key source by the scope: the longest prefix that fits, `''` for calls without a scope. A scope that fits none is
 * `key_not_found`.
 *
 * @example
 * const keys = routeKeys({ 'eu:': europeanKeys, 'us:': americanKeys, '': sharedKeys })
 */
export function routeKeys(routes: Readonly<Record<string, KeySource>>): KeySource {
  const prefixes = Object.keys(routes)
    .filter((prefix) => prefix !== '')
    .sort((a, b) => b.length - a.length)
  if (Object.keys(routes).length === 0) fail('config', 'routeKeys needs a route')
  const route = (scope: string | undefined): KeySource | undefined => {
    const prefix = scope === undefined ? '' : prefixes.find((known) => scope.startsWith(known))
    return prefix !== undefined && Object.hasOwn(routes, prefix) ? routes[prefix] : undefined
  }
  const sources = [...new Set(Object.values(routes))]
  const kids = sources.flatMap((source) => [...new Set((source.keys?.() ?? []).map((key) => key.kid))])
  if (new Set(kids).size < kids.length) fail('config', 'the same kid stands in two key sources')
  return Object.freeze<KeySource>({
    kind: 'source',
    current: (scope, call) => (route(scope) ?? fail('key_not_found', 'no key source for this scope')).current(scope, call),
    resolve: (locator, scope, call) => route(scope)?.resolve(locator, scope, call) ?? null,
    ...(sources.every((source) => source.keys) ? { keys: () => sources.flatMap((source) => source.keys!()) } : {}),
    close: async () => {
      await Promise.all(sources.map((source) => source.close?.()))
    },
  })
}
