import { fail, openFailed } from '../errors.js'
import { isPromise, type MaybePromise, settle, wait } from '../flow.js'
import { isKid, type Locator } from '../format/envelope.js'
import { randomKey } from '../random.js'
import { checkScope, createDataKey, type DataKey } from './data-key.js'
import { locatorId } from './locator-guard.js'
import type { KeyCall, KeyProvider, KeySource } from './types.js'
import { wrapContext } from './wrap.js'

const SEAL_MAX_AGE_MS = 3_600_000
const MAX_SCOPES = 1024
const MAX_OPENED = 1024

interface Kept<T> {
  readonly value: T
  readonly until: number
}

/** A source that re-wraps a locator's data key. */
export interface WrappingSource extends KeySource {
  readonly provider: KeyProvider
  unwrap(locator: Locator, scope: string | undefined, call: KeyCall): MaybePromise<Uint8Array>
}

/**
 * A key service as a key source: a data key made here, wrapped once and used for an hour per scope; unwrapped keys are kept,
 * least recently used first out. One look-up at a time for the same key.
 */
export function providerSource(provider: KeyProvider): WrappingSource {
  const { id, version = 0 } = provider
  if (!isKid(id)) fail('config', 'the id of a key provider is 1 to 64 characters of a-z, 0-9 and -')
  const sealing = createKeep<DataKey>(MAX_SCOPES)
  const opened = createKeep<DataKey>(MAX_OPENED)

  const make = (scope: string | undefined, call: KeyCall) =>
    settle(
      (function* () {
        const context = wrapContext('envelope', id, version, scope)
        const fresh = provider.generateDataKey
          ? yield* wait(provider.generateDataKey(context, call))
          : { key: randomKey(), wrapped: undefined }
        // The provider gets a copy: whatever it does to its argument, this key stays what was wrapped.
        const wrapped = fresh.wrapped ?? (yield* wait(provider.wrapKey(Uint8Array.from(fresh.key), context, call)))
        return dataKey(fresh.key, version, scope, wrapped)
      })(),
    )

  const dataKey = (key: Uint8Array, generation: number, scope: string | undefined, wrapped: Uint8Array): DataKey => {
    try {
      if (key.length !== 32) openFailed()
      return createDataKey({ kid: id, version: generation, scope, key, wrapped })
    } finally {
      key.fill(0)
    }
  }

  const unwrap = (locator: Locator, scope: string | undefined, call: KeyCall) =>
    provider.unwrapKey(locator.wrapped!, wrapContext('envelope', id, locator.version, scope), call)

  return Object.freeze<WrappingSource>({
    kind: 'source',
    provider,
    unwrap,
    current(scope, call) {
      checkScope(scope)
      return sealing(scope === undefined ? '' : `:${scope}`, call.now() + SEAL_MAX_AGE_MS, call, (shared) => make(scope, shared))
    },
    resolve({ kid, version: generation, wrapped: given }, scope, call) {
      if (kid !== id || !given) return null
      // A copy: what is looked up must be what is unwrapped, whoever writes into that buffer meanwhile.
      const locator = { kid, version: generation, wrapped: Uint8Array.from(given) }
      return opened(locatorId(locator, scope), Number.POSITIVE_INFINITY, call, (shared) =>
        settle(
          (function* () {
            return dataKey(yield* wait(unwrap(locator, scope, shared)), generation, scope, locator.wrapped)
          })(),
        ),
      )
    },
    close: () => provider.close?.(),
  })
}

type Keep<T> = (key: string, until: number, call: KeyCall, make: (call: KeyCall) => MaybePromise<T>) => MaybePromise<T>

/**
 * A bounded memory, least recently used first out. Values that are still being made are shared and kept apart, so that what
 * may yet fail drives out nothing; a failure is not kept.
 */
function createKeep<T>(limit: number): Keep<T> {
  const kept = new Map<string, Kept<T>>()
  const pending = new Map<string, Promise<T>>()
  const put = (key: string, value: T, until: number): T => {
    kept.set(key, { value, until })
    if (kept.size > limit) kept.delete(kept.keys().next().value!)
    return value
  }
  return (key, until, { signal: _, ...call }, make) => {
    const found = kept.get(key)
    kept.delete(key)
    if (found && call.now() < found.until) return put(key, found.value, found.until)
    const shared = pending.get(key)
    if (shared) return shared
    // Others may wait for the same answer: no single caller's signal ends it.
    const value = make(call)
    if (!isPromise(value)) return put(key, value, until)
    const made = value.then((done) => put(key, done, until)).finally(() => pending.delete(key))
    pending.set(key, made)
    return made
  }
}
