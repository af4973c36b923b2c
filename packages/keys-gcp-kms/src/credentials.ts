import { type KeyCall, WaxsealError } from '@waxseal/core'
import { type AccessToken, accessTokens } from '@waxseal/core/keys'
import { secureUrl } from './endpoint.js'
import { readKeyFile } from './key-file.js'
import { openServiceAccount, type ServiceAccount, type ServiceAccountKey, TOKEN_LIFETIME_MS } from './service-account.js'
import { exchanged, isToken, metadataToken } from './token-server.js'

/** Gets an access token. One without `expiresInMs` is asked for before every request: keep it where it comes from. */
export type GcpCredentials = () => string | AccessToken | Promise<string | AccessToken>

/** The key file of a service account, parsed or as text; `'metadata'` for the metadata server; or a function. */
export type GcpCredentialSource = ServiceAccountKey | string | GcpCredentials

export interface Credentials {
  get(call: KeyCall): Promise<string>
  /** Forgets a token that the service did not take, and goes by the service's clock, where it is known, from then on. */
  drop(token: string, serverTime: number): void
}

export interface CredentialOptions {
  readonly credentials?: GcpCredentialSource | undefined
  readonly auth?: 'self-signed' | 'exchange' | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

/** Of the service, whatever endpoint it is reached at (AIP-4111). */
const AUDIENCE = 'https://cloudkms.googleapis.com/'
const SCOPE = 'https://www.googleapis.com/auth/cloudkms'

const refuse = (message: string): never => {
  throw new WaxsealError('config', `Google Cloud KMS: ${message}`)
}

/** Tokens of the credentials that are configured, kept until shortly before they expire. Nothing is read or asked before the first. */
export function credentialsOf({ credentials, auth = 'self-signed', env, fetch, now }: CredentialOptions): Credentials {
  if (auth !== 'self-signed' && auth !== 'exchange') refuse("auth is 'self-signed' or 'exchange'")
  const { GOOGLE_APPLICATION_CREDENTIALS: file, GCE_METADATA_HOST: host } = env
  const source =
    credentials ??
    (file ? undefined : host ? 'metadata' : refuse('it needs credentials, or GOOGLE_APPLICATION_CREDENTIALS in env'))
  let skewMs = 0

  async function signedToken(account: ServiceAccount, { signal }: KeyCall): Promise<AccessToken> {
    const at = now() + skewMs
    if (auth === 'self-signed') return { token: await account.sign({ aud: AUDIENCE }, at), expiresInMs: TOKEN_LIFETIME_MS }
    const { tokenUri } = account
    if (!secureUrl(tokenUri)) return refuse('token_uri of the key is https://, or http:// for loopback')
    return exchanged(tokenUri, await account.sign({ aud: tokenUri, scope: SCOPE }, at), { fetch, signal })
  }

  function tokens() {
    // Read anew for every token, so that a file that was replaced is noticed.
    if (source === undefined) return accessTokens(async (call) => signedToken(openServiceAccount(await readKeyFile(file!)), call))
    if (source === 'metadata') {
      const at = metadataHost(host)
      return accessTokens(({ signal }) => metadataToken(at, { fetch, signal }))
    }
    if (typeof source === 'function') return accessTokens(() => given(source))
    const account = openServiceAccount(source)
    return accessTokens((call) => signedToken(account, call))
  }

  const { get, drop } = tokens()
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
    : refuse('GCE_METADATA_HOST is a host, with or without a port')
}

async function given(get: GcpCredentials): Promise<AccessToken> {
  let got: string | AccessToken
  try {
    got = await get()
  } catch (error) {
    // What went wrong may hold a secret: it is not passed on.
    throw WaxsealError.is(error) ? error : new WaxsealError('provider_unavailable', 'Google Cloud KMS: no token could be had')
  }
  const { token, expiresInMs } = typeof got === 'string' ? { token: got, expiresInMs: 0 } : (got ?? {})
  return isToken(token) && expiresInMs >= 0
    ? { token, expiresInMs }
    : refuse('credentials return a token, or { token, expiresInMs }')
}
