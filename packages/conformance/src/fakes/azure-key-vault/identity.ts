import type { Exchange, Reply } from '../exchange.js'
import { seconds } from './reply.js'
import { AUDIENCES, type AzureTokens } from './tokens.js'

/** Who may have tokens, and how. */
export interface Identities {
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
  /** Assertions of workload identity that are accepted now. */
  readonly assertions: ReadonlySet<string>
  readonly managedClientId: string
  readonly identityHeader: string
  readonly tokenLifetimeSeconds: number
  readonly tokens: AzureTokens
}

const RESOURCES: readonly string[] = [...Object.values(AUDIENCES), 'https://management.azure.com', 'https://graph.microsoft.com']
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const PARAMETERS = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type', 'scope']

const oauthError = (status: number, error: string, description: string): Reply => ({
  status,
  body: { error, error_description: description },
})

/** The token endpoint of Entra ID: client credentials with a secret or, as workload identity has it, an assertion. */
export function loginAnswer(path: string, { method, headers, body, now }: Exchange, identities: Identities): Reply {
  const { tenantId, clientId, clientSecret, assertions, tokens, tokenLifetimeSeconds } = identities
  if (method !== 'POST') return oauthError(405, 'invalid_request', 'AADSTS900561: The endpoint only accepts POST requests.')
  if (!/^application\/x-www-form-urlencoded\b/i.test(headers.get('content-type') ?? ''))
    return oauthError(400, 'invalid_request', 'AADSTS900144: The request body must be application/x-www-form-urlencoded.')
  if (path !== `/${tenantId}/oauth2/v2.0/token`) return oauthError(400, 'invalid_request', 'AADSTS90002: Tenant not found.')
  const form = new URLSearchParams(new TextDecoder().decode(body))
  const unknown = [...form.keys()].find((name) => !PARAMETERS.includes(name))
  if (unknown !== undefined) return oauthError(400, 'invalid_request', `AADSTS90014: ${unknown} is not expected.`)
  if (form.get('grant_type') !== 'client_credentials')
    return oauthError(400, 'unsupported_grant_type', 'AADSTS70003: The app requested an unsupported grant type.')
  if (form.get('client_id') !== clientId)
    return oauthError(400, 'unauthorized_client', 'AADSTS700016: The application was not found in the directory.')
  const assertion = form.get('client_assertion')
  if (assertion === null ? form.get('client_secret') !== clientSecret : !assertions.has(assertion))
    return assertion === null
      ? oauthError(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.')
      : oauthError(401, 'invalid_client', 'AADSTS700024: Client assertion is not within its valid time range.')
  if (assertion !== null && form.get('client_assertion_type') !== ASSERTION_TYPE)
    return oauthError(400, 'invalid_request', 'AADSTS900144: client_assertion_type is wrong.')
  const audience = /^(.*[^/])\/?\/\.default$/.exec(form.get('scope') ?? '')?.[1]
  if (audience === undefined) return oauthError(400, 'invalid_scope', 'AADSTS1002012: The scope must end with /.default.')
  if (!RESOURCES.includes(audience))
    return oauthError(400, 'invalid_resource', 'AADSTS500011: The resource principal was not found in the tenant.')
  const expires = now + tokenLifetimeSeconds * 1000
  const token = tokens.issue({ audience, clientId, tenantId, notBefore: now, expires })
  const lasts = { expires_in: tokenLifetimeSeconds, ext_expires_in: tokenLifetimeSeconds }
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: { token_type: 'Bearer', ...lasts, access_token: token } }
}

/** The managed identity of a virtual machine, at the address of its metadata. */
export function imdsAnswer(path: string, { method, url, headers, now }: Exchange, identities: Identities): Reply {
  if (path !== '/metadata/identity/oauth2/token') return oauthError(404, 'not_found', 'The requested path does not exist.')
  if (method !== 'GET') return oauthError(405, 'invalid_request', 'Only GET is allowed.')
  if (headers.get('metadata')?.toLowerCase() !== 'true')
    return oauthError(400, 'invalid_request', 'Required metadata header not specified')
  if (headers.has('x-forwarded-for')) return oauthError(400, 'invalid_request', 'Forwarded requests are refused.')
  if (!/^\d{4}-\d\d-\d\d$/.test(url.searchParams.get('api-version') ?? ''))
    return oauthError(400, 'invalid_request', 'Required query variable api-version is missing.')
  return managed(url, now, identities, ({ expires, lifetime }) => ({
    expires_in: String(lifetime),
    ext_expires_in: String(lifetime),
    expires_on: String(expires),
    not_before: String(seconds(now)),
  }))
}

/** The managed identity of an App Service or a Function. */
export function appServiceAnswer({ method, url, headers, now }: Exchange, identities: Identities): Reply {
  if (method !== 'GET') return oauthError(405, 'invalid_request', 'Only GET is allowed.')
  if (url.searchParams.get('api-version') !== '2019-08-01')
    return oauthError(400, 'invalid_request', 'The api-version is 2019-08-01.')
  if (headers.get('x-identity-header') !== identities.identityHeader)
    return { status: 401, body: { statusCode: 401, message: 'The X-IDENTITY-HEADER is missing or wrong.' } }
  return managed(url, now, identities, ({ expires }) => ({ expires_on: String(expires) }))
}

function managed(
  { searchParams }: URL,
  now: number,
  { tenantId, managedClientId: clientId, tokens, tokenLifetimeSeconds: lifetime }: Identities,
  times: (given: { readonly expires: number; readonly lifetime: number }) => Record<string, string>,
): Reply {
  if (![null, clientId].includes(searchParams.get('client_id'))) return oauthError(400, 'invalid_request', 'Identity not found')
  const resource = searchParams.get('resource')
  const audience = resource?.replace(/\/$/, '')
  if (audience === undefined || !RESOURCES.includes(audience))
    return oauthError(400, 'invalid_resource', 'AADSTS500011: The resource principal was not found in the tenant.')
  const expires = now + lifetime * 1000
  const token = tokens.issue({ audience, clientId, tenantId, notBefore: now, expires })
  const body = {
    access_token: token,
    client_id: clientId,
    resource,
    token_type: 'Bearer',
    ...times({ expires: seconds(expires), lifetime }),
  }
  return { status: 200, headers: { 'cache-control': 'no-store' }, body }
}
