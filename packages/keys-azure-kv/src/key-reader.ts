import { type KeyCall, WaxsealError } from '@waxseal/core'
import { type Fetched, type Kept, kept } from '@waxseal/core/keys'
import type { VaultClient, VaultKey } from './client.js'
import { fail } from './errors.js'
import type { KeyName } from './vault.js'

/** A key may get a new version, or a version be disabled: what the vault said is asked again after this time. */
const MAX_AGE_MS = 600_000
const UNUSABLE: readonly string[] = ['key_suspended', 'key_not_found']

/** What the vault shows of keys, kept for ten minutes, asked once for all who wait. */
export interface KeyReader {
  /** `key_suspended` for a version that is disabled: the vault would still wrap with it, and nobody could open that. */
  read(key: KeyName, call: KeyCall): Promise<VaultKey>
  /** Runs with the version that is current, or pinned. Where that has become unusable, another one may be current by then. */
  current<T>(key: KeyName, call: KeyCall, run: (version: string) => Promise<T>): Promise<T>
  /** Asks again the next time. */
  forget(key: KeyName): void
}

export function createKeyReader(client: VaultClient, timeoutMs: number): KeyReader {
  const keys = new Map<string, Kept<VaultKey>>()
  const idOf = ({ name, version = '' }: KeyName) => `${name}/${version}`
  const forget = (name: KeyName) => void keys.delete(idOf(name))

  function keptOf(name: KeyName): Kept<VaultKey> {
    const known = keys.get(idOf(name)) ?? kept({ fetch: (call) => fetchKey(name, call), timeoutMs })
    keys.set(idOf(name), known)
    return known
  }

  async function fetchKey(name: KeyName, call: KeyCall): Promise<Fetched<VaultKey>> {
    const value = await client.getKey(name, call)
    if (!value.enabled) return fail('key_suspended', 'the key is not enabled')
    const fetched = { value, goodForMs: MAX_AGE_MS }
    // What is current now is, by its version, what an envelope names next.
    if (name.version === undefined) keptOf({ ...name, version: value.version }).set(fetched, call)
    return fetched
  }

  async function read(name: KeyName, call: KeyCall): Promise<VaultKey> {
    const asked = keptOf(name)
    try {
      return await asked.get(call)
    } catch (error) {
      // Whoever names versions that are none fills nothing.
      if (keys.get(idOf(name)) === asked) forget(name)
      throw error
    }
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
