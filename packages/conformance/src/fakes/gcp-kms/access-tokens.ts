import { toBase64Url } from '../base64.js'
import { randomBytes } from '../bytes.js'
import type { Call } from '../service-fake.js'
import { verifyToken } from './json-web-token.js'
import { refuse } from './refusal.js'
import type { ServiceAccount } from './service-account.js'

export const CLOUD_SCOPES = ['https://www.googleapis.com/auth/cloudkms', 'https://www.googleapis.com/auth/cloud-platform']

const AUDIENCE = 'https://cloudkms.googleapis.com/'

/** Whom a token speaks for. */
export interface Grant {
  readonly email: string
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export interface AccessTokens {
  issue(grant: Grant): string
  revoke(): void
  /** The e-mail address of who sends this request. */
  principalOf(call: Call, now: number): Promise<string>
}

const unauthenticated = (): never => refuse('UNAUTHENTICATED', 'Request had invalid authentication credentials.')
const tooNarrow = (): never => refuse('PERMISSION_DENIED', 'Request had insufficient authentication scopes.')

/** The access tokens that are valid, and the check of bearers: access tokens, and tokens that a service account signed itself. */
export function createAccessTokens(accountOf: (email: string) => ServiceAccount | undefined): AccessTokens {
  const issued = new Map<string, Grant>()

  // AIP-4111: audience or scope, never both, and the id of the key that signed.
  async function selfSigned(token: string, call: Call, now: number): Promise<string> {
    const verified = await verifyToken(token, { accountOf, now })
    if ('problem' in verified || verified.kid === undefined) return unauthenticated()
    const { iss, sub, aud, scope } = verified.claims
    if (sub !== iss || (aud === undefined) === (scope === undefined)) unauthenticated()
    const audiences = call.url.protocol === 'http:' ? [AUDIENCE, `${call.url.origin}/`] : [AUDIENCE]
    if (aud !== undefined && !audiences.includes(aud as string)) unauthenticated()
    if (scope !== undefined && !covers(String(scope).split(' '))) tooNarrow()
    return iss
  }

  return Object.freeze({
    issue(grant: Grant) {
      const token = `ya29.${toBase64Url(randomBytes(48))}`
      issued.set(token, Object.freeze({ ...grant }))
      return token
    },
    revoke: () => issued.clear(),
    async principalOf(call: Call, now: number) {
      const [, token] = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/.exec(call.headers.get('authorization') ?? '') ?? []
      if (token === undefined) return unauthenticated()
      if (token.split('.').length === 3) return selfSigned(token, call, now)
      const grant = issued.get(token)
      if (!grant || now >= grant.expiresAt) return unauthenticated()
      return covers(grant.scopes) ? grant.email : tooNarrow()
    },
  })
}

const covers = (scopes: readonly string[]): boolean => scopes.some((scope) => CLOUD_SCOPES.includes(scope))
