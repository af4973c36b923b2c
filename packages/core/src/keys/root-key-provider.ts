import { backend } from '#backend'
import { fail, openFailed } from '../errors.js'
import { settle, wait } from '../flow.js'
import { canonicalPairs } from '../format/context.js'
import { openEnvelope, sealEnvelope } from '../format/engine.js'
import { MAX_WRAPPED_KEY_BYTES, parseEnvelope } from '../format/envelope.js'
import { FORM, type Suite, suiteByName } from '../format/suites.js'
import { createRandomPool } from '../random.js'
import { type DataKey, keyMaterial } from './data-key.js'
import { checkKey } from './keyring.js'
import { keyProvider } from './service/key-provider.js'
import type { KeyServiceOptions } from './service/key-service-options.js'
import type { KeyProvider, KeyProviderDriver, KeySource } from './types.js'

export interface RootKeyOptions {
  /** The provider's id: kid of its locators. */
  readonly id: string
  /** Generation, default 0. */
  readonly version?: number
  /** The configured key-encryption keys, without scope: the current one wraps, all unwrap. */
  readonly keys: KeySource
  /** Default aes-256-gcm, or chacha20-poly1305 where AES is asynchronous. */
  readonly suite?: Suite
  readonly cache?: KeyServiceOptions['cache']
  readonly onEvent?: KeyServiceOptions['onEvent']
}

/**
 * A key provider on a local key-encryption key: data keys travel as envelopes of form 0x04 (spec section 4).
 *
 * @example
 * const sealer = createSealer({ keys: rootKeyProvider({ id: 'root', keys: envKeys() }) })
 */
export function rootKeyProvider({ id, version = 0, keys, suite, cache, onEvent }: RootKeyOptions): KeyProvider {
  const row = suiteByName(suite ?? (backend.aead['aes-256-gcm'].sync ? 'aes-256-gcm' : 'chacha20-poly1305'))
  if (!row) fail('config', 'the suite is not known')
  const random = createRandomPool()
  const binding = (key: DataKey, canonical: Uint8Array) => ({ prk: keyMaterial(key).wrap, form: FORM.wrap, canonical })
  const driver: KeyProviderDriver = {
    id,
    version,
    local: true,
    capabilities: { context: 'bound' },
    wrapKey: (key, context, call) =>
      settle(
        (function* () {
          const root = yield* wait(keys.current(undefined, call))
          checkKey(root, undefined, 'seal')
          // Its wrap would be lost: what it wraps could never be opened.
          if (root.wrapped) fail('config', 'a root key is a named key, not one that a key service wrapped')
          const header = { suite: row, locator: { kid: root.kid, version: root.version } }
          return (yield* sealEnvelope(
            header,
            binding(root, canonicalPairs(context)),
            Uint8Array.from(key),
            random,
            'bytes',
          )) as Uint8Array
        })(),
      ),
    unwrapKey: (wrapped, context, call) =>
      settle(
        (function* () {
          const envelope = parseEnvelope(wrapped, MAX_WRAPPED_KEY_BYTES)
          if (envelope.stored || envelope.locator.wrapped) fail('malformed', 'a wrapped key has mode 0')
          if (call.acceptSuites && !call.acceptSuites.includes(envelope.suite.suite))
            fail('unsupported_suite', 'the suite is not accepted here')
          const root =
            (yield* wait(keys.resolve(envelope.locator, undefined, call))) ??
            fail('key_not_found', 'the key-encryption key is not configured')
          checkKey(root, undefined, 'open')
          if (root.version < (call.minKeyVersion?.(root.kid, undefined) ?? 0))
            fail('key_retired', 'the key version is below the accepted minimum')
          const key = yield* openEnvelope(envelope, binding(root, canonicalPairs(context)))
          return key.length === 32 ? key : openFailed()
        })(),
      ),
    close: () => keys.close?.(),
  }
  return keyProvider(driver, { cache, onEvent })
}
