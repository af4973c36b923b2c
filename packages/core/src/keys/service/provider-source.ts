import { fail } from '../../errors.js'
import { andThen, type Flow, settle, wait } from '../../flow.js'
import type { Locator } from '../../format/envelope.js'
import { randomKey } from '../../random.js'
import { checkScope, createDataKey, type DataKey } from '../data-key.js'
import { locatorId } from '../locator-guard.js'
import type { KeyCall, KeyProvider, KeySource } from '../types.js'
import type { Surroundings } from './attempts.js'
import type { CacheEvent } from './key-service-event.js'
import type { KeyServiceSettings } from './key-service-options.js'
import { createOpenedKeys } from './opened-keys.js'
import { createSealingKeys } from './sealing-keys.js'
import { wrapContext } from './wrap.js'

/**
 * A key service as a key source: a data key made here, or by the service, wrapped once and used for an hour per scope; unwrapped keys
 * are kept, least recently used first out.
 */
export function providerSource(provider: KeyProvider, { cache, tell }: KeyServiceSettings, around: Surroundings): KeySource {
  const { id, version } = provider
  const told = (use: 'seal' | 'open') => (what: CacheEvent) => tell({ type: 'cache', provider: id, use, what })

  const dataKey = (key: Uint8Array, generation: number, scope: string | undefined, wrapped: Uint8Array): DataKey => {
    try {
      return createDataKey({ kid: id, version: generation, scope, key, wrapped })
    } finally {
      key.fill(0)
    }
  }

  function* make(scope: string | undefined, call: KeyCall): Flow<DataKey> {
    const context = wrapContext('envelope', id, version, scope)
    if (provider.generateDataKey) {
      const { key, wrapped } = yield* wait(provider.generateDataKey(context, call))
      return dataKey(key, version, scope, wrapped)
    }
    const key = randomKey()
    try {
      return dataKey(key, version, scope, yield* wait(provider.wrapKey(key, context, call)))
    } finally {
      key.fill(0)
    }
  }

  const unwrap = ({ version: generation, wrapped }: Locator, scope: string | undefined, call: KeyCall) =>
    provider.unwrapKey(
      wrapped ?? fail('config', 'the envelope carries no wrapped key'),
      wrapContext('envelope', id, generation, scope),
      call,
    )

  const open = (locator: Locator, scope: string | undefined, call: KeyCall) =>
    andThen(unwrap(locator, scope, call), (key) => kept(dataKey(key, locator.version, scope, locator.wrapped!)))

  let closed = false
  const whileOpen = () => {
    if (closed) fail('closed', 'the key source is closed')
  }
  /** A key that comes after the end is not kept. */
  const kept = (made: DataKey): DataKey => {
    whileOpen()
    return made
  }
  /** What one sealer accepts as the wrap of a local key is not what another does. */
  const idOf = (locator: Locator, scope: string | undefined, { acceptSuites }: KeyCall) =>
    `${locatorId(locator, scope)}${acceptSuites?.join() ?? ''}`

  const sealing = createSealingKeys((scope, call) => andThen(settle(make(scope, call)), kept), cache, around, told('seal'))
  const opened = createOpenedKeys(open, cache, around, told('open'))

  return Object.freeze<KeySource>({
    kind: 'source',
    kids: () => [id],
    current(scope, call) {
      checkScope(scope)
      whileOpen()
      return sealing.current(scope, call)
    },
    resident: ({ kid, version: generation, wrapped }, scope, call) =>
      kid === id && wrapped ? opened.resident(idOf({ kid, version: generation, wrapped }, scope, call), call) : undefined,
    resolve({ kid, version: generation, wrapped }, scope, call) {
      if (kid !== id || !wrapped) return null
      whileOpen()
      // A copy: what is looked up must be what is unwrapped, whoever writes into that buffer meanwhile.
      const locator = { kid, version: generation, wrapped: Uint8Array.from(wrapped) }
      return opened.resolve(idOf(locator, scope, call), locator, scope, call)
    },
    wrapping: () => ({
      kid: id,
      version,
      unwrap,
      wrap: (key, scope, call) => provider.wrapKey(key, wrapContext('envelope', id, version, scope), call),
      ...(provider.rewrapKey
        ? {
            rewrap: ({ version: generation, wrapped }, scope, call) =>
              provider.rewrapKey!(wrapped!, wrapContext('envelope', id, generation, scope), call),
          }
        : {}),
    }),
    close() {
      closed = true
      sealing.clear()
      opened.clear()
      return provider.close?.()
    },
  })
}
