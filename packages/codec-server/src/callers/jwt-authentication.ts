import { WaxsealError } from '@waxseal/core'
import { parse } from 'hono/utils/cookie'
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { type Authentication, bearerOf, type Caller } from './caller.js'

/** Signatures alone, and none that a public key could be mistaken for a secret of. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const
export type JwtAlgorithm = (typeof ALGORITHMS)[number]

export interface JwtAuthenticationOptions {
  /** Where the issuer publishes its keys (https, or http on loopback), or one public key. */
  readonly keys: URL | CryptoKey
  readonly issuer: string
  readonly audience: string | readonly string[]
  /** Those that the issuer signs with; a token's own word is not taken. */
  readonly algorithms: readonly JwtAlgorithm[]
  /** The cookie that holds the token, of pages that send cookies and no token in a header. Default: none is read. */
  readonly cookie?: string | undefined
  /** The claim that holds the caller's groups, a list of texts. Default `groups`. */
  readonly groupsClaim?: string | undefined
  /** The claim that names the caller. Default `sub`. */
  readonly idClaim?: string | undefined
  /** Seconds by which clocks may differ. Default 30. */
  readonly toleranceSeconds?: number | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

/** Of an actor in the audit trail. */
const MAX_ID = 255
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

function checkOptions({ keys, issuer, audience, algorithms }: JwtAuthenticationOptions): void {
  const config = (message: string): never => {
    throw new WaxsealError('config', message)
  }
  if (keys instanceof URL && keys.protocol !== 'https:' && !(keys.protocol === 'http:' && LOOPBACK.test(keys.hostname)))
    config('keys of an issuer are fetched over https')
  if (!issuer || !audience || audience.length === 0) config('a JWT is accepted from one issuer, for an audience')
  if (!Array.isArray(algorithms) || algorithms.length === 0 || !algorithms.every((name) => ALGORITHMS.includes(name)))
    config(`algorithms lists at least one of ${ALGORITHMS.join(', ')}`)
}

/**
 * Callers with a JWT of an issuer: `Authorization: Bearer`, and as Temporal's web pages send it, the ID token in
 * `Authorization-Extras`. Where both are there, both must be valid and of one subject; groups of both count.
 *
 * @example
 * const auth = jwtAuthentication({ keys: new URL('https://id.example.com/jwks.json'), issuer: 'https://id.example.com', audience: 'codec', algorithms: ['ES256'] })
 */
export function jwtAuthentication(options: JwtAuthenticationOptions): Authentication {
  checkOptions(options)
  const { keys, issuer, cookie, groupsClaim = 'groups', idClaim = 'sub', toleranceSeconds = 30, now = Date.now } = options
  const getKey = keys instanceof URL ? keysAt(keys) : async () => keys
  const audience = typeof options.audience === 'string' ? options.audience : [...options.audience]
  const algorithms = [...options.algorithms]

  async function verified(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, getKey, {
      issuer,
      audience,
      algorithms,
      clockTolerance: toleranceSeconds,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'sub'],
    })
    return payload
  }

  return async (request) => {
    const inHeaders = [bearerOf(request), request.headers.get('authorization-extras') ?? undefined].filter(isToken)
    const tokens = inHeaders.length > 0 ? inHeaders : [cookie && cookieOf(request, cookie)].filter(isToken)
    if (tokens.length === 0) return undefined
    try {
      return callerOfClaims(await Promise.all(tokens.map(verified)), idClaim, groupsClaim)
    } catch (error) {
      if (WaxsealError.is(error)) throw error
      return null
    }
  }
}

const isToken = (text: string | undefined): text is string => text !== undefined && text.split('.').length === 3

const cookieOf = (request: Request, name: string): string | undefined => parse(request.headers.get('cookie') ?? '', name)[name]

/** What is wrong with the token and not with where the keys are. */
const OF_THE_TOKEN = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED', 'ERR_JWS_INVALID']

/** The keys of an issuer. That they could not be had is an outage, not the caller's fault. */
function keysAt(url: URL): JWTVerifyGetKey {
  const getKey = createRemoteJWKSet(url)
  return async (header, token) => {
    try {
      return await getKey(header, token)
    } catch (error) {
      if (OF_THE_TOKEN.includes(String((error as { code?: unknown }).code))) throw error
      throw new WaxsealError('provider_unavailable', 'the keys of the issuer could not be fetched', { cause: error })
    }
  }
}

function callerOfClaims(claims: readonly JWTPayload[], idClaim: string, groupsClaim: string): Caller | null {
  const [first] = claims
  const id = claims.map((each) => each[idClaim]).find((claim) => typeof claim === 'string')
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID || claims.some(({ sub }) => sub !== first!.sub)) return null
  const groups = claims.flatMap((each) => (Array.isArray(each[groupsClaim]) ? (each[groupsClaim] as unknown[]) : []))
  return Object.freeze({ id, groups: [...new Set(groups.filter((group) => typeof group === 'string'))] })
}
