import type { Match, Recogniser } from '../recogniser.js'
import { CERTAIN, HIGH } from '../recogniser.js'
import { entropy, isPlaceholder } from './opacity.js'
import { TOKEN } from './secret-name.js'
import { isSecretValue } from './value.js'

const BEARER = /[Bb](?:earer|EARER) {1,4}([\w.~+/=|-]{16,2048})/y
const BASIC = /[Bb](?:asic|ASIC) {1,4}([A-Za-z0-9+/_-]{6,512}={0,2})/y
const PRINTABLE_PAIR = /^[ -9;-~]{0,128}:[ -~]{0,256}$/

const found = (expression: RegExp, text: string, start: number): { value: string; start: number; end: number } | undefined => {
  expression.lastIndex = start
  const value = expression.exec(text)?.[1]
  return value === undefined ? undefined : { value, start: expression.lastIndex - value.length, end: expression.lastIndex }
}

/** RFC 6750: `Bearer <token>` wherever it stands. */
export const bearerToken: Recogniser = {
  type: 'SECRET',
  rule: 'bearer-token',
  prefixes: ['Bearer', 'bearer', 'BEARER'],
  match(text, at) {
    const token = found(BEARER, text, at)
    if (!token || !isSecretValue(token.value, TOKEN, true)) return undefined
    return { start: token.start, end: token.end, score: HIGH, validated: false }
  },
}

/** RFC 7617: `Basic` and the base64 of `user:password`. */
export const basicCredentials: Recogniser = {
  type: 'SECRET',
  rule: 'basic-credentials',
  prefixes: ['Basic', 'basic', 'BASIC'],
  match(text, at) {
    const credentials = found(BASIC, text, at)
    if (!credentials) return undefined
    try {
      if (!PRINTABLE_PAIR.test(atob(credentials.value))) return undefined
    } catch {
      return undefined
    }
    return { start: credentials.start, end: credentials.end, score: CERTAIN, validated: true }
  },
}

const LONGEST_COMMAND = 400
const USER_FLAG = /\s(?:-u|--user|--proxy-user|-U)[\s=]{1,3}(?=\S)/g
/** `"user:password"`, `user:'password'`, `{user}:{password}`; a closing quote may be missing. */
const USER = /["']?([^\s"':]{0,128}["']?:["']?[^\s"']{0,128})/y

function userOf(text: string, at: number): Match | undefined {
  USER.lastIndex = at
  const pair = USER.exec(text)?.[1]
  if (pair === undefined || /[<$`]|\{\{/.test(pair)) return undefined
  const start = USER.lastIndex - pair.length
  const [user = '', password = ''] = pair.replace(/["']/g, '').split(/:(.*)/)
  const secret = password || user
  if (secret.length < 5 || user === password || isPlaceholder(secret) || entropy(secret) < 2.3) return undefined
  return { start, end: USER.lastIndex, score: CERTAIN, validated: false }
}

/** `curl -u user:password`: both, since a token may be in place of either. */
export const curlUser: Recogniser = {
  type: 'SECRET',
  rule: 'curl-user',
  prefixes: ['curl'],
  match(text, start, end) {
    if (end - start !== 4) return undefined
    const [command = ''] = text.slice(end, end + LONGEST_COMMAND).split('curl', 1)
    for (const option of command.matchAll(USER_FLAG)) {
      const match = userOf(text, end + option.index + option[0].length)
      if (match) return match
    }
    return undefined
  },
}
