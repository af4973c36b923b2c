import type { Match, Recogniser } from '../recogniser.js'
import { CERTAIN } from '../recogniser.js'
import { isPlaceholder } from './opacity.js'

const LONGEST_SCHEME = 20
const SCHEME_CHARACTER = /[A-Za-z0-9+.-]/
const DATABASE =
  /^(?:mongodb|postgres|mysql|mariadb|redis|amqp|mssql|sqlserver|oracle|clickhouse|cockroach|couchdb|nats|kafka|influx|cassandra|neo4j|bolt)/i
const AUTHORITY = /\/\/([^\s:/?#"'`<>@\\(){}[\]]{0,128}):([^\s/?#"'`<>\\]{1,256})@([\w.[\]-]{1,255})/y
/** Of a connection string: port, path and options. */
const REST = /(?::\d{1,5})?(?:,[\w.:-]{1,255}){0,5}[\w./?&=%+-]{0,255}/y

const LEAST_PASSWORD = 4

/** A user name that nobody chose is a half of the secret. */
const OPAQUE_USER = /^[0-9a-f]{8,64}$/i

/**
 * `scheme://user:password@host`, RFC 3986 section 3.2.1. Of a database's connection string the whole is the secret, for it says what
 * it opens; elsewhere the password.
 */
function match(text: string, colon: number): Match | undefined {
  if (text.charCodeAt(colon + 1) !== 47 || text.charCodeAt(colon + 2) !== 47) return undefined
  let begin = colon
  while (begin > 0 && colon - begin < LONGEST_SCHEME && SCHEME_CHARACTER.test(text.charAt(begin - 1))) begin--
  if (colon - begin < 2) return undefined
  AUTHORITY.lastIndex = colon + 1
  const authority = AUTHORITY.exec(text)
  if (!authority) return undefined
  const [whole, user = '', password = ''] = authority
  if (password.length < LEAST_PASSWORD || password === user || isPlaceholder(password) || /^(.)\1+$/.test(password))
    return undefined
  if (/^\d{1,5}$/.test(password) && text.charAt(colon + 3) !== ':' && /\./.test(user)) return undefined
  if (DATABASE.test(text.slice(begin, colon))) {
    REST.lastIndex = colon + 1 + whole.length
    REST.test(text)
    return { start: begin, end: REST.lastIndex, score: CERTAIN, validated: true }
  }
  const from = colon + 3
  const start = OPAQUE_USER.test(user) ? from : from + user.length + 1
  return { start, end: from + user.length + 1 + password.length, score: CERTAIN, validated: true }
}

export const urlCredentials: Recogniser = { type: 'SECRET', rule: 'url-credentials', characters: ':', match }
