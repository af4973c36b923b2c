import { toBase64Url } from '../base64.js'
import { randomBytes } from '../bytes.js'
import { refuse } from './reply.js'

export interface Lease {
  /** Seconds until the token expires; 0 for never. */
  readonly ttlSeconds: number
  /** Seconds after which no renewal helps; 0 for no such limit. */
  readonly maxTtlSeconds: number
  readonly renewable: boolean
}

export interface Token extends Lease {
  readonly id: string
  readonly accessor: string
  readonly namespace: string
  readonly policies: readonly string[]
  /** How it was made, as in `auth/approle/login`. */
  readonly path: string
  readonly createdAt: number
  expiresAt: number
}

export interface TokenStore {
  issue(token: Lease & Pick<Token, 'namespace' | 'policies' | 'path'>, now: number, id?: string): Token
  /** The token, where it is one that has not expired. */
  find(id: string, now: number): Token | undefined
  renew(token: Token, incrementSeconds: number, now: number): { readonly ttlSeconds: number; readonly warnings: string[] }
  revoke(id: string): void
}

export function tokenStore(): TokenStore {
  const tokens = new Map<string, Token>()
  return {
    issue({ namespace, policies, path, ttlSeconds, maxTtlSeconds, renewable }, now, id = `hvs.${toBase64Url(randomBytes(18))}`) {
      const bounded = maxTtlSeconds > 0 && ttlSeconds > 0 ? Math.min(ttlSeconds, maxTtlSeconds) : ttlSeconds
      const token: Token = {
        id,
        accessor: toBase64Url(randomBytes(18)),
        namespace,
        policies: policies.includes('root') ? ['root'] : [...new Set(['default', ...policies])].sort(),
        path,
        ttlSeconds: bounded,
        maxTtlSeconds,
        renewable: renewable && bounded > 0,
        createdAt: now,
        expiresAt: bounded > 0 ? now + bounded * 1000 : Number.POSITIVE_INFINITY,
      }
      tokens.set(id, token)
      return token
    },
    find(id, now) {
      const token = tokens.get(id)
      return token && token.expiresAt > now ? token : undefined
    },
    renew(token, incrementSeconds, now) {
      if (!token.renewable) refuse(400, 'lease is not renewable')
      const asked = incrementSeconds > 0 ? incrementSeconds : token.ttlSeconds
      const most =
        token.maxTtlSeconds > 0
          ? Math.floor((token.createdAt + token.maxTtlSeconds * 1000 - now) / 1000)
          : Number.POSITIVE_INFINITY
      const ttlSeconds = Math.max(0, Math.min(asked, most))
      token.expiresAt = now + ttlSeconds * 1000
      const warnings =
        ttlSeconds < asked
          ? [`TTL of "${asked}s" exceeded the effective max_ttl of "${ttlSeconds}s"; TTL value is capped accordingly`]
          : []
      return { ttlSeconds, warnings }
    },
    revoke: (id) => void tokens.delete(id),
  }
}

/** The `auth` member of an answer that hands out or renews a token. */
export function authOf(token: Token, ttlSeconds: number): unknown {
  return {
    client_token: token.id,
    accessor: token.accessor,
    policies: token.policies,
    token_policies: token.policies,
    metadata: {},
    lease_duration: ttlSeconds,
    renewable: token.renewable,
    entity_id: '',
    token_type: 'service',
    orphan: true,
  }
}
