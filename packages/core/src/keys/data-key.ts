import type { Mac } from '../backend/types.js'
import { fail } from '../errors.js'
import { utf8Encode } from '../format/bytes.js'
import { expand, prf, purposeKey } from '../format/derive.js'
import { isKeyVersion, isKid, MAX_WRAPPED_KEY_BYTES } from '../format/envelope.js'
import { type Suite, suiteByName } from '../format/suites.js'

/** Only `active` keys seal; `decrypt_only` still open; the others refuse, each with an error of its own. */
export type KeyState = 'active' | 'decrypt_only' | 'suspended' | 'destroyed'

/** An opaque handle: where the key belongs and what may be done with it. The key itself is on no property. */
export interface DataKey {
  readonly kid: string
  readonly version: number
  /** Whose key it is; absent for keys without scope. */
  readonly scope?: string
  readonly state: KeyState
  /** The one suite that this key is for; absent: the sealer's. */
  readonly suite?: Suite
  /** The wrapped form that travels in the locator, in wrapped mode. */
  readonly wrapped?: Uint8Array
}

/** What stays of a data key once it is loaded: its purpose keys (spec section 4), never the key. */
export interface KeyMaterial {
  readonly enc: Mac
  readonly index: Mac
  readonly dedup: Mac
  readonly wrap: Mac
}

const STATES: readonly KeyState[] = ['active', 'decrypt_only', 'suspended', 'destroyed']

const materials = new WeakMap<DataKey, KeyMaterial>()

export interface DataKeyOptions {
  /** 1 to 64 characters of [a-z0-9-]; opaque, never an ARN, a user id or a path. */
  readonly kid: string
  /** 0 to 4294967295, default 1. */
  readonly version?: number | undefined
  readonly scope?: string | undefined
  /** Default `active`. */
  readonly state?: KeyState | undefined
  /** Seals with this suite, whatever the sealer's own, and opens nothing of another. Default: any. */
  readonly suite?: Suite | undefined
  /** Exactly 32 uniformly random bytes; not kept. Left out for a destroyed key, of which only the tombstone remains. */
  readonly key?: Uint8Array | undefined
  /** The wrapped data key, 1 to 6144 bytes. */
  readonly wrapped?: Uint8Array | undefined
}

/**
 * Makes the handle of a data key, for authors of key sources. `config` where a part is out of range.
 *
 * @example
 * const key = createDataKey({ kid: 'k1', version: 3, key: bytesFromMyStore })
 */
export function createDataKey({ kid, version = 1, scope, state = 'active', suite, key, wrapped }: DataKeyOptions): DataKey {
  if (!isKid(kid)) fail('config', 'a kid is 1 to 64 characters of a-z, 0-9 and -')
  if (!isKeyVersion(version)) fail('config', 'a key version is an integer from 0 to 4294967295')
  if (!STATES.includes(state)) fail('config', `a key state is one of ${STATES.join(', ')}`)
  if (suite !== undefined && !suiteByName(suite)) fail('config', 'the suite is not known')
  checkScope(scope)
  if (wrapped && (wrapped.length < 1 || wrapped.length > MAX_WRAPPED_KEY_BYTES))
    fail('config', `a wrapped key has 1 to ${MAX_WRAPPED_KEY_BYTES} bytes, not ${wrapped.length}`)
  const handle: DataKey = Object.freeze({
    kid,
    version,
    state,
    ...(scope === undefined ? {} : { scope }),
    ...(suite === undefined ? {} : { suite }),
    ...(wrapped ? { wrapped: Uint8Array.from(wrapped) } : {}),
  })
  if (state !== 'destroyed') {
    if (!(key instanceof Uint8Array) || key.length !== 32) fail('config', `a data key is 32 bytes, not ${key?.length ?? 0}`)
    if (key.every((byte) => byte === 0)) fail('config', 'a data key of zeros is no key')
    const root = prf(key)
    const use = (purpose: 'enc' | 'index' | 'dedup' | 'wrap') => {
      const derived = purposeKey(root, purpose)
      const prk = prf(derived)
      derived.fill(0)
      return prk
    }
    materials.set(handle, { enc: use('enc'), index: use('index'), dedup: use('dedup'), wrap: use('wrap') })
  }
  return handle
}

/** A scope is an opaque id: a well-formed string that is not empty. */
export function checkScope(scope: unknown): void {
  if (scope !== undefined && (typeof scope !== 'string' || scope === '' || !scope.isWellFormed()))
    fail('config', 'a scope is a well-formed string that is not empty')
}

export const keyMaterial = (key: DataKey): KeyMaterial =>
  materials.get(key) ?? fail('config', 'a key source returned a key that createDataKey of this package did not make')

/**
 * The key check value of a data key, 8 bytes: shows a mix-up of keys and nothing of the key (HKDF-Expand of its index key). Undefined for
 * a destroyed key.
 *
 * @example
 * const stored = keyCheckValue(key) // beside the wrapped key, to compare after unwrapping it
 */
export function keyCheckValue(key: DataKey): Uint8Array | undefined {
  const index = materials.get(key)?.index
  return index && new Uint8Array(expand(index, 8, utf8Encode('waxseal/v1/check\0')))
}

/** Equal for two handles exactly when their data keys are; not reversible. */
export const keyFingerprint = (key: DataKey): string | undefined => materials.get(key)?.enc().join()
