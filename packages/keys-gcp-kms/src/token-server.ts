import { WaxsealError } from '@waxseal/core'
import { type AccessToken, isToken, requestService, type ServiceResponse } from '@waxseal/core/keys'
import { tokenError } from './errors.js'

interface Asking {
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal | undefined
}

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** An access token for a token that a service account signed (RFC 7523). */
export async function exchanged(tokenUri: string, assertion: string, asking: Asking): Promise<AccessToken> {
  const service = 'the token endpoint'
  const body = new URLSearchParams({ grant_type: GRANT, assertion }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return tokenOf(service, await requestService({ service, url: tokenUri, headers, body, ...asking }))
}

/** An access token of the metadata server, for the service account that the machine runs as. */
export async function metadataToken(host: string, asking: Asking): Promise<AccessToken> {
  const service = 'the metadata server'
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`
  const answer = await requestService({ service, url, method: 'GET', headers: { 'metadata-flavor': 'Google' }, ...asking })
  // Whoever else answers at that address is not believed.
  if (answer.status === 200 && answer.headers.get('metadata-flavor') !== 'Google') return noToken(service)
  return tokenOf(service, answer)
}

const noToken = (service: string): never => {
  throw new WaxsealError('provider_unavailable', `${service} answered without a token`)
}

function tokenOf(service: string, { status, json, retryAfterMs }: ServiceResponse): AccessToken {
  const { access_token: token, expires_in: seconds, error } = (json ?? {}) as Record<string, unknown>
  if (status !== 200) throw tokenError(service, error, status, retryAfterMs)
  return isToken(token) && typeof seconds === 'number' && seconds > 0 ? { token, expiresInMs: seconds * 1000 } : noToken(service)
}
