import type { KeyCall, WaxsealErrorCode } from '@waxseal/core'
import { type AccessToken, type AccessTokens, accessTokens, type Environment, obtained } from '@waxseal/core/keys'
import { entraToken } from './entra.js'
import { config, member } from './errors.js'
import { managedIdentityToken } from './managed-identity.js'
import type { Vault } from './vault.js'

/** What gives tokens: every credential of `@azure/identity` fits. */
export interface AzureCredential {
  getToken(
    scope: string,
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>
}

export interface AuthOptions {
  readonly vault: Vault
  readonly credential: AzureCredential | 'managed-identity' | undefined
  readonly env: Environment
  readonly fetch: typeof globalThis.fetch
}

/** Tokens for the vault, from whoever is configured to give them; nobody is asked before the first use. */
export function vaultTokens(options: AuthOptions): AccessTokens {
  const { credential, env, vault } = options
  if (typeof credential === 'object' && typeof credential?.getToken === 'function')
    return accessTokens((call) => fromCredential(credential, vault, call))
  if (credential !== undefined && credential !== 'managed-identity')
    config("credential is one of @azure/identity, or 'managed-identity'")
  const fetchToken =
    credential === undefined && env.AZURE_TENANT_ID && env.AZURE_CLIENT_ID
      ? entraToken(options)
      : credential || (env.IDENTITY_ENDPOINT && env.IDENTITY_HEADER)
        ? managedIdentityToken(options)
        : config('a credential is needed, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET in env')
  return accessTokens(fetchToken)
}

async function fromCredential(credential: AzureCredential, { resource }: Vault, { now, signal }: KeyCall): Promise<AccessToken> {
  const ask = () => credential.getToken(`${resource}/.default`, signal ? { abortSignal: signal } : {})
  const got = await obtained('Azure Key Vault', ask, codeOf)
  return { token: got?.token ?? '', expiresInMs: (got?.expiresOnTimestamp ?? Number.NaN) - now() }
}

/** Whether a credential was refused, as far as what it throws tells. */
function codeOf(error: unknown): WaxsealErrorCode {
  const status = Number(member(error, 'statusCode'))
  // MSAL's own error has what Entra ID answered; around it, every failure has the same name and no status.
  const answered = String(member(member(error, 'cause'), 'errorCode'))
  const refused = (status >= 400 && status < 500 && status !== 429) || /^(invalid|unauthorized|access)_/.test(answered)
  return refused ? 'access_denied' : 'provider_unavailable'
}
