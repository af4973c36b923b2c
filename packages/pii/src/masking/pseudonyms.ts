import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { fail } from '../pii-error.js'
import { type Kind, kindOf, plain, spelt } from './kind.js'
import { emailParts, ipParts } from './shapes.js'

export interface PseudonymOptions {
  /** Secret, uniformly random: 16 bytes at least, 32 recommended. Copied. */
  readonly key: Uint8Array
  /** Stands in every token; to be changed with the key. 1 to 16 characters of [a-z0-9-]. Default `v1`. */
  readonly version?: string
  /** Characters of the token after type and version, five bits each: 16 (80 bits) to 51. Default 20 (100 bits). */
  readonly length?: number
}

export interface Pseudonyms {
  readonly version: string
  /**
   * `EMAIL_v1_…`: the same for equal values of a type, unrelated for another type, version or key.
   * Throws `config` for a type that is not 1 to 64 characters of [A-Za-z0-9_./-], `malformed` for a value that is no text or number
   * or is empty, `too_large` for one of more than 4096 characters.
   */
  of(value: string | number | bigint, type: string): string
}

/** Digits and lower-case letters without i, l, o and u, which are read as others. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LONGEST = 4096

const compact = (text: string): string => (/^[\w\s./:-]*$/.test(text) ? text.toUpperCase().replace(/[^0-9A-Z]/g, '') : '')

/** An empty form means that the value has not the shape of its type: it counts as text then. */
const FORMS: Partial<Record<Kind, (text: string) => string>> = {
  email: (text) => (emailParts(text) ?? []).join('@'),
  phone: (text) => (/^[\d\s()+./-]*$/.test(text) ? text.replace(/\(0\)/, '').replace(/\D/g, '').replace(/^00/, '') : ''),
  ip: (text) => (ipParts(text) ?? []).join(','),
  card: compact,
  ssn: compact,
  iban: compact,
  mac: compact,
  id: compact,
}

function base32(bytes: Uint8Array, length: number): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(buffer >> (bits - 5)) & 31]
  }
  return text.slice(0, length)
}

/**
 * Stable tokens in place of values, so that equal values can be counted and joined without being known: HMAC-SHA-256 over type,
 * version and the value in a normal form.
 *
 * Normal forms: e-mail addresses are trimmed, in NFKC, their domain in lower case (the local part keeps its case); cards, SSNs,
 * IBANs, MAC addresses and national ids are their digits and upper-case letters; telephone numbers their digits, without `00` in front
 * and `(0)` (national and international notation of a number differ); IP addresses their parts; all others are trimmed, in NFKC.
 *
 * Whoever holds the key can try values: of a type that has few (a telephone number, an SSN, a date of birth) all of them, in minutes.
 * Tokens are pseudonymous, not anonymous; the key deserves the care that the values do. The key is on no property of what is returned.
 * Throws `config` where an option does not fit.
 */
export function createPseudonyms({ key, version = 'v1', length = 20 }: PseudonymOptions): Pseudonyms {
  if (!(key instanceof Uint8Array) || key.length < 16 || key.every((byte) => byte === 0))
    fail('config', 'the key of pseudonyms is 16 or more random bytes')
  if (typeof version !== 'string' || !/^[a-z0-9-]{1,16}$/.test(version))
    fail('config', 'the version of pseudonyms is 1 to 16 characters of a-z, 0-9 and -')
  if (!Number.isInteger(length) || length < 16 || length > 51) fail('config', 'the length of pseudonyms is 16 to 51')
  // Prepared once; the bytes are not kept.
  const prepared = hmac.create(sha256, key)
  return Object.freeze({
    version,
    of(value: string | number | bigint, typeGiven: string): string {
      if (typeof typeGiven !== 'string' || !/^[\w./-]{1,64}$/.test(typeGiven))
        fail('config', 'a type is 1 to 64 characters of A-Za-z0-9_./-')
      const type = spelt(typeGiven)
      if (!['string', 'number', 'bigint'].includes(typeof value)) fail('malformed', 'a value is a string or a number')
      const given = String(value)
      if (given.length > LONGEST) fail('too_large', `a value has at most ${LONGEST} characters`)
      const text = given.normalize('NFKC').trim()
      const form = FORMS[kindOf(type)]?.(plain(text)) || text
      if (form === '') fail('malformed', 'a value is not empty')
      const message = utf8ToBytes(`waxseal/v1/pii/pseudonym\0${type}\0${version}\0${form}`)
      return `${type}_${version}_${base32(prepared.clone().update(message).digest(), length)}`
    },
  })
}
