import { openFailed } from '../engine.js'
import { isKid, type Locator } from '../envelope.js'
import { fail } from '../errors.js'
import { type MaybePromise, settle, wait } from '../flow.js'
import { randomKey } from '../random.js'
import { checkScope, createDataKey, type DataKey } from './data-key.js'
import { locatorId } from './locator-guard.js'
import type { KeyCall, KeyProvider, KeySource } from './types.js'
import { wrapContext } from './wrap.js'

const SEAL_MAX_AGE_MS = 3_600_000
const MAX_SCOPES = 1024
const MAX_OPENED = 1024

interface Kept<T> {
  readonly value: MaybePromise<T>
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
  const sealing = new Map<string, Kept<DataKey>>()
  const opened = new Map<string, Kept<DataKey>>()

  // A look-up that callers share is not one caller's to abort; each of them stops waiting by itself.
  const make = (scope: string | undefined, { signal: _, ...call }: KeyCall) =>
    settle(
      (function* () {
        const context = wrapContext('envelope', id, version, scope)
        const fresh = provider.generateDataKey
          ? yield* wait(provider.generateDataKey(context, call))
          : { key: randomKey(), wrapped: undefined }
        const wrapped = fresh.wrapped ?? (yield* wait(provider.wrapKey(fresh.key, context, call)))
        return dataKey(fresh.key, version, scope, wrapped)
      })(),
    )

  const dataKey = (key: Uint8Array, generation: number, scope: string | undefined, wrapped: Uint8Array): DataKey => {
    if (key.length !== 32) openFailed()
    const made = createDataKey({ kid: id, version: generation, scope, key, wrapped })
    key.fill(0)
    return made
  }

  const unwrap = (locator: Locator, scope: string | undefined, call: KeyCall) =>
    provider.unwrapKey(locator.wrapped!, wrapContext('envelope', id, locator.version, scope), call)

  return Object.freeze<WrappingSource>({
    kind: 'source',
    provider,
    unwrap,
    current(scope, call) {
      checkScope(scope)
      return keep(sealing, MAX_SCOPES, scope === undefined ? '' : `:${scope}`, call.now() + SEAL_MAX_AGE_MS, call, (shared) =>
        make(scope, shared),
      )
    },
    resolve(locator, scope, { signal: _, ...call }) {
      if (locator.kid !== id || !locator.wrapped) return null
      return keep(opened, MAX_OPENED, locatorId(locator, scope), Number.POSITIVE_INFINITY, call, (shared) =>
        settle(
          (function* () {
            return dataKey(yield* wait(unwrap(locator, scope, shared)), locator.version, scope, locator.wrapped!)
          })(),
        ),
      )
    },
    close: () => provider.close?.(),
  })
}

/** The kept value, or a new one; a failure is not kept, and a map over its limit loses what was used longest ago. */
function keep<T>(
  map: Map<string, Kept<T>>,
  limit: number,
  key: string,
  until: number,
  { signal: _, ...call }: KeyCall,
  make: (call: KeyCall) => MaybePromise<T>,
): MaybePromise<T> {
  const found = map.get(key)
  map.delete(key)
  if (found && call.now() < found.until) {
    map.set(key, found)
    return found.value
  }
  // Others may wait for the same answer: no single caller's signal ends it.
  const value = make(call)
  const entry = { value, until }
  map.set(key, entry)
  if (map.size > limit) map.delete(map.keys().next().value!)
  if (value instanceof Promise)
    value.then(
      (done) => map.get(key) === entry && map.set(key, { value: done, until }),
      () => map.get(key) === entry && map.delete(key),
    )
  return value
}
