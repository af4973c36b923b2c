import { fail, openFailed } from '../errors.js'
import { type Flow, wait } from '../flow.js'
import { isKeyVersion, type Locator } from '../format/envelope.js'
import { checkScope, type DataKey, keyFingerprint } from './data-key.js'
import { createLocatorGuard, locatorId } from './locator-guard.js'
import { providerSource, type WrappingSource } from './provider-source.js'
import { checkDistinct } from './static-keys.js'
import type { KeyCall, KeyProvider, KeySource, Keys } from './types.js'
import { wrapContext } from './wrap.js'

/** All configured keys as one: the first source seals, all open, and every look-up goes by id. */
export interface Keyring {
  current(scope: string | undefined, call: KeyCall): Flow<DataKey>
  resolve(locator: Locator, scope: string | undefined, call: KeyCall): Flow<DataKey>
  rewrap(locator: Locator, scope: string | undefined, call: KeyCall): Flow<Locator>
  close(): Promise<void>
}

export interface KeyringOptions {
  /** Below this version a key is `key_retired`. */
  readonly minKeyVersion?: ((kid: string, scope: string | undefined) => number) | undefined
  /** Distinct locators that remote sources did not know, per minute; more are `throttled`. */
  readonly unknownLocatorsPerMinute: number
}

/** Refuses a key that this call may not use; the same check for cached keys. */
export function checkKey(key: DataKey, scope: string | undefined, use: 'seal' | 'open'): void {
  if (key.scope !== scope) fail('key_not_found', 'no configured key fits the locator')
  if (key.state === 'suspended') fail('key_suspended', 'the key is suspended')
  if (key.state === 'destroyed') fail('key_destroyed', 'the key was destroyed')
  if (use === 'seal' && key.state !== 'active') fail('key_retired', 'the key no longer seals')
}

export function createKeyring(keys: Keys, { minKeyVersion, unknownLocatorsPerMinute }: KeyringOptions): Keyring {
  const list = (Array.isArray(keys) ? keys : [keys]) as readonly (KeySource | KeyProvider)[]
  if (list.length === 0 || list.some((entry) => entry?.kind !== 'source' && entry?.kind !== 'provider'))
    fail('config', 'keys: one or many key sources or key providers')
  const sources: (KeySource | WrappingSource)[] = list.map((entry) => (entry.kind === 'provider' ? providerSource(entry) : entry))
  const admitted = new WeakSet<DataKey>()
  const guard = createLocatorGuard(unknownLocatorsPerMinute)
  const kidsOf = (source: KeySource): string[] =>
    'provider' in source ? [(source as WrappingSource).provider.id] : (source.keys?.() ?? []).map((key) => key.kid)

  const kids = sources.flatMap((source) => [...new Set(kidsOf(source))])
  if (new Set(kids).size < kids.length) fail('config', 'the same kid stands in two configured sources')
  checkDistinct(sources.flatMap((source) => source.keys?.() ?? []))

  /** A key that came later than the configuration is held against what the other sources have by then. */
  function admit(key: DataKey, from: KeySource): DataKey {
    if (admitted.has(key)) return key
    const print = keyFingerprint(key)
    for (const other of sources) {
      if (other === from) continue
      if (kidsOf(other).includes(key.kid)) fail('config', 'the same kid stands in two configured sources')
      if (print && other.keys?.().some((known) => keyFingerprint(known) === print))
        fail('config', 'two configured keys have the same bytes')
    }
    admitted.add(key)
    return key
  }

  function checkVersion(key: DataKey, scope: string | undefined): void {
    const minimum = minKeyVersion ? minKeyVersion(key.kid, scope) : 0
    if (!isKeyVersion(minimum)) fail('config', 'minKeyVersion gives an integer from 0 to 4294967295')
    if (key.version < minimum) fail('key_retired', 'the key version is below the accepted minimum')
  }

  return {
    *current(scope, call) {
      checkScope(scope)
      const key = admit(yield* wait(sources[0]!.current(scope, call)), sources[0]!)
      checkKey(key, scope, 'seal')
      checkVersion(key, scope)
      return key
    },
    *resolve(locator, scope, call) {
      checkScope(scope)
      for (const source of sources) {
        if ('provider' in source && (source.provider.id !== locator.kid || !locator.wrapped)) continue
        // A source that lists its keys has them at hand; the others are asked with care.
        const key = source.keys
          ? yield* wait(source.resolve(locator, scope, call))
          : yield* guard.resolve(locatorId(locator, scope), call.now(), () => source.resolve(locator, scope, call))
        if (!key) continue
        admit(key, source)
        if (key.kid !== locator.kid || key.version !== locator.version) break
        checkKey(key, scope, 'open')
        checkVersion(key, scope)
        return key
      }
      return fail('key_not_found', 'no configured key fits the locator')
    },
    *rewrap(locator, scope, call) {
      const wrapping = sources.filter((source) => 'provider' in source) as WrappingSource[]
      const holder = wrapping.find(({ provider }) => provider.id === locator.kid)
      const target = wrapping[0]
      if (!locator.wrapped || !holder || !target)
        return fail('config', 'only an envelope with a wrapped key can be re-wrapped, by the key providers configured')
      const { provider } = target
      const version = provider.version ?? 0
      if (provider.rewrapKey && holder === target && version === locator.version)
        return {
          ...locator,
          wrapped: yield* wait(provider.rewrapKey(locator.wrapped, wrapContext('envelope', provider.id, version, scope), call)),
        }
      const key = Uint8Array.from(yield* wait(holder.unwrap(locator, scope, call)))
      if (key.length !== 32) openFailed()
      const wrapped = yield* wait(provider.wrapKey(key, wrapContext('envelope', provider.id, version, scope), call))
      key.fill(0)
      return { kid: provider.id, version, wrapped }
    },
    async close() {
      await Promise.all(sources.map((source) => source.close?.()))
    },
  }
}
