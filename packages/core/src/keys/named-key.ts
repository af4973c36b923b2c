import { fail } from '../errors.js'
import { type Flow, wait } from '../flow.js'
import { checkScope, type KeyMaterial, keyMaterial } from './data-key.js'
import { checkKey } from './keyring.js'
import type { KeySource } from './types.js'

/** A key that configuration fixes by kid and version, never "the current one": what is stored under it must be found again. */
export interface NamedKey {
  readonly kid: string
  /** Default 1. */
  readonly version?: number | undefined
}

/** The same for every scope, or by scope. */
export type NamedKeyChoice = NamedKey | ((scope: string | undefined) => NamedKey)

/** Purpose keys of a named key; `named_key_required` for a bare key service, whose data keys differ by process. */
export function* namedKey(keys: KeySource, choice: NamedKeyChoice, scope: string | undefined): Flow<KeyMaterial> {
  checkScope(scope)
  const { kid, version = 1 } = typeof choice === 'function' ? choice(scope) : choice
  const key = yield* wait(keys.resolve({ kid, version }, scope, { now: Date.now }))
  if (!key) return fail('key_not_found', 'the named key is not configured')
  checkKey(key, scope, 'open')
  return keyMaterial(key)
}

export function requireNamed(keys: KeySource): void {
  if (keys?.kind !== 'source')
    fail('named_key_required', 'an index or dedup key comes from a key source, not from a bare key service')
}
