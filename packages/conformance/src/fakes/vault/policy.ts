export type Capability = 'create' | 'read' | 'update' | 'delete' | 'list' | 'deny'

/** Capabilities by path, without `v1/`: `*` at the end stands for any rest, `+` for one segment. */
export type PolicyRules = Readonly<Record<string, readonly Capability[]>>

const defaultRules: PolicyRules = {
  'auth/token/lookup-self': ['read'],
  'auth/token/renew-self': ['update'],
  'auth/token/revoke-self': ['update'],
}

/** Whether policies grant a capability on a path: the most particular path that fits decides, and `deny` there wins. */
export function granted(
  names: readonly string[],
  policies: ReadonlyMap<string, PolicyRules>,
  path: string,
  capability: Capability,
): boolean {
  if (names.includes('root')) return true
  const fitting = names
    .flatMap((name) => Object.entries((name === 'default' ? defaultRules : policies.get(name)) ?? {}))
    .filter(([pattern]) => matches(pattern, path))
    .sort(([a], [b]) => rank(b) - rank(a))
  const best = fitting[0]?.[0]
  const capabilities = fitting.filter(([pattern]) => pattern === best).flatMap(([, granted]) => granted)
  return capabilities.includes(capability) && !capabilities.includes('deny')
}

function matches(pattern: string, path: string): boolean {
  const open = pattern.endsWith('*')
  const parts = (open ? pattern.slice(0, -1) : pattern).split('/')
  const given = path.split('/')
  if (open ? given.length < parts.length : given.length !== parts.length) return false
  return parts.every((part, i) => {
    if (part === '+') return given[i] !== ''
    return open && i === parts.length - 1 ? given[i]!.startsWith(part) : given[i] === part
  })
}

// Vault's order: what comes first is a pattern without a wildcard, then the later first wildcard.
function rank(pattern: string): number {
  const wildcard = pattern.search(/[+*]/)
  return wildcard === -1 ? Number.MAX_SAFE_INTEGER : wildcard
}
