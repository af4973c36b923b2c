import { fail, openFailed } from '../../errors.js'
import { andThen, isPromise, type MaybePromise } from '../../flow.js'
import { isKeyVersion, isKid, MAX_WRAPPED_KEY_BYTES } from '../../format/envelope.js'
import type { KeyCall, KeyProvider, KeyProviderDriver } from '../types.js'
import { createAttempts, type Surroundings, surroundings } from './attempts.js'
import type { KeyServiceOperation } from './key-service-event.js'
import { type KeyServiceOptions, keyServiceSettings } from './key-service-options.js'
import { providerSource } from './provider-source.js'

/**
 * Makes a key provider of the few calls that a key service has to answer. Deadline, retries with full jitter and Retry-After, circuit
 * breaker, cache, limits and events are the same for every service and live here. `config` for options that do not fit.
 *
 * @example
 * const keys = keyProvider({ id: 'hsm', capabilities: { context: 'bound' }, wrapKey, unwrapKey }, { deadlineMs: 2_000 })
 */
export const keyProvider = (driver: KeyProviderDriver, options?: KeyServiceOptions): KeyProvider =>
  keyProviderWith(driver, options, surroundings)

export function keyProviderWith(
  driver: KeyProviderDriver,
  options: KeyServiceOptions | undefined,
  around: Surroundings,
): KeyProvider {
  const { id, version = 0, capabilities, local = false } = driver
  if (!isKid(id)) fail('config', 'the id of a key provider is 1 to 64 characters of a-z, 0-9 and -')
  if (!isKeyVersion(version)) fail('config', 'the version of a key provider is an integer from 0 to 4294967295')
  const settings = keyServiceSettings(options)
  const attempts = createAttempts(id, settings, around)
  const state = { closed: false }

  function run<T>(operation: KeyServiceOperation, call: KeyCall, asked: (call: KeyCall) => MaybePromise<T>, most?: number) {
    const open = (attempt: KeyCall) => (state.closed ? fail('closed', 'the key provider is closed') : asked(attempt))
    return local || state.closed ? open(call) : attempts(operation, call, open, most)
  }

  const { generateDataKey, rewrapKey, check } = driver
  const provider: KeyProvider = Object.freeze<KeyProvider>({
    kind: 'provider',
    id,
    version,
    capabilities,
    local,
    wrapKey(key, context, call) {
      if (!(key instanceof Uint8Array) || key.length !== 32) fail('config', `a data key is 32 bytes, not ${key?.length ?? 0}`)
      // A copy: whatever a driver does to its argument, the caller's key stays what was wrapped, for the next attempt too.
      return andThen(
        run('wrap', call, (attempt) => lent(Uint8Array.from(key), (copy) => driver.wrapKey(copy, context, attempt))),
        checkWrapped,
      )
    },
    unwrapKey: (wrapped, context, call) =>
      andThen(
        run('unwrap', call, (attempt) => driver.unwrapKey(wrapped, context, attempt)),
        checkKey,
      ),
    ...(generateDataKey
      ? {
          generateDataKey: (context, call) =>
            andThen(
              run('generate', call, (attempt) => generateDataKey(context, attempt)),
              ({ key, wrapped }) => ({
                key: checkKey(key),
                wrapped: checkWrapped(wrapped),
              }),
            ),
        }
      : {}),
    ...(rewrapKey
      ? {
          rewrapKey: (wrapped, context, call) =>
            andThen(
              run('rewrap', call, (attempt) => rewrapKey(wrapped, context, attempt)),
              checkWrapped,
            ),
        }
      : {}),
    async status(call) {
      try {
        await run('check', call, (attempt) => check?.(attempt), 1)
        return 'available'
      } catch {
        return 'unavailable'
      }
    },
    source: () => providerSource(provider, settings, around),
    async close() {
      if (state.closed) return
      state.closed = true
      await driver.close?.()
    },
  })
  return provider
}

/** Erases key bytes once what they were lent to is through with them. */
function lent<T>(key: Uint8Array, use: (key: Uint8Array) => MaybePromise<T>): MaybePromise<T> {
  let pending = false
  try {
    const used = use(key)
    pending = isPromise(used)
    return isPromise(used) ? used.finally(() => key.fill(0)) : used
  } finally {
    if (!pending) key.fill(0)
  }
}

/** Whatever a service answers: a data key has 32 bytes. */
const checkKey = (key: Uint8Array): Uint8Array => (key instanceof Uint8Array && key.length === 32 ? key : openFailed())

function checkWrapped(wrapped: Uint8Array): Uint8Array {
  if (!(wrapped instanceof Uint8Array) || wrapped.length < 1 || wrapped.length > MAX_WRAPPED_KEY_BYTES)
    fail('config', `a wrapped key has 1 to ${MAX_WRAPPED_KEY_BYTES} bytes, not ${wrapped?.length ?? 0}`)
  return wrapped
}
