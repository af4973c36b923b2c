import type { Call } from '../service-fake.js'

/** Where a request goes. */
export interface Route {
  readonly operation: 'Encrypt' | 'Decrypt' | 'GetCryptoKey' | 'token' | 'metadata' | 'unknown'
  /** Empty but for the three operations on keys. */
  readonly keyName: string
  readonly version: number | undefined
  /** http where the real host takes https only, or the other way round. */
  readonly wrongScheme: boolean
}

type Service = 'kms' | 'oauth' | 'metadata'

const HOSTS: readonly (readonly [RegExp, Service])[] = [
  [/^cloudkms\.([a-z0-9-]+\.rep\.)?googleapis\.com$/, 'kms'],
  [/^oauth2\.googleapis\.com$/, 'oauth'],
  [/^(metadata\.google\.internal|169\.254\.169\.254)$/, 'metadata'],
]
const PART = '[A-Za-z0-9_-]{1,63}'
const KEY = new RegExp(
  `^/v1/(projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/locations/${PART}/keyRings/${PART}/cryptoKeys/${PART})` +
    '(?:/cryptoKeyVersions/([1-9][0-9]{0,8}))?(:encrypt|:decrypt)?$',
)

/** What a request asks for; at a host that is none of Google's the path alone decides. */
export function routeOf({ method, url }: Call): Route {
  const service = HOSTS.find(([host]) => host.test(url.host))?.[1]
  const wrongScheme = service !== undefined && url.protocol !== (service === 'metadata' ? 'http:' : 'https:')
  const serves = (one: Service): boolean => service === undefined || service === one
  const to = (operation: Route['operation'], keyName = '', version?: number): Route =>
    Object.freeze({ operation, keyName, version, wrongScheme })
  if (serves('oauth') && url.pathname === '/token' && url.search === '') return to('token')
  if (serves('metadata') && url.pathname.startsWith('/computeMetadata/v1/')) return to('metadata')
  const [, keyName, number, verb] = KEY.exec(url.pathname) ?? []
  if (!serves('kms') || keyName === undefined || !['', '?alt=json'].includes(url.search)) return to('unknown')
  const version = number === undefined ? undefined : Number(number)
  if (method === 'POST' && verb === ':encrypt') return to('Encrypt', keyName, version)
  // Only keys decrypt, and only keys are described here; a version in their place is no such URL.
  if (method === 'POST' && verb === ':decrypt' && version === undefined) return to('Decrypt', keyName)
  if (method === 'GET' && verb === undefined && version === undefined) return to('GetCryptoKey', keyName)
  return to('unknown')
}
