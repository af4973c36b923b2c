import { fromBase64url } from '@waxseal/core/keys'
import { textOf } from './content.js'
import { type Layout, memberOf } from './layout.js'

const MAX_HEADER_LENGTH = 8192

/** The protected header of a compact JWE (RFC 7516): five parts, of which the first is JSON with `enc`. */
export function jweHeader(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('eyJ')) return undefined
  const end = value.indexOf('.')
  if (end < 0 || end > MAX_HEADER_LENGTH) return undefined
  const bytes = fromBase64url(value.slice(0, end))
  try {
    const header: unknown = bytes && JSON.parse(textOf(bytes))
    return typeof memberOf(header, 'enc') === 'string' ? header : undefined
  } catch {
    return undefined
  }
}

export const jweLayout: Layout = {
  name: 'jwe',
  commits: false,
  detects: (value) => jweHeader(value) !== undefined,
  keyIdOf(value) {
    const kid = memberOf(jweHeader(value), 'kid')
    return typeof kid === 'string' ? kid : undefined
  },
}
