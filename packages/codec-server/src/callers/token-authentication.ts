import { WaxsealError } from '@waxseal/core'
import { type Authentication, bearerOf } from './caller.js'
import { checkedHash, sameHash, sha256Hex } from './secret-hash.js'

export interface StaticToken {
  /** Id of whoever holds the token. */
  readonly id: string
  /** SHA-256 of the token, 64 hexadecimal digits. The token itself, at least 32 random characters, is kept by its holder alone. */
  readonly sha256: string
  readonly groups?: readonly string[] | undefined
  /** Refused from this moment on. */
  readonly expires?: Date | undefined
}

/**
 * Callers with tokens that were handed out: `Authorization: Bearer TOKEN`. Only hashes are kept here. `config` for hashes that are none
 * and tokens listed twice.
 *
 * @example
 * const auth = tokenAuthentication([{ id: 'grafana', sha256: '9f86d0…', groups: ['support'] }])
 */
export function tokenAuthentication(
  tokens: readonly StaticToken[],
  { now = Date.now }: { readonly now?: () => number } = {},
): Authentication {
  const known = tokens.map(({ id, sha256, groups = [], expires }) => {
    if (typeof id !== 'string' || id === '') throw new WaxsealError('config', 'a token has an id')
    const until = expires?.getTime() ?? Number.POSITIVE_INFINITY
    if (Number.isNaN(until)) throw new WaxsealError('config', 'expires is no valid date')
    return { caller: Object.freeze({ id, groups: [...groups] }), hash: checkedHash(sha256, 'sha256'), until }
  })
  if (new Set(known.map(({ hash }) => hash)).size < known.length) throw new WaxsealError('config', 'a token is listed twice')

  return (request) => {
    const token = bearerOf(request)
    // What has the shape of a JWT is for another authentication.
    if (token === undefined || token.split('.').length === 3) return undefined
    const hash = sha256Hex(token)
    // All are compared, so that the time tells nothing of which one it is.
    const found = known.filter((each) => sameHash(each.hash, hash))[0]
    return found && now() < found.until ? found.caller : null
  }
}
