import type { KeyCall } from '@waxseal/core'
import { type AccessToken, isLoopback, requestService, secureUrl } from '@waxseal/core/keys'
import type { AuthOptions } from './auth.js'
import { config, member, tokenError } from './errors.js'

/** The metadata of virtual machines, which no router passes on. */
const METADATA = 'http://169.254.169.254/metadata/identity/oauth2/token'

/**
 * Asks for a token of the managed identity: at IDENTITY_ENDPOINT, where App Service, Functions and Container Apps have it, else at the
 * metadata of the virtual machine. AZURE_CLIENT_ID chooses among several identities.
 */
export function managedIdentityToken({ vault, env, fetch }: AuthOptions): (call: KeyCall) => Promise<AccessToken> {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, AZURE_CLIENT_ID: client } = env
  const service = endpoint && header ? { url: endpoint, version: '2019-08-01' } : { url: METADATA, version: '2018-02-01' }
  const headers: Record<string, string> = endpoint && header ? { 'x-identity-header': header } : { metadata: 'true' }
  const url = secureUrl(service.url, (host) => isLoopback(host) || /^169\.254\.\d{1,3}\.\d{1,3}$/.test(host))
  if (!url) return config('IDENTITY_ENDPOINT is an address of this machine, or https://')
  url.searchParams.set('api-version', service.version)
  url.searchParams.set('resource', vault.resource)
  if (client) url.searchParams.set('client_id', client)
  return async ({ now, signal }) => {
    const answer = await requestService({ service: 'Managed identity', fetch, url: url.href, method: 'GET', headers, signal })
    if (answer.status !== 200) return tokenError(answer.status, answer.retryAfterMs)
    const expiresInMs = Number(member(answer.json, 'expires_on')) * 1000 - now()
    return { token: member(answer.json, 'access_token') as string, expiresInMs }
  }
}
