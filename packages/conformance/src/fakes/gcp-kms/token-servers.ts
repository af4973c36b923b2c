import type { Call } from '../service-fake.js'
import type { AccessTokens } from './access-tokens.js'
import { CLOUD_SCOPES } from './access-tokens.js'
import { verifyToken } from './json-web-token.js'
import { refuseGrant, refusePlainly } from './refusal.js'
import { type ServiceAccount, TOKEN_URI } from './service-account.js'

/** What the two places that give access tokens work with. */
export interface TokenServer {
  readonly tokens: AccessTokens
  readonly accountOf: (email: string) => ServiceAccount | undefined
  readonly lifetimeSeconds: number
  readonly projectId: string
  /** Who a program on the machine of the metadata server is. */
  readonly machineEmail: string
}

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const SCOPE = /^https:\/\/www\.googleapis\.com\/auth\/[a-z.-]+( https:\/\/www\.googleapis\.com\/auth\/[a-z.-]+)*$/

const PROBLEMS = {
  form: 'Invalid JWT: it is not of three parts, RS256, with iss, iat and exp.',
  account: 'Invalid grant: account not found',
  signature: 'Invalid JWT Signature.',
  time: 'Invalid JWT: Token must be short-lived (60 minutes), begun and not over. Check iat and exp.',
}

/** The token endpoint: a token that a service account signed, for an access token (RFC 7523). */
export async function exchange(call: Call, now: number, server: TokenServer): Promise<Response> {
  const type = call.headers.get('content-type')?.split(';')[0]
  if (call.method !== 'POST' || type !== 'application/x-www-form-urlencoded')
    refuseGrant('invalid_request', 'A grant is a POST of application/x-www-form-urlencoded.')
  const form = new URLSearchParams(new TextDecoder().decode(call.body))
  if ([...form.keys()].sort().join() !== 'assertion,grant_type')
    refuseGrant('invalid_request', 'A grant has grant_type and assertion, each once, and nothing else.')
  if (form.get('grant_type') !== GRANT_TYPE) refuseGrant('unsupported_grant_type', `grant_type is ${GRANT_TYPE}`)
  const verified = await verifyToken(form.get('assertion')!, { accountOf: server.accountOf, now })
  if ('problem' in verified) return refuseGrant('invalid_grant', PROBLEMS[verified.problem])
  const { iss, sub = iss, aud, scope } = verified.claims
  const own = call.url.protocol === 'http:' ? `${call.url.origin}${call.url.pathname}` : TOKEN_URI
  if (aud !== TOKEN_URI && aud !== own) refuseGrant('invalid_grant', `Invalid JWT: aud is ${TOKEN_URI}`)
  if (sub !== iss) refuseGrant('unauthorized_client', 'The account may not act for another one.', 401)
  if (typeof scope !== 'string' || !SCOPE.test(scope)) return refuseGrant('invalid_scope', 'scope is a list of Google scopes.')
  return grant(server, iss, scope.split(' '), now)
}

/** The metadata server of a machine: tokens for any program on it that sends the header no browser would send. */
export function metadata(call: Call, now: number, server: TokenServer): Response {
  const { machineEmail: email, projectId } = server
  if (call.headers.get('metadata-flavor') !== 'Google' || call.headers.has('x-forwarded-for'))
    refusePlainly(403, 'The header Metadata-Flavor: Google is missing, or the request came through a proxy.')
  if (call.method !== 'GET') refusePlainly(405, 'GET only')
  const path = call.url.pathname.replace('/computeMetadata/v1/', '').replace(email, 'default')
  const texts: Record<string, string> = {
    instance: 'service-accounts/\n',
    'project/project-id': projectId,
    'instance/service-accounts/default/email': email,
    'instance/service-accounts/default/scopes': `${CLOUD_SCOPES.join('\n')}\n`,
  }
  const scopes = call.url.searchParams.get('scopes')?.split(',') ?? CLOUD_SCOPES
  const isToken = path === 'instance/service-accounts/default/token'
  if (!isToken && !Object.hasOwn(texts, path)) refusePlainly(404, 'There is no such metadata.')
  const response = isToken
    ? grant(server, email, scopes, now)
    : new Response(texts[path], { headers: { 'content-type': 'text/plain' } })
  response.headers.set('metadata-flavor', 'Google')
  return response
}

function grant({ tokens, lifetimeSeconds }: TokenServer, email: string, scopes: readonly string[], now: number): Response {
  const token = tokens.issue({ email, scopes, expiresAt: now + lifetimeSeconds * 1000 })
  return Response.json({ access_token: token, expires_in: lifetimeSeconds, token_type: 'Bearer' })
}
