import { WaxsealError } from '@waxseal/core'
import type { Authentication } from './caller.js'
import { checkedHash, sameHash, sha256Hex } from './secret-hash.js'

export interface ProxyAuthenticationOptions {
  /** The header in which the proxy names the caller, as the subject of a client certificate. It must overwrite what callers send. */
  readonly header: string
  /** The header in which the proxy proves itself. Default `x-proxy-secret`. */
  readonly secretHeader?: string | undefined
  /** SHA-256 of the proxy's secret, 64 hexadecimal digits. Without the secret, whoever reaches this server could name a caller. */
  readonly secretSha256: string
  /** Groups of a caller. Default: none. */
  readonly groups?: ((id: string) => readonly string[]) | undefined
}

/**
 * Callers whom a proxy in front has told by their TLS certificate. `config` for options that do not fit.
 *
 * @example
 * const auth = proxyAuthentication({ header: 'x-client-subject', secretSha256: '9f86d0…', groups: (id) => (id.endsWith('CN=ops') ? ['ops'] : []) })
 */
export function proxyAuthentication(options: ProxyAuthenticationOptions): Authentication {
  const { header, secretHeader = 'x-proxy-secret', groups = () => [] } = options
  if (typeof header !== 'string' || header === '')
    throw new WaxsealError('config', 'header names where the proxy puts the caller')
  const secret = checkedHash(options.secretSha256, 'secretSha256')
  return async (request) => {
    const id = request.headers.get(header)
    if (id === null) return undefined
    const given = request.headers.get(secretHeader)
    if (given === null || !sameHash(sha256Hex(given), secret) || id === '' || id.length > 255) return null
    return Object.freeze({ id, groups: [...groups(id)] })
  }
}
