import { type KeyCall, WaxsealError } from '@waxseal/core'
import { type AccessToken, type AccessTokens, accessTokens } from '@waxseal/core/keys'
import { entraToken } from './entra.js'
import { config, fail, member } from './errors.js'
import { managedIdentityToken } from './managed-identity.js'
import type { Vault } from './vault.js'

/** What gives tokens: every credential of `@azure/identity` fits. */
export interface AzureCredential {
  getToken(
    scope: string,
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>
}

export type Environment = Readonly<Record<string, string | undefined>>

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
    return accessTokens(async (call) => checked(await fromCredential(credential, vault, call)))
  if (credential !== undefined && credential !== 'managed-identity')
    config("credential is one of @azure/identity, or 'managed-identity'")
  const fetchToken =
    credential === undefined && env.AZURE_TENANT_ID && env.AZURE_CLIENT_ID
      ? entraToken(options)
      : credential || (env.IDENTITY_ENDPOINT && env.IDENTITY_HEADER)
        ? managedIdentityToken(options)
        : config('a credential is needed, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET in env')
  return accessTokens(async (call) => checked(await fetchToken(call)))
}

async function fromCredential(credential: AzureCredential, { resource }: Vault, { now, signal }: KeyCall): Promise<AccessToken> {
  try {
    const got = await credential.getToken(`${resource}/.default`, signal ? { abortSignal: signal } : {})
    return { token: got?.token ?? '', expiresInMs: (got?.expiresOnTimestamp ?? Number.NaN) - now() }
  } catch (error) {
    // What went wrong may hold a secret: it is not passed on.
    const status = Number(member(error, 'statusCode'))
    // MSAL's own error has what Entra ID answered; around it, every failure has the same name and no status.
    const answered = String(member(member(error, 'cause'), 'errorCode'))
    const refused = (status >= 400 && status < 500 && status !== 429) || /^(invalid|unauthorized|access)_/.test(answered)
    if (WaxsealError.is(error)) throw error
    return fail(refused ? 'access_denied' : 'provider_unavailable', 'the credential gave no token')
  }
}

/** A token that fits into a header, and lasts. */
function checked({ token, expiresInMs }: AccessToken): AccessToken {
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) && Number.isFinite(expiresInMs)) return { token, expiresInMs }
  return fail('provider_unavailable', 'what was had is no token')
}
