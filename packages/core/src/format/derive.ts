import { backend } from '#backend'
import type { Mac } from '../backend/types.js'
import { concatBytes, lp, utf8Encode } from './bytes.js'
import type { Form, SuiteRow } from './suites.js'

export const MAGIC = 0xc1
export const VERSION = 0x01
export const SALT_BYTES = 24
export const COMMITMENT_BYTES = 32

const ONE = Uint8Array.of(1)
const TWO = Uint8Array.of(2)

/** HKDF-Expand (RFC 5869 section 2.3) with SHA-512 for at most 128 bytes; `prk` is HMAC under the pseudorandom key. */
export function expand(prk: Mac, length: number, ...info: readonly Uint8Array[]): Uint8Array {
  const first = prk(...info, ONE)
  if (length <= 64) return first.subarray(0, length)
  const both = backend.alloc(length)
  both.set(first)
  const second = prk(first, ...info, TWO)
  both.set(second.subarray(0, length - 64), 64)
  first.fill(0)
  second.fill(0)
  return both
}

/** purpose key = HKDF-Expand-SHA-512(data key, "waxseal/v1/" || purpose || 0x00, 32). */
export const purposeKey = (dataKey: Mac, purpose: 'enc' | 'index' | 'dedup' | 'wrap'): Uint8Array =>
  expand(dataKey, 32, utf8Encode(`waxseal/v1/${purpose}\0`))

export interface MessageKeys {
  readonly key: Uint8Array
  readonly nonce: Uint8Array
  readonly commitment: Uint8Array
}

const labels = new Map<string, Uint8Array>()
const prefixes = new Map<number, Uint8Array>()

function memo<K>(cache: Map<K, Uint8Array>, key: K, make: () => Uint8Array): Uint8Array {
  let value = cache.get(key)
  if (!value) {
    value = make()
    cache.set(key, value)
  }
  return value
}

const label = (aead: string): Uint8Array => memo(labels, aead, () => utf8Encode(`c2sp.org/chunked-encryption@v1+${aead}\0`))

/** "waxseal/v1/envelope" || 0x00 || lp(magic || version || suite || form): what stands before lp(canonical context). */
const contextPrefix = (suite: SuiteRow, form: Form): Uint8Array =>
  memo(prefixes, suite.id * 256 + form, () =>
    concatBytes(utf8Encode('waxseal/v1/envelope\0'), lp(Uint8Array.of(MAGIC, VERSION, suite.id, form))),
  )

/** C2SP chunked-encryption key derivation: message key 32 | base nonce 12 | commitment 32; `context` in one or many parts. */
export function messageKeys(prk: Mac, aead: string, salt: Uint8Array, ...context: readonly Uint8Array[]): MessageKeys {
  const okm = expand(prk, 76, label(aead), salt, ...context)
  return { key: okm.subarray(0, 32), nonce: okm.subarray(32, 44), commitment: okm.subarray(44) }
}

/** Canonical contexts are kept and repeat from job to job: the last one, as it enters the derivation. */
let last: { readonly canonical: Uint8Array; readonly prefix: Uint8Array; readonly bound: Uint8Array } | undefined

function boundContext(prefix: Uint8Array, canonical: Uint8Array): Uint8Array {
  if (last?.canonical !== canonical || last.prefix !== prefix)
    last = { canonical, prefix, bound: concatBytes(prefix, lp(canonical)) }
  return last.bound
}

/** Message keys of an envelope (spec section 4); `canonical` is the canonical context of section 5. */
export const envelopeKeys = (prk: Mac, suite: SuiteRow, form: Form, salt: Uint8Array, canonical: Uint8Array): MessageKeys =>
  messageKeys(prk, suite.aead, salt, boundContext(contextPrefix(suite, form), canonical))

/** HMAC-SHA-512 under a 32-byte pseudorandom key. */
export const prf = (key: Uint8Array): Mac => backend.hmac('sha512', key)
