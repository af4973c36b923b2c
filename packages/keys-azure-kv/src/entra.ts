import type { KeyCall } from '@waxseal/core'
import { type AccessToken, readTextFile, requestService, secureUrl } from '@waxseal/core/keys'
import type { AuthOptions } from './auth.js'
import { config, member, tokenError } from './errors.js'

const TOKEN_FILE = 'Azure Key Vault: the file of AZURE_FEDERATED_TOKEN_FILE'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Asks Entra ID by client credentials: with the secret of AZURE_CLIENT_SECRET, or with the assertion in the file of
 * AZURE_FEDERATED_TOKEN_FILE, read each time, as workload identity has it.
 */
export function entraToken({ vault, env, fetch }: AuthOptions): (call: KeyCall) => Promise<AccessToken> {
  const {
    AZURE_TENANT_ID: tenant = '',
    AZURE_CLIENT_ID: client = '',
    AZURE_AUTHORITY_HOST: host,
    AZURE_CLIENT_SECRET: secret,
  } = env
  const file = env.AZURE_FEDERATED_TOKEN_FILE
  if (!/^[0-9A-Za-z.-]{1,255}$/.test(tenant)) return config('AZURE_TENANT_ID is the id or a domain of a tenant')
  if (!secret && !file) return config('AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE is needed in env')
  const authority = secureUrl(host || vault.authority)
  if (!authority) return config('AZURE_AUTHORITY_HOST is https://host, or http:// for loopback')
  return async ({ signal }) => {
    const proof: Record<string, string> = secret
      ? { client_secret: secret }
      : { client_assertion_type: ASSERTION_TYPE, client_assertion: (await readTextFile(file!, TOKEN_FILE)).trim() }
    const { status, json, retryAfterMs } = await requestService({
      service: 'Entra ID',
      fetch,
      url: `${authority.origin}/${tenant}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client,
        scope: `${vault.resource}/.default`,
        ...proof,
      }).toString(),
      signal,
    })
    if (status !== 200) return tokenError(status, retryAfterMs)
    return { token: member(json, 'access_token') as string, expiresInMs: Number(member(json, 'expires_in')) * 1000 }
  }
}
