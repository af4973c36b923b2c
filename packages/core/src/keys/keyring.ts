import { fail, openFailed, WaxsealError } from '../errors.js'
import { type Flow, isPromise, wait } from '../flow.js'
import { isKeyVersion, type Locator } from '../format/envelope.js'
import { checkScope, type DataKey, keyFingerprint } from './data-key.js'
import { createLocatorGuard, type LocatorGuard } from './locator-guard.js'
import { checkDistinct } from './static-keys.js'
import type { KeyCall, KeyProvider, KeySource, Keys } from './types.js'

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
  /** Distinct locators that a remote source did not know, per minute and scope; more are `throttled`. */
  readonly unknownLocatorsPerMinute: number
}

/** Refuses a key that this call may not use; the same check for cached keys. */
export function checkKey(key: DataKey, scope: string | undefined, use: 'seal' | 'open'): void {
  if (key.scope !== scope) fail('key_not_found', 'no configured key fits the locator')
  if (key.state === 'suspended') fail('key_suspended', 'the key is suspended')
  if (key.state === 'destroyed') fail('key_destroyed', 'the key was destroyed')
  if (use === 'seal' && key.state !== 'active') fail('key_retired', 'the key no longer seals')
}

const tombstones = new WeakSet<object>()

/** Whether an error says that a key of the very scope that the reader named was destroyed, and not merely something on the way to it. */
export const isTombstone = (error: unknown): boolean => typeof error === 'object' && error !== null && tombstones.has(error)

/** The kids of a source, as far as they are known; a provider's or a router's are all of them. */
export const kidsOf = (source: KeySource): readonly string[] => [
  ...new Set(source.kids?.() ?? source.keys?.().map((key) => key.kid) ?? []),
]

/** A provider as a source, with its own cache; a source as it is. `config` for anything else. */
export function toSource(entry: KeySource | KeyProvider): KeySource {
  if (entry?.kind === 'source') return entry
  if (entry?.kind === 'provider' && typeof entry.source === 'function') return entry.source()
  return fail('config', 'keys: one or many key sources, or key providers made by keyProvider')
}

/** `config` where a kid stands in two of them, or two of their keys have equal bytes. */
export function checkSources(sources: readonly KeySource[]): void {
  const kids = sources.flatMap(kidsOf)
  if (new Set(kids).size < kids.length) fail('config', 'the same kid stands in two configured sources')
  checkDistinct(sources.flatMap((source) => source.keys?.() ?? []))
}

export function createKeyring(keys: Keys, { minKeyVersion, unknownLocatorsPerMinute }: KeyringOptions): Keyring {
  const list = (Array.isArray(keys) ? keys : [keys]) as readonly (KeySource | KeyProvider)[]
  if (list.length === 0) fail('config', 'keys: one or many key sources or key providers')
  const sources = list.map(toSource)
  checkSources(sources)
  const admitted = new WeakSet<DataKey>()
  const guards = new Map<KeySource, LocatorGuard>(sources.map((source) => [source, createLocatorGuard(unknownLocatorsPerMinute)]))

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

  function checkVersion(key: Pick<DataKey, 'kid' | 'version'>, scope: string | undefined): void {
    const minimum = minKeyVersion ? minKeyVersion(key.kid, scope) : 0
    if (!isKeyVersion(minimum)) fail('config', 'minKeyVersion gives an integer from 0 to 4294967295')
    if (key.version < minimum) fail('key_retired', 'the key version is below the accepted minimum')
  }

  function* resolve(locator: Locator, scope: string | undefined, given: KeyCall): Flow<DataKey> {
    checkScope(scope)
    const call = minKeyVersion ? { ...given, minKeyVersion } : given
    for (const source of sources) {
      if (source.kids && !source.kids().includes(locator.kid)) continue
      // Sources that have their keys at hand are asked at once, the others with care.
      const atHand = source.keys ? source.resolve(locator, scope, call) : source.resident?.(locator, scope, call)
      let key: DataKey | null | undefined
      if (isPromise(atHand)) key = yield* wait(atHand)
      else if (atHand || source.keys) key = atHand
      else key = yield* guards.get(source)!.resolve(locator, scope, call.now(), () => source.resolve(locator, scope, call))
      if (!key) continue
      admit(key, source)
      if (key.kid !== locator.kid || key.version !== locator.version) break
      if (key.state === 'destroyed' && key.scope === scope) {
        const error = new WaxsealError('key_destroyed', 'the key was destroyed')
        tombstones.add(error)
        throw error
      }
      checkKey(key, scope, 'open')
      checkVersion(key, scope)
      return key
    }
    return fail('key_not_found', 'no configured key fits the locator')
  }

  return {
    *current(scope, call) {
      checkScope(scope)
      const given = sources[0]!.current(scope, call)
      const key = admit(isPromise(given) ? yield* wait(given) : given, sources[0]!)
      checkKey(key, scope, 'seal')
      checkVersion(key, scope)
      return key
    },
    resolve,
    *rewrap(locator, scope, call) {
      const wrappings = sources.map((source) => source.wrapping?.(scope))
      const holder = wrappings.find((wrapping) => wrapping?.kid === locator.kid)
      // What seals this scope wraps it too, and nothing else.
      const [target] = wrappings
      if (!locator.wrapped || !holder || !target)
        return fail('config', 'only an envelope with a wrapped key can be re-wrapped, by the key providers configured')
      checkScope(scope)
      checkVersion(locator, scope)
      const { kid, version } = target
      // Where the service does it by itself, a process that may not unwrap can re-wrap.
      if (target.rewrap && holder === target && version === locator.version)
        return { kid, version, wrapped: yield* wait(target.rewrap(locator, scope, call)) }
      // What does not open is not re-wrapped either.
      yield* resolve(locator, scope, call)
      const key = Uint8Array.from(yield* wait(holder.unwrap(locator, scope, call)))
      if (key.length !== 32) openFailed()
      try {
        return { kid, version, wrapped: yield* wait(target.wrap(key, scope, call)) }
      } finally {
        key.fill(0)
      }
    },
    async close() {
      await Promise.all(sources.map((source) => source.close?.()))
    },
  }
}
