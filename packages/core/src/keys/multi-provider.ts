import { fail, WaxsealError } from '../errors.js'
import { type Flow, settle, wait } from '../flow.js'
import { concatBytes, lp, lpText, readU32be, utf8Decode } from '../format/bytes.js'
import { isKid, MAX_WRAPPED_KEY_BYTES } from '../format/envelope.js'
import { keyProvider } from './service/key-provider.js'
import type { KeyServiceOptions } from './service/key-service-options.js'
import type { KeyCall, KeyProvider, WrapContext } from './types.js'

export interface MultiOptions {
  /** The provider's id: kid of its locators. */
  readonly id: string
  /** Generation, default 0. */
  readonly version?: number
  /** 1 to 8 services; all wrap, and they are tried in this order when opening. */
  readonly providers: readonly KeyProvider[]
  /** How many must wrap a new data key where others are unavailable. Default all of them. */
  readonly minWraps?: number
  readonly cache?: KeyServiceOptions['cache']
  readonly onEvent?: KeyServiceOptions['onEvent']
}

const FORMAT = 0x01

/**
 * Wraps a data key under several key services, so that any one of them opens (spec section 4). When opening, an unavailable service
 * passes on to the next; a wrap that fails authentication ends the attempt. Trust widens: whoever controls one of them can open.
 *
 * @example
 * const keys = multi({ id: 'two-regions', providers: [kmsFrankfurt, kmsDublin] })
 */
export function multi({ id, version = 0, providers, minWraps = providers.length, cache, onEvent }: MultiOptions): KeyProvider {
  const ids = new Set(providers.map((provider) => provider.id))
  if (!isKid(id) || providers.length < 1 || providers.length > 8 || ids.size < providers.length || ![...ids].every(isKid))
    fail('config', 'multi takes an id and 1 to 8 key providers with ids of their own')
  if (!Number.isInteger(minWraps) || minWraps < 1 || minWraps > providers.length)
    fail('config', `minWraps is an integer from 1 to ${providers.length}`)
  // Ids are ASCII: their order is that of their bytes.
  const ascending = [...providers].sort((a, b) => (a.id < b.id ? -1 : 1))

  function* wrap(key: Uint8Array, context: WrapContext, call: KeyCall): Flow<Uint8Array> {
    // All are asked before any is waited for.
    const asked = ascending.map((provider) => attempt(() => provider.wrapKey(key, context, call)))
    const outcomes: Wrapped[] = []
    // And all are waited for, also where one refuses: the key is erased when this ends.
    for (const one of asked) outcomes.push(yield* wait(one))
    const parts: Uint8Array[] = []
    let unavailable: unknown
    for (const [i, outcome] of outcomes.entries()) {
      if ('wrapped' in outcome) parts.push(concatBytes(lpText(ascending[i]!.id), lp(outcome.wrapped)))
      else if (WaxsealError.is(outcome.error) && outcome.error.retryable) unavailable = outcome.error
      else throw outcome.error
    }
    if (parts.length < minWraps) throw unavailable
    const wrapped = concatBytes(Uint8Array.of(FORMAT, parts.length), ...parts)
    return wrapped.length <= MAX_WRAPPED_KEY_BYTES
      ? wrapped
      : fail('too_large', `the wraps have ${wrapped.length} bytes in all, the limit is ${MAX_WRAPPED_KEY_BYTES}`)
  }

  function* unwrap(wrapped: Uint8Array, context: WrapContext, call: KeyCall): Flow<Uint8Array> {
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
  }

  return keyProvider(
    {
      id,
      version,
      // Deadlines and attempts are each provider's own.
      local: true,
      capabilities: { context: 'bound' },
      wrapKey: (key, context, call) => settle(wrap(key, context, call)),
      unwrapKey: (wrapped, context, call) => settle(unwrap(wrapped, context, call)),
      async check(call) {
        const all = await Promise.all(providers.map((provider) => provider.status(call)))
        if (!all.includes('available')) fail('provider_unavailable', 'no service is available')
      },
      close: async () => {
        await Promise.all(providers.map((provider) => provider.close?.()))
      },
    },
    { cache, onEvent },
  )
}

type Wrapped = { readonly wrapped: Uint8Array } | { readonly error: unknown }

/** What came of a call, so that one that fails leaves no other unheard. */
function attempt(run: () => Uint8Array | Promise<Uint8Array>): Wrapped | Promise<Wrapped> {
  const failed = (error: unknown): Wrapped => ({ error })
  try {
    const made = run()
    return made instanceof Uint8Array ? { wrapped: made } : made.then((wrapped): Wrapped => ({ wrapped }), failed)
  } catch (error) {
    return failed(error)
  }
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
