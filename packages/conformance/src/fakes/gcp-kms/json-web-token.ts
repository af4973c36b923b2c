import { fromBase64Url } from '../base64.js'
import { utf8 } from '../bytes.js'
import type { ServiceAccount } from './service-account.js'

export interface Claims {
  readonly iss: string
  readonly iat: number
  readonly exp: number
  readonly sub?: unknown
  readonly aud?: unknown
  readonly scope?: unknown
}

/** A token that a service account signed, or in one word why it is none. */
export type VerifiedToken =
  | { readonly account: ServiceAccount; readonly claims: Claims; readonly kid: string | undefined }
  | { readonly problem: 'form' | 'account' | 'signature' | 'time' }

const MAX_LIFETIME_S = 3600
// The service's patience with a clock that is ahead of its own.
const LEEWAY_S = 60

/** Verifies a JSON Web Token of one of the accounts (RFC 7519 with RS256): its form, signature and times. */
export async function verifyToken(
  token: string,
  { accountOf, now }: { accountOf: (email: string) => ServiceAccount | undefined; now: number },
): Promise<VerifiedToken> {
  const [first = '', second = '', third, ...rest] = token.split('.')
  const header = readJson(first)
  const claims = readJson(second)
  const signature = fromBase64Url(third)
  if (!header || !claims || !signature || rest.length > 0) return { problem: 'form' }
  const { alg, typ = 'JWT', kid } = header
  if (alg !== 'RS256' || typ !== 'JWT' || (kid !== undefined && typeof kid !== 'string') || !isClaims(claims))
    return { problem: 'form' }
  const account = accountOf(claims.iss)
  if (!account) return { problem: 'account' }
  if (kid !== undefined && kid !== account.key.private_key_id) return { problem: 'signature' }
  const signed = utf8(`${first}.${second}`)
  const right = await crypto.subtle.verify('RSASSA-PKCS1-v1_5', account.publicKey, signature.slice(), signed)
  if (!right) return { problem: 'signature' }
  const seconds = now / 1000
  const lifetime = claims.exp - claims.iat
  if (lifetime <= 0 || lifetime > MAX_LIFETIME_S || claims.iat > seconds + LEEWAY_S || claims.exp <= seconds)
    return { problem: 'time' }
  return { account, claims, kid }
}

function isClaims(claims: object): claims is Claims {
  const { iss, iat, exp } = claims as Record<string, unknown>
  return typeof iss === 'string' && Number.isSafeInteger(iat) && Number.isSafeInteger(exp)
}

function readJson(part: string): Record<string, unknown> | undefined {
  try {
    const bytes = fromBase64Url(part)
    const value: unknown = bytes && JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
