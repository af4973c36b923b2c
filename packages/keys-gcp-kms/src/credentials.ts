import type { KeyCall } from '@waxseal/core'
import { type AccessToken, accessTokens, type Environment, isToken, obtained, readTextFile, secureUrl } from '@waxseal/core/keys'
import { config } from './errors.js'
import { type GcpServiceAccountKey, openServiceAccount, type ServiceAccount, TOKEN_LIFETIME_MS } from './service-account.js'
import { exchanged, metadataToken } from './token-server.js'

/** Gets an access token. One without `expiresInMs` is asked for before every request: keep it where it comes from. */
export type GcpCredentials = () => string | AccessToken | Promise<string | AccessToken>

/** The key file of a service account, parsed or as text; `'metadata'` for the metadata server; or a function. */
export type GcpCredentialSource = GcpServiceAccountKey | string | GcpCredentials

export interface Credentials {
  get(call: KeyCall): Promise<string>
  /** Forgets a token that the service did not take, and goes by the service's clock, where it is known, from then on. */
  drop(token: string, serverTime: number): void
}

export interface CredentialOptions {
  readonly credentials?: GcpCredentialSource | undefined
  readonly tokens?: 'self-signed' | 'exchange' | undefined
  readonly env: Environment
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

/** Of the service, whatever endpoint it is reached at (AIP-4111). */
const AUDIENCE = 'https://cloudkms.googleapis.com/'
const KEY_FILE = 'Google Cloud KMS: the file of GOOGLE_APPLICATION_CREDENTIALS'
const SCOPE = 'https://www.googleapis.com/auth/cloudkms'

/** Tokens of the credentials that are configured, kept until shortly before they expire. Nothing is read or asked before the first. */
export function credentialsOf({ credentials, tokens = 'self-signed', env, fetch, now }: CredentialOptions): Credentials {
  if (tokens !== 'self-signed' && tokens !== 'exchange') config("tokens is 'self-signed' or 'exchange'")
  const { GOOGLE_APPLICATION_CREDENTIALS: file, GCE_METADATA_HOST: host } = env
  const source =
    credentials ??
    (file ? undefined : host ? 'metadata' : config('it needs credentials, or GOOGLE_APPLICATION_CREDENTIALS in env'))
  let skewMs = 0

  async function signedToken(account: ServiceAccount, { signal }: KeyCall): Promise<AccessToken> {
    const at = now() + skewMs
    if (tokens === 'self-signed') return { token: await account.sign({ aud: AUDIENCE }, at), expiresInMs: TOKEN_LIFETIME_MS }
    const { tokenUri } = account
    if (!secureUrl(tokenUri)) return config('token_uri of the key is https://, or http:// for loopback')
    return exchanged(tokenUri, await account.sign({ aud: tokenUri, scope: SCOPE }, at), { fetch, signal })
  }

  function kept() {
    // Read anew for every token, so that a file that was replaced is noticed.
    if (source === undefined)
      return accessTokens(async (call) => signedToken(openServiceAccount(await readTextFile(file!, KEY_FILE)), call))
    if (source === 'metadata') {
      const at = metadataHost(host)
      return accessTokens(({ signal }) => metadataToken(at, { fetch, signal }))
    }
    if (typeof source === 'function') return accessTokens(() => given(source))
    const account = openServiceAccount(source)
    return accessTokens((call) => signedToken(account, call))
  }

  const { get, drop } = kept()
  return {
    get,
    drop(token, serverTime) {
      drop(token)
      // Whoever answers may date tokens by some hours, and no further.
      if (Math.abs(serverTime - now()) <= MAX_SKEW_MS) skewMs = serverTime - now()
    },
  }
}

const MAX_SKEW_MS = 12 * 3_600_000

/** A host that only plain HTTP reaches: it is on the machine's own link. */
function metadataHost(host = 'metadata.google.internal'): string {
  return /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(host)
    ? host
    : config('GCE_METADATA_HOST is a host, with or without a port')
}

async function given(get: GcpCredentials): Promise<AccessToken> {
  const got = await obtained('Google Cloud KMS', get)
  const { token, expiresInMs } = typeof got === 'string' ? { token: got, expiresInMs: 0 } : (got ?? {})
  return isToken(token) && expiresInMs >= 0
    ? { token, expiresInMs }
    : config('credentials return a token, or { token, expiresInMs }')
}
