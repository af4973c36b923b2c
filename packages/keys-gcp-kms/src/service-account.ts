import { fromBase64, toBase64url } from '@waxseal/core/keys'
import { config } from './errors.js'

/** What is read of the key file of a service account. */
export interface GcpServiceAccountKey {
  readonly type: 'service_account'
  readonly client_email: string
  readonly private_key_id: string
  /** PKCS #8 in PEM. */
  readonly private_key: string
  /** Where signed tokens are exchanged. Default `https://oauth2.googleapis.com/token`. */
  readonly token_uri?: string | undefined
}

export interface ServiceAccount {
  readonly email: string
  readonly tokenUri: string
  /** A JSON Web Token (RFC 7519) with RS256, good for an hour from `at`, milliseconds since the epoch. */
  sign(claims: Readonly<Record<string, string>>, at: number): Promise<string>
}

export const TOKEN_LIFETIME_MS = 3_600_000

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const PEM = /^-----BEGIN PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END PRIVATE KEY-----(\r?\n)?$/

const utf8 = (text: string) => new TextEncoder().encode(text)

/** The service account of a key file, as text or as an object; its key is imported when it first signs. Errors repeat nothing of it. */
export function openServiceAccount(key: string | GcpServiceAccountKey): ServiceAccount {
  const { type, client_email: email, private_key_id: kid, private_key: pem, token_uri: tokenUri } = fields(key)
  if (type !== 'service_account')
    config('credentials are the key of a service account; for others pass a function that gets access tokens')
  if (typeof email !== 'string' || !/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(email)) return config('the key has no client_email')
  if (typeof kid !== 'string' || kid === '') return config('the key has no private_key_id')
  if (tokenUri !== undefined && typeof tokenUri !== 'string') return config('token_uri of the key is a URL')
  const [, body = ''] = (typeof pem === 'string' && PEM.exec(pem)) || []
  const pkcs8 = fromBase64(body.replace(/[\r\n]/g, ''))
  if (!pkcs8?.length) return config('private_key of the key is no PKCS #8 in PEM')
  let imported: Promise<CryptoKey> | undefined

  async function importKey(bytes: Uint8Array): Promise<CryptoKey> {
    try {
      return await crypto.subtle.importKey('pkcs8', bytes as Uint8Array<ArrayBuffer>, RS256, false, ['sign'])
    } catch {
      return config('private_key of the key is no RSA key')
    } finally {
      bytes.fill(0)
    }
  }

  return {
    email,
    tokenUri: tokenUri ?? 'https://oauth2.googleapis.com/token',
    async sign(claims, at) {
      imported ??= importKey(pkcs8)
      const iat = Math.floor(at / 1000)
      const parts = [
        { alg: 'RS256', typ: 'JWT', kid },
        { iss: email, sub: email, ...claims, iat, exp: iat + TOKEN_LIFETIME_MS / 1000 },
      ]
      const signed = parts.map((part) => toBase64url(utf8(JSON.stringify(part)))).join('.')
      const signature = await crypto.subtle.sign(RS256.name, await imported, utf8(signed))
      return `${signed}.${toBase64url(new Uint8Array(signature))}`
    },
  }
}

function fields(key: string | GcpServiceAccountKey): Partial<Record<keyof GcpServiceAccountKey, unknown>> {
  let value: unknown = key
  try {
    if (typeof key === 'string') value = JSON.parse(key)
  } catch {
    return config('the key of the service account is no JSON')
  }
  return typeof value === 'object' && value !== null ? value : config('the key of the service account is an object')
}
