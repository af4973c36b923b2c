import { fail } from '../errors.js'
import { createDataKey, type DataKey, type KeyState, keyFingerprint } from './data-key.js'
import { parseKey } from './key-text.js'
import type { KeySource } from './types.js'

export interface StaticKey {
  /** 1 to 64 characters of [a-z0-9-]. */
  readonly kid: string
  /** Default 1. */
  readonly version?: number | undefined
  /** 32 bytes, or their base64, base64url or hex; left out for a destroyed key. */
  readonly key?: Uint8Array | string | undefined
  readonly scope?: string | undefined
  /** Default `active`. */
  readonly state?: KeyState | undefined
}

const place = (kid: string, version: number) => `${kid}~${version}`

/**
 * Keys that are at hand: the first active one (of a scope) seals, all open. `config` for a key given twice.
 *
 * @example
 * const keys = staticKeys([{ kid: 'k2', key: newKey }, { kid: 'k1', key: oldKey, state: 'decrypt_only' }])
 */
export function staticKeys(list: readonly StaticKey[]): KeySource {
  if (!Array.isArray(list) || list.length === 0) fail('config', 'there is no key')
  const keys = list.map(({ key, ...rest }) => {
    const parsed = typeof key === 'string' ? parseKey(key) : undefined
    const made = createDataKey({ ...rest, key: parsed ?? (key as Uint8Array | undefined) })
    parsed?.fill(0)
    return made
  })
  const byPlace = new Map(keys.map((key) => [place(key.kid, key.version), key]))
  if (byPlace.size < keys.length) fail('config', 'a kid and version stand twice among the keys')
  checkDistinct(keys)
  const scoped = keys.some((key) => key.scope !== undefined)
  return Object.freeze<KeySource>({
    kind: 'source',
    current(scope: string | undefined) {
      if (scope !== undefined && !scoped) fail('scope_unsupported', 'these keys have no scopes')
      return (
        keys.find((key) => key.scope === scope && key.state === 'active') ?? fail('key_not_found', 'no active key for this scope')
      )
    },
    resolve: (locator) => (locator.wrapped ? null : (byPlace.get(place(locator.kid, locator.version)) ?? null)),
    keys: () => keys,
  })
}

/** `config` where two keys have equal bytes. */
export function checkDistinct(keys: readonly DataKey[]): void {
  const prints = keys.map(keyFingerprint).filter((print) => print !== undefined)
  if (new Set(prints).size < prints.length) fail('config', 'two configured keys have the same bytes')
}
