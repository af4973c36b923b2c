import { type Exchange, Refusal, type Reply } from '../exchange.js'
import type { Call } from '../service-fake.js'
import { isLogin, login, tokenSelf } from './auth.js'
import { kvAnswer, kvCreates } from './kv.js'
import { findMount, type Mount, type Namespace, trimSlashes } from './namespace.js'
import { type Capability, granted } from './policy.js'
import { errorReply, permissionDenied, refuse } from './reply.js'
import { systemAnswer, type VaultState } from './system.js'
import type { Token, TokenStore } from './tokens.js'
import { transitAnswer, transitCreates } from './transit.js'

/** All that a Vault server knows. */
export interface VaultServer {
  readonly flavor: 'vault' | 'openbao'
  /** Where a standby sends requests to. */
  readonly activeAddress: string
  readonly namespaces: ReadonlyMap<string, Namespace>
  readonly tokens: TokenStore
  state: VaultState
  /** A performance standby that has not caught up with the active node. */
  behind: boolean
}

const MAX_REQUEST_BYTES = 32 * 1024 * 1024

export async function vaultAnswer(server: VaultServer, exchange: Exchange): Promise<Reply> {
  const { url, headers, body } = exchange
  if (!url.pathname.startsWith('/v1/'))
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' }
  const path = decodePath(url.pathname.slice('/v1/'.length))
  if (path === 'sys/health' || path === 'sys/seal-status')
    return systemAnswer(path === 'sys/health' ? 'health' : 'seal-status', exchange, server.state, server.flavor)
  if (server.state === 'sealed' || server.state === 'uninitialized') refuse(503, 'Vault is sealed')
  if (server.state === 'standby' && url.origin !== new URL(server.activeAddress).origin)
    return { status: 307, headers: { location: `${server.activeAddress}${url.pathname}${url.search}` } }
  if (body.length > MAX_REQUEST_BYTES) refuse(413, 'request body too large')
  const name = trimSlashes(headers.get('x-vault-namespace') ?? '')
  const namespace = server.namespaces.get(name) ?? noRoute(`${name}/${path}`)
  if (isLogin(path)) return login(path, exchange, namespace, server.tokens)

  const token = tokenOf(server, exchange, namespace)
  if (server.state === 'performance_standby' && server.behind) refuse(412, 'required index state not present')
  const found = findMount(namespace.mounts, path)
  const capability = capabilityOf(exchange, found?.mount, found?.rest ?? '')
  if (!granted(token.policies, namespace.policies, path, capability)) permissionDenied()
  if (path.startsWith('auth/token/')) return tokenSelf(path.slice('auth/token/'.length), exchange, token, server.tokens)
  if (!found) return noRoute(path)
  const { mount, rest } = found
  return mount.type === 'kv' ? kvAnswer(mount, rest, exchange) : transitAnswer(mount, rest, exchange, server.flavor === 'openbao')
}

function noRoute(path: string): never {
  return refuse(404, `no handler for route "${path}". route entry not found.`)
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return refuse(400, 'invalid path')
  }
}

function tokenOf({ tokens, flavor }: VaultServer, { headers, now }: Exchange, namespace: Namespace): Token {
  const bearer = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1]
  const id = headers.get('x-vault-token') ?? bearer ?? ''
  if (id === '') return refuse(403, 'permission denied')
  const token = tokens.find(id, now)
  if (!token)
    return flavor === 'openbao'
      ? refuse(403, 'permission denied')
      : refuse(403, '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n')
  // The real one lets tokens of a parent namespace in, by the parent's policies; here only the root token crosses.
  if (token.namespace !== namespace.name && !token.policies.includes('root')) permissionDenied()
  return token
}

function capabilityOf({ method, url }: Exchange, mount: Mount | undefined, rest: string): Capability {
  switch (method) {
    case 'GET':
      return url.searchParams.get('list') === 'true' ? 'list' : 'read'
    case 'LIST':
      return 'list'
    case 'POST':
    case 'PUT':
      return mount && (mount.type === 'kv' ? kvCreates(mount, rest) : transitCreates(mount, rest)) ? 'create' : 'update'
    case 'DELETE':
      return 'delete'
    default:
      throw new Refusal(errorReply(405))
  }
}

/** What a request asks for, as in `transit/encrypt` or `kv/read`. */
export function vaultOperation({ namespaces }: VaultServer, { method, url }: Call): string {
  const path = url.pathname.replace(/^\/v1\//, '')
  if (path.startsWith('sys/')) return path
  if (isLogin(path)) return 'auth/login'
  if (path.startsWith('auth/token/')) return path.slice('auth/'.length)
  const mounts = new Map([...namespaces.values()].flatMap((namespace) => [...namespace.mounts]))
  const found = findMount(mounts, path)
  const [endpoint = ''] = found?.rest.split('/') ?? []
  if (!found) return 'unknown'
  if (found.mount.type === 'kv' && endpoint === 'data')
    return method === 'GET' ? 'kv/read' : method === 'DELETE' ? 'kv/delete' : 'kv/write'
  return `${found.mount.type}/${endpoint}`
}
