import type { Exchange } from '../exchange.js'
import { readFields } from './fields.js'
import type { Namespace } from './namespace.js'
import { answered, refuse, rfc3339, unsupportedOperation, unsupportedPath, userError } from './reply.js'
import { authOf, type Lease, type Token, type TokenStore } from './tokens.js'

export interface AppRole extends Lease {
  readonly roleId: string
  readonly policies: readonly string[]
  /** Uses that are left of each secret id. */
  readonly secretIds: Map<string, number>
}

export interface KubernetesRole extends Lease {
  readonly policies: readonly string[]
  /** The service account's tokens that are accepted now. */
  readonly jwts: ReadonlySet<string>
}

export const isLogin = (path: string): boolean => path === 'auth/approle/login' || path === 'auth/kubernetes/login'

export function login(path: string, exchange: Exchange, namespace: Namespace, tokens: TokenStore) {
  if (exchange.method !== 'POST' && exchange.method !== 'PUT') unsupportedOperation()
  const { role, warnings } = path === 'auth/approle/login' ? appRole(exchange, namespace) : kubernetesRole(exchange, namespace)
  const { ttlSeconds, maxTtlSeconds, renewable, policies } = role
  const token = tokens.issue({ namespace: namespace.name, policies, path, ttlSeconds, maxTtlSeconds, renewable }, exchange.now)
  return answered({ auth: authOf(token, token.ttlSeconds), warnings })
}

function appRole(exchange: Exchange, namespace: Namespace) {
  const fields = readFields(exchange, { role_id: 'string', secret_id: 'string' })
  if (fields.text('role_id') === '') userError('missing role_id')
  if (fields.text('secret_id') === '') userError('missing secret_id')
  const role = namespace.appRoles.find(({ roleId }) => roleId === fields.text('role_id'))
  const uses = role?.secretIds.get(fields.text('secret_id'))
  if (!role || uses === undefined) return userError('invalid role or secret ID')
  if (uses === 1) role.secretIds.delete(fields.text('secret_id'))
  else role.secretIds.set(fields.text('secret_id'), uses - 1)
  return { role, warnings: fields.warnings }
}

function kubernetesRole(exchange: Exchange, namespace: Namespace) {
  const fields = readFields(exchange, { role: 'string', jwt: 'string' })
  if (fields.text('role') === '') userError('missing role')
  if (fields.text('jwt') === '') userError('missing jwt')
  const role = namespace.kubernetesRoles.get(fields.text('role'))
  if (!role) return userError(`invalid role name "${fields.text('role')}"`)
  if (!role.jwts.has(fields.text('jwt'))) refuse(403, 'permission denied')
  return { role, warnings: fields.warnings }
}

/** What a token may ask about itself. */
export function tokenSelf(endpoint: string, exchange: Exchange, token: Token, tokens: TokenStore) {
  const reads = exchange.method === 'GET'
  const writes = exchange.method === 'POST' || exchange.method === 'PUT'
  const { now } = exchange
  switch (endpoint) {
    case 'renew-self': {
      if (!writes) return unsupportedOperation()
      const fields = readFields(exchange, { increment: 'int' })
      const { ttlSeconds, warnings } = tokens.renew(token, fields.int('increment'), now)
      return answered({ auth: authOf(token, ttlSeconds), warnings: [...fields.warnings, ...warnings] })
    }
    case 'lookup-self':
      if (!reads) return unsupportedOperation()
      return answered({ data: lookup(token, now), mountType: 'token' })
    case 'revoke-self':
      if (!writes) return unsupportedOperation()
      tokens.revoke(token.id)
      return answered({})
    default:
      return unsupportedPath()
  }
}

function lookup(token: Token, now: number): unknown {
  const expires = Number.isFinite(token.expiresAt)
  return {
    accessor: token.accessor,
    creation_time: Math.floor(token.createdAt / 1000),
    creation_ttl: token.ttlSeconds,
    display_name: token.path.split('/')[1],
    entity_id: '',
    expire_time: expires ? rfc3339(token.expiresAt) : null,
    explicit_max_ttl: 0,
    id: token.id,
    issue_time: rfc3339(token.createdAt),
    meta: null,
    num_uses: 0,
    orphan: true,
    path: token.path,
    policies: token.policies,
    renewable: token.renewable,
    ttl: expires ? Math.floor((token.expiresAt - now) / 1000) : 0,
    type: 'service',
  }
}
