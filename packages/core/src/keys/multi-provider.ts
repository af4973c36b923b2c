import { fail, WaxsealError } from '../errors.js'
import { settle, wait } from '../flow.js'
import { concatBytes, lp, lpText, readU32be, utf8Decode } from '../format/bytes.js'
import { isKid } from '../format/envelope.js'
import type { KeyProvider } from './types.js'

export interface MultiOptions {
  /** The provider's id: kid of its locators. */
  readonly id: string
  /** Generation, default 0. */
  readonly version?: number
  /** 1 to 8 services; all wrap, and they are tried in this order when opening. */
  readonly providers: readonly KeyProvider[]
}

const MAX_WRAPPED_BYTES = 6144
const FORMAT = 0x01

/**
 * Wraps a data key under several key services, so that any one of them opens (spec section 4). An unavailable service passes on
 * to the next; a wrap that fails authentication ends the attempt.
 *
 * @example
 * const keys = multi({ id: 'two-regions', providers: [kmsFrankfurt, kmsDublin] })
 */
export function multi({ id, version = 0, providers }: MultiOptions): KeyProvider {
  const ids = new Set(providers.map((provider) => provider.id))
  if (!isKid(id) || providers.length < 1 || providers.length > 8 || ids.size < providers.length || ![...ids].every(isKid))
    fail('config', 'multi takes an id and 1 to 8 key providers with ids of their own')
  // Ids are ASCII: their order is that of their bytes.
  const ascending = [...providers].sort((a, b) => (a.id < b.id ? -1 : 1))
  return Object.freeze<KeyProvider>({
    kind: 'provider',
    id,
    version,
    capabilities: { context: 'bound' },
    wrapKey: (key, context, call) =>
      settle(
        (function* () {
          const parts: Uint8Array[] = []
          for (const provider of ascending) parts.push(lpText(provider.id), lp(yield* wait(provider.wrapKey(key, context, call))))
          const wrapped = concatBytes(Uint8Array.of(FORMAT, providers.length), ...parts)
          return wrapped.length <= MAX_WRAPPED_BYTES
            ? wrapped
            : fail('too_large', `the wraps have ${wrapped.length} bytes in all, the limit is ${MAX_WRAPPED_BYTES}`)
        })(),
      ),
    unwrapKey: (wrapped, context, call) =>
      settle(
        (function* () {
          const blobs = decodeWraps(wrapped)
          let unavailable: unknown
          for (const provider of providers) {
            const blob = blobs.get(provider.id)
            if (!blob) continue
            try {
              return yield* wait(provider.unwrapKey(blob, context, call))
            } catch (error) {
              if (!WaxsealError.is(error) || !error.retryable) throw error
              unavailable = error
            }
          }
          if (unavailable) throw unavailable
          return fail('key_not_found', 'none of the configured services wrapped this key')
        })(),
      ),
    close: async () => {
      await Promise.all(providers.map((provider) => provider.close?.()))
    },
  })
}

/** 0x01 || count || (lp(provider id) || lp(blob))*, ids ascending, nothing after. */
function decodeWraps(bytes: Uint8Array): Map<string, Uint8Array> {
  const [format, count = 0] = bytes
  if (format !== FORMAT || count < 1 || count > 8) return malformed()
  const blobs = new Map<string, Uint8Array>()
  let at = 2
  let last = ''
  const part = (): Uint8Array => {
    const from = at + 4
    if (from > bytes.length) return malformed()
    at = from + readU32be(bytes, at)
    return at > bytes.length ? malformed() : bytes.subarray(from, at)
  }
  for (let i = 0; i < count; i++) {
    const id = utf8Decode(part())
    if (!isKid(id) || id <= last) return malformed()
    blobs.set(id, part())
    last = id
  }
  return at === bytes.length ? blobs : malformed()
}

const malformed = (): never => fail('malformed', 'the wrapped keys are malformed')
