import { entropy, isPlaceholder, texture } from './opacity.js'
import { PASSWORD, type SecretName, TOKEN, WEAK } from './secret-name.js'

const LEAST_PASSWORD = 6
const LEAST_TOKEN = 10
const LEAST_WEAK = 16
/** Characters that tell what the rest is like. */
const ENOUGH = 128

/** `config.auth?.token`, `A::B`: code that fetches a secret. */
const PATH = /^[A-Za-z_$][\w$]*(?:(?:\??\.|->|::)[A-Za-z_$][\w$]*)+$/
const OPERATORS = /^!|[()]|\?\./
/** Flags and addresses. */
const HEX_NUMBER = /^0x[\da-f]{1,8}$/i
const isCode = (value: string): boolean => PATH.test(value) || OPERATORS.test(value) || HEX_NUMBER.test(value)

/** Dates, times, versions. */
const VERSION = /^v?\d{1,4}(?:[.:/-]\d{1,8}){1,4}(?:$|[T.+-])/
const ADDRESS = /^(?:[A-Za-z]:\\|[a-z][a-z+.-]{1,19}:\/\/)/
const EMAIL = /^[\w.+-]+@[\w.-]+$/
const FILE = /\.(?:json|ya?ml|pem|key|crt|cert|p12|txt|xml|env|js|ts|png|jar)$/

/** Nobody can say that many in a row. */
const CONSONANTS = /[bcdfghjklmnpqrstvwxz]{5}|[BCDFGHJKLMNPQRSTVWXZ]{6}/
const CAMEL_CASE = /[a-z]\d{0,3}[A-Z]/
const WORDS = /[A-Z]?[a-z]{3,}/g

/** `OAuth2ClientOptions`: more than half of it are words. */
const isIdentifier = (value: string): boolean =>
  CAMEL_CASE.test(value) && (value.match(WORDS) ?? []).join('').length > value.length * 0.55

const PHRASE = /^[A-Za-z]+(?:[-_. /][A-Za-z]+){0,40}[.!?:]?$/

/** UUIDs, and two halves in hex as Bundler's sources have them. */
const HEX_GROUPS = /^\{?[0-9a-f]{8}(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|:[0-9a-f]{8})\}?$/i

/** Random by its looks: letters and digits by turns, or letters that nobody can say. */
function looksRandom(value: string, share: number): boolean {
  if (HEX_GROUPS.test(value)) return true
  const { letters, digits, others, turns } = texture(value)
  if (others > value.length / 3) return false
  if (letters === 0) return others === 0 && digits >= 14 && entropy(value) > 2.3
  if (isIdentifier(value)) return false
  if (digits === 0) return value.length >= 12 && (turns > value.length / 7 || CONSONANTS.test(value))
  return turns >= 2 && (turns >= value.length * share || (others === 0 && value.length >= 32)) && entropy(value) > 2.7
}

/** Whether a value is what a name of that kind promises. `quoted`: as a string of a program or a document. */
export function isSecretValue(whole: string, name: SecretName, quoted: boolean): boolean {
  const value = whole.slice(0, ENOUGH)
  if (value.length < LEAST_PASSWORD || isPlaceholder(value)) return false
  if (name === PASSWORD) {
    const { letters, digits, others, turns } = texture(value)
    if (/^[\s,;:()]/.test(value) || (!quoted && (isCode(value) || isIdentifier(value)))) return false
    if (digits > 0) return letters > 0 || digits >= 8
    // Words are what else a field of that name holds: "required", "Enter your password".
    return others === 0 ? turns > value.length / 4 && !isIdentifier(value) : letters > 0 && !PHRASE.test(value)
  }
  if (value.length < (name === TOKEN ? LEAST_TOKEN : LEAST_WEAK)) return false
  if ([VERSION, ADDRESS, EMAIL, FILE].some((ordinary) => ordinary.test(value))) return false
  if (!quoted && isCode(value) && (texture(value).digits < 2 || isIdentifier(value))) return false
  if (name === WEAK && !(/\d/.test(value) && /[a-z]/i.test(value))) return false
  return looksRandom(value, name === TOKEN ? 0.08 : 0.2)
}
