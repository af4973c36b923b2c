import { type Namespace, newMount, newNamespace, trimSlashes } from './namespace.js'
import { config, namespaceAt, type VaultPlace } from './place.js'
import type { PolicyRules } from './policy.js'
import type { TokenStore } from './tokens.js'

export interface VaultTokenOptions {
  readonly policies?: readonly string[]
  /** Seconds until it expires; 0 for never. Default 3,600. */
  readonly ttlSeconds?: number
  /** Seconds after which no renewal helps; 0 for no such limit. Default 0. */
  readonly maxTtlSeconds?: number
  /** Default true. */
  readonly renewable?: boolean
  readonly namespace?: string
}

/** Namespaces, engines, policies and who gets tokens, without asking the server for them. */
export interface VaultAccessControl {
  createNamespace(name: string): void
  /** Enables an engine at a path. */
  mount(path: string, type: 'kv' | 'transit', options?: Pick<VaultPlace, 'namespace'>): void
  setPolicy(name: string, rules: PolicyRules, options?: Pick<VaultPlace, 'namespace'>): void

  createToken(options?: VaultTokenOptions): string
  revokeToken(token: string): void
  /** A role of `auth/approle`, with one secret id of so many uses (default 0, unlimited). */
  createAppRole(options?: VaultTokenOptions & { readonly secretIdUses?: number }): {
    readonly roleId: string
    readonly secretId: string
  }
  /** A role of `auth/kubernetes` for the service account's tokens `jwts`; called again it replaces the role. */
  createKubernetesRole(name: string, options: VaultTokenOptions & { readonly jwts: readonly string[] }): void
}

export function createAccessControl(
  namespaces: Map<string, Namespace>,
  tokens: TokenStore,
  now: () => number,
): VaultAccessControl {
  const lease = ({ ttlSeconds = 3600, maxTtlSeconds = 0, renewable = true }: VaultTokenOptions) => {
    for (const seconds of [ttlSeconds, maxTtlSeconds])
      if (!Number.isFinite(seconds) || seconds < 0) config('ttlSeconds and maxTtlSeconds are seconds')
    return { ttlSeconds, maxTtlSeconds, renewable }
  }
  return {
    createNamespace(name) {
      if (namespaces.has(trimSlashes(name))) config(`namespace ${name} is there already`)
      namespaces.set(trimSlashes(name), newNamespace(trimSlashes(name)))
    },
    mount(path, type, { namespace } = {}) {
      const { mounts } = namespaceAt(namespaces, namespace)
      const at = `${trimSlashes(path)}/`
      if (at === '/' || mounts.has(at)) config(`nothing can be mounted at ${at}`)
      mounts.set(at, newMount(type))
    },
    setPolicy: (name, rules, { namespace } = {}) => void namespaceAt(namespaces, namespace).policies.set(name, { ...rules }),

    createToken(options = {}) {
      const { name } = namespaceAt(namespaces, options.namespace)
      const { policies = [] } = options
      return tokens.issue({ namespace: name, policies, path: 'auth/token/create', ...lease(options) }, now()).id
    },
    revokeToken: (token) => tokens.revoke(token),
    createAppRole(options = {}) {
      const { policies = [], secretIdUses = 0, namespace } = options
      const [roleId, secretId] = [crypto.randomUUID(), crypto.randomUUID()]
      const secretIds = new Map([[secretId, secretIdUses || Number.POSITIVE_INFINITY]])
      namespaceAt(namespaces, namespace).appRoles.push({ roleId, policies, secretIds, ...lease(options) })
      return { roleId, secretId }
    },
    createKubernetesRole(name, options) {
      const { policies = [], jwts, namespace } = options
      namespaceAt(namespaces, namespace).kubernetesRoles.set(name, { policies, jwts: new Set(jwts), ...lease(options) })
    },
  }
}
