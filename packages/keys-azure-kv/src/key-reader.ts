import { type KeyCall, WaxsealError } from '@waxseal/core'
import type { VaultClient, VaultKey } from './client.js'
import { fail } from './errors.js'
import type { KeyName } from './vault.js'

/** A key may get a new version, or a version be disabled: what the vault said is asked again after this time. */
const MAX_AGE_MS = 600_000
const UNUSABLE: readonly string[] = ['key_suspended', 'key_not_found']

/** What the vault shows of keys, kept for ten minutes. */
export interface KeyReader {
  /** `key_suspended` for a version that is disabled: the vault would still wrap with it, and nobody could open that. */
  read(key: KeyName, call: KeyCall): Promise<VaultKey>
  /** Runs with the version that is current, or pinned. Where that has become unusable, another one may be current by then. */
  current<T>(key: KeyName, call: KeyCall, run: (version: string) => Promise<T>): Promise<T>
  /** Asks again the next time. */
  forget(key: KeyName): void
}

export function createKeyReader(client: VaultClient): KeyReader {
  const kept = new Map<string, { readonly key: VaultKey; readonly until: number }>()
  const idOf = ({ name, version = '' }: KeyName) => `${name}/${version}`
  const forget = (name: KeyName) => void kept.delete(idOf(name))

  async function read(name: KeyName, call: KeyCall): Promise<VaultKey> {
    const known = kept.get(idOf(name))
    if (known && call.now() < known.until) return known.key
    const key = await client.getKey(name, call)
    if (!key.enabled) return fail('key_suspended', 'the key is not enabled')
    const entry = { key, until: call.now() + MAX_AGE_MS }
    kept.set(idOf(name), entry)
    // What is current now is, by its version, what an envelope names next.
    kept.set(idOf({ ...name, version: key.version }), entry)
    return key
  }

  return {
    read,
    async current(name, call, run) {
      try {
        return await run(name.version ?? (await read(name, call)).version)
      } catch (error) {
        if (WaxsealError.is(error) && UNUSABLE.includes(error.code)) forget(name)
        throw error
      }
    },
    forget,
  }
}
