import { type KeyCall, WaxsealError } from '@waxseal/core'
import { type Kept, kept } from '@waxseal/core/keys'
import { type AskVault, dataOf, isAbsent } from './client.js'
import { config } from './errors.js'

/** What Vault says of a key, as far as it matters here. */
export interface TransitKey {
  /** Every request needs a `context`, of which the key is derived that is used. */
  readonly derived: boolean
}

/** A key may be replaced by another of its name: what it is gets read again after this time. */
const MAX_AGE_MS = 600_000
const AEAD = /^(aes(128|256)-gcm96|x?chacha20-poly1305)$/

/**
 * Reads what a key is; undefined where the policy does not allow that. `config` for a key that could not bind the wrap context: of
 * a type without associated data.
 */
export async function readTransitKey(ask: AskVault, path: string, call: KeyCall): Promise<TransitKey | undefined> {
  const response = await ask({ path }, call)
  if (response.status === 403) return undefined
  if (isAbsent(response)) throw new WaxsealError('key_not_found', 'Vault: there is no such key')
  const { type, derived, soft_deleted: softDeleted } = dataOf(response)
  if (softDeleted === true) throw new WaxsealError('key_suspended', 'Vault: the key is soft-deleted')
  if (typeof type !== 'string' || !AEAD.test(type)) config('the key is not of a type with associated data, as aes256-gcm96 is')
  return { derived: derived === true }
}

/** The same, kept for ten minutes, asked once for all who wait. */
export function keptTransitKey(ask: AskVault, path: string, timeoutMs: number): Kept<TransitKey | undefined> {
  return kept({ timeoutMs, fetch: async (call) => ({ value: await readTransitKey(ask, path, call), goodForMs: MAX_AGE_MS }) })
}
