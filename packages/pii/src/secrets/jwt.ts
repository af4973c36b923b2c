import type { Recogniser } from '../recogniser.js'
import { CERTAIN } from '../recogniser.js'
import { afterEscape } from '../text/boundaries.js'

const TOKEN = /(eyJ[\w-]{8,2000})\.[\w-]{4,8000}(?:\.[\w-]{0,2000}){0,3}/y

/** The header of a JWS or JWE, base64url, names an algorithm. */
function namesAlgorithm(header: string): boolean {
  try {
    const json = atob(header.replace(/-/g, '+').replace(/_/g, '/'))
    return json.endsWith('}') && 'alg' in JSON.parse(json)
  } catch {
    return false
  }
}

/** RFC 7519, compact serialisation; also without its signature, for the claims alone are personal. */
export const jwt: Recogniser = {
  type: 'SECRET',
  rule: 'jwt',
  prefixes: ['eyJ'],
  match(text, start) {
    if (start > 0 && /[\w-]/.test(text.charAt(start - 1)) && !afterEscape(text, start)) return undefined
    TOKEN.lastIndex = start
    const header = TOKEN.exec(text)?.[1]
    const end = TOKEN.lastIndex
    return header && namesAlgorithm(header) ? { start, end, score: CERTAIN, validated: true } : undefined
  },
}
