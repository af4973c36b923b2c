import { WaxsealError } from '@waxseal/core'
import { CompactEncrypt, type CryptoKey, compactDecrypt, errors } from 'jose'
import { type ContentKind, checkKind, checkLength, DEFAULT_MAX_BYTES, malformed, readContent, writeContent } from './content.js'
import { jweHeader, jweLayout } from './jwe-layout.js'
import { openWithFirst } from './key-list.js'
import { type LayoutCodec, memberOf } from './layout.js'

export interface JweKey {
  /** Of the header. A JWE with a `kid` is opened by that key alone; one without by those that have none, in their order. */
  readonly kid?: string | undefined
  readonly key: Uint8Array | CryptoKey
}

export interface JweOptions {
  /** The first seals. */
  readonly keys: readonly JweKey[]
  /** Accepted in `alg`; the first seals. Default `dir`, `A256KW`, `A256GCMKW`. Passwords (`PBES2-…`) are never. */
  readonly algorithms?: readonly string[] | undefined
  /** Accepted in `enc`; the first seals. Default `A256GCM`, `A256CBC-HS512`. */
  readonly encodings?: readonly string[] | undefined
  /** What it holds. Default `json`. */
  readonly as?: ContentKind | undefined
  /** The longest JWE, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

function coded(cause: unknown): WaxsealError {
  if (WaxsealError.is(cause)) return cause
  if (cause instanceof errors.JWEDecryptionFailed) return new WaxsealError('open_failed', 'the JWE does not open')
  if (cause instanceof errors.JOSEAlgNotAllowed || cause instanceof errors.JOSENotSupported)
    return new WaxsealError('unsupported_suite', 'the algorithms of the JWE are not accepted here')
  if (cause instanceof errors.JOSEError) return new WaxsealError('malformed', 'it is no compact JWE')
  // jose says so where a key does not fit the algorithm that the header names.
  return new WaxsealError('open_failed', 'the JWE does not open')
}

/**
 * Reads and writes compact JWE (RFC 7516) through `jose`. What is compressed (`zip`) is refused. `A256GCM` does not commit to its
 * key, and nothing binds a JWE to its place. `config` for options that do not fit; `open` throws `malformed`, `key_not_found`,
 * `unsupported_suite`, `unsupported_compression`, `open_failed`, `too_large`.
 *
 * @example
 * import { jwe } from '@waxseal/formats/jwe'
 * const tokens = jwe({ keys: [{ kid: 'k1', key }] })
 * const session = await tokens.open(row.session)
 */
export function jwe(options: JweOptions): LayoutCodec<string> {
  const { maxBytes = DEFAULT_MAX_BYTES } = options
  const { algorithms = ['dir', 'A256KW', 'A256GCMKW'], encodings = ['A256GCM', 'A256CBC-HS512'] } = options
  const kind = checkKind(options.as ?? 'json')
  const keys = options.keys.map(({ kid, key }) => ({ kid, key: key instanceof Uint8Array ? Uint8Array.from(key) : key }))
  const [current] = keys
  const named = keys.flatMap(({ kid }) => kid ?? [])
  if (!current || new Set(named).size < named.length)
    throw new WaxsealError('config', 'keys are a list; no two have the same kid')
  const [alg, enc] = [algorithms[0], encodings[0]]
  if (!alg || !enc || algorithms.some((name) => name.startsWith('PBES2')))
    throw new WaxsealError('config', 'algorithms and encodings are lists, without PBES2')
  const accepted = { keyManagementAlgorithms: [...algorithms], contentEncryptionAlgorithms: [...encodings] }

  return Object.freeze({
    ...jweLayout,
    async open(stored: unknown) {
      if (typeof stored !== 'string') return malformed('a compact JWE is a text')
      checkLength(stored.length, maxBytes)
      const header = jweHeader(stored) ?? malformed('it is no compact JWE')
      if (memberOf(header, 'zip') !== undefined) throw new WaxsealError('unsupported_compression', 'compressed JWE are not read')
      const kid = memberOf(header, 'kid')
      const fitting = keys.filter((key) => key.kid === kid)
      const plaintext = await openWithFirst(fitting, async ({ key }) => {
        try {
          return (await compactDecrypt(stored, key, accepted)).plaintext
        } catch (cause) {
          throw coded(cause)
        }
      })
      return readContent(kind, plaintext)
    },
    async seal(value: unknown) {
      const header = { alg, enc, ...(current.kid !== undefined && { kid: current.kid }) }
      return new CompactEncrypt(writeContent(kind, value)).setProtectedHeader(header).encrypt(current.key)
    },
  })
}
