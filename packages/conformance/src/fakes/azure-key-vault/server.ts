import { type Exchange, isLoopback, type Reply } from '../exchange.js'
import type { Call } from '../service-fake.js'
import { appServiceAnswer, type Identities, imdsAnswer, loginAnswer } from './identity.js'
import type { AzureKey } from './key.js'
import { type AzurePermission, type KeyPath, keyAnswer, permissionOf } from './operations.js'
import { badParameter, notAllowed, refuse } from './reply.js'
import { AUDIENCES, bearerToken } from './tokens.js'

export interface KeyStore {
  readonly kind: 'vault' | 'managed-hsm'
  /** By name in lower case. */
  readonly keys: Map<string, AzureKey>
  readonly weakAlgorithms: boolean
}

export type DeniedCode = 'AccessDenied' | 'ForbiddenByPolicy' | 'ForbiddenByRbac'

export interface AzureServer {
  readonly vaultUrl: string
  readonly hsmUrl: string
  readonly identityEndpoint: string
  readonly stores: Readonly<Record<KeyStore['kind'], KeyStore>>
  readonly identities: Identities
  /** What a client may do; one that is not there may do everything. */
  readonly access: Map<string, { readonly permissions: readonly AzurePermission[]; readonly code: DeniedCode }>
  firewalled: boolean
}

const LOGIN = 'https://login.microsoftonline.com'
const IMDS = 'http://169.254.169.254'
// Where all is served on one loopback port, the HSM has this before its paths.
const HSM_PREFIX = '/managedhsm'
const API_VERSIONS = ['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '2025-07-01']

type Place = { readonly at: 'login' | 'imds' | 'app-service'; readonly path: string } | StorePlace

interface StorePlace {
  readonly at: KeyStore['kind']
  readonly path: string
  /** Begins the ids of keys. */
  readonly base: string
}

/** Which of the services a URL leads to; undefined where none listens. */
export function azurePlace({ vaultUrl, hsmUrl, identityEndpoint }: AzureServer, url: URL): Place | undefined {
  const { origin, pathname: path } = url
  if (`${origin}${path}` === identityEndpoint) return { at: 'app-service', path }
  if (origin === vaultUrl) return { at: 'vault', path, base: origin }
  if (origin === hsmUrl) return { at: 'managed-hsm', path, base: origin }
  if (origin === LOGIN) return { at: 'login', path }
  if (origin === IMDS) return { at: 'imds', path }
  if (!isLoopback(url)) return undefined
  if (path.startsWith('/metadata/')) return { at: 'imds', path }
  if (path === '/msi/token') return { at: 'app-service', path }
  if (/^\/[^/]+\/oauth2\/v2\.0\/token$/.test(path)) return { at: 'login', path }
  if (path.startsWith(`${HSM_PREFIX}/`))
    return { at: 'managed-hsm', path: path.slice(HSM_PREFIX.length), base: `${origin}${HSM_PREFIX}` }
  return { at: 'vault', path, base: origin }
}

export const isStore = (place: Place | undefined): place is StorePlace => place?.at === 'vault' || place?.at === 'managed-hsm'

function keyPath(path: string): KeyPath | undefined {
  const parts = path.split('/').slice(1)
  if (parts[0] !== 'keys' || parts.length < 2 || parts.length > 4 || parts[1] === '') return undefined
  const [, name = '', ...rest] = parts
  const last = rest.at(-1) ?? ''
  const acts = permissionOf('POST', { name, version: '', action: last }) !== undefined
  if (rest.length === 2 && !acts) return last === '' ? undefined : { name, version: rest[0]!, action: last }
  return acts ? { name, version: rest.length === 2 ? rest[0]! : '', action: last } : { name, version: last, action: '' }
}

export async function azureAnswer(server: AzureServer, exchange: Exchange): Promise<Reply> {
  const place = azurePlace(server, exchange.url)!
  if (place.at === 'login') return loginAnswer(place.path, exchange, server.identities)
  if (place.at === 'imds') return imdsAnswer(place.path, exchange, server.identities)
  return isStore(place) ? storeAnswer(server, place, exchange) : appServiceAnswer(exchange, server.identities)
}

async function storeAnswer(server: AzureServer, { at, path, base }: StorePlace, exchange: Exchange): Promise<Reply> {
  const { identities, access } = server
  const { tenantId, tokens } = identities
  const login = isLoopback(exchange.url) ? exchange.url.origin : LOGIN
  const token = bearerToken(exchange, tokens, { authorization: `${login}/${tenantId}`, tenantId, audience: AUDIENCES[at] })
  const apiVersion = exchange.url.searchParams.get('api-version')
  if (apiVersion === null) badParameter('api-version must be specified')
  if (!API_VERSIONS.includes(apiVersion!) || (at === 'managed-hsm' && Number(apiVersion) < 7.2))
    badParameter(`The specified version (${apiVersion}) is not recognized.`)
  if (server.firewalled)
    refuse(403, 'Forbidden', 'Client address is not authorized and caller is not a trusted service.', 'ForbiddenByFirewall')
  const wanted = keyPath(path)
  if (!wanted) return refuse(404, 'ResourceNotFound', 'The requested resource does not exist.')
  const permission = permissionOf(exchange.method, wanted)
  if (!permission) return notAllowed()
  const granted = access.get(token.clientId)
  if (granted && !granted.permissions.includes(permission))
    refuse(
      403,
      'Forbidden',
      `The user, group or application 'appid=${token.clientId}' does not have keys ${permission} permission on key vault.`,
      granted.code,
    )
  return keyAnswer(server.stores[at], permission, wanted, exchange, base)
}

/** What a request asks for, as in `wrapkey`, `getkey`, `token` or `imds`. */
export function azureOperation(server: AzureServer, { method, url }: Call): string {
  const place = azurePlace(server, url)
  if (place?.at === 'login') return 'token'
  if (!isStore(place)) return place?.at ?? 'unknown'
  const path = keyPath(place.path)
  if (!path) return 'unknown'
  if (path.action === '') return `${method.toLowerCase()}key`
  return path.action === 'create' || path.action === 'rotate' ? `${path.action}key` : path.action
}
