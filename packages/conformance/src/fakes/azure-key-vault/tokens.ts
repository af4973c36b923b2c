import { toBase64Url } from '../base64.js'
import { randomBytes } from '../bytes.js'
import { type Exchange, Refusal } from '../exchange.js'
import { errorReply, seconds } from './reply.js'

export const AUDIENCES = { vault: 'https://vault.azure.net', 'managed-hsm': 'https://managedhsm.azure.net' } as const

export interface AzureToken {
  readonly audience: string
  readonly clientId: string
  readonly tenantId: string
  readonly notBefore: number
  readonly expires: number
}

export interface AzureTokens {
  /** A bearer token with the claims of a real one, and a signature that only this service knows. */
  issue(token: AzureToken): string
  find(text: string): AzureToken | undefined
}

export function azureTokens(): AzureTokens {
  const tokens = new Map<string, AzureToken>()
  const part = (value: unknown): string => toBase64Url(new TextEncoder().encode(JSON.stringify(value)))
  return {
    issue(token) {
      const claims = {
        aud: token.audience,
        iss: `https://sts.windows.net/${token.tenantId}/`,
        iat: seconds(token.notBefore),
        nbf: seconds(token.notBefore),
        exp: seconds(token.expires),
        appid: token.clientId,
        oid: token.clientId,
        tid: token.tenantId,
        ver: '1.0',
      }
      const text = `${part({ typ: 'JWT', alg: 'RS256', kid: 'fake' })}.${part(claims)}.${toBase64Url(randomBytes(256))}`
      tokens.set(text, token)
      return text
    },
    find: (text) => tokens.get(text),
  }
}

export interface Challenge {
  /** Where tokens are to be had, as in `https://login.microsoftonline.com/{tenant}`. */
  readonly authorization: string
  readonly tenantId: string
  readonly audience: string
}

/** The token of a request. Otherwise 401, with the challenge that says which token is wanted. */
export function bearerToken(
  { headers, now }: Exchange,
  tokens: AzureTokens,
  { authorization, tenantId, audience }: Challenge,
): AzureToken {
  const challenge = `Bearer authorization="${authorization}", resource="${audience}"`
  const unauthorized = (message: string): never => {
    const reply = errorReply(401, 'Unauthorized', message)
    throw new Refusal({ ...reply, headers: { ...reply.headers, 'www-authenticate': challenge } })
  }
  const text = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (text === undefined) return unauthorized('AKV10000: Request is missing a Bearer or PoP token.')
  const token = tokens.find(text)
  if (!token) return unauthorized('AKV10046: Unable to resolve the key used for signature validation.')
  if (token.audience !== audience) unauthorized(`AKV10022: Invalid audience. Expected ${audience}, found: ${token.audience}.`)
  if (token.tenantId !== tenantId)
    unauthorized(`AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${tenantId}/, found another.`)
  if (token.expires <= now) unauthorized('Error validating token: IDX10223: Lifetime validation failed. The token is expired.')
  // The real one lets clocks be five minutes apart.
  if (token.notBefore > now + 300_000) unauthorized('Error validating token: IDX10222: The token is not yet valid.')
  return token
}
