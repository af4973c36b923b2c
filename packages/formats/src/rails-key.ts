import { WaxsealError } from '@waxseal/core'
import { utf8 } from './content.js'

const ITERATIONS = 65_536

type Bytes = Uint8Array<ArrayBuffer>

/** A key as `ActiveSupport::KeyGenerator` derives it. */
export interface RailsSecret {
  /** `primary_key`, `deterministic_key` or `secret_key_base`. */
  readonly secret: string
  /** `key_derivation_salt`, or the salt of a message encryptor. */
  readonly salt: string
  /** `hash_digest_class`: SHA-256 since Rails 7.1 (default), SHA-1 before. */
  readonly hash?: 'SHA-256' | 'SHA-1' | undefined
}

/** The 32 bytes of a key: given, or derived by 65,536 rounds of PBKDF2 at first use, once. */
export function railsKey(key: Uint8Array | RailsSecret): () => Promise<Uint8Array> {
  if (key instanceof Uint8Array) {
    if (key.length !== 32) throw new WaxsealError('config', 'a key of Rails is 32 bytes, or { secret, salt }')
    const bytes = Uint8Array.from(key)
    return async () => bytes
  }
  const { secret, salt, hash = 'SHA-256' } = key
  if (typeof secret !== 'string' || secret === '' || typeof salt !== 'string' || !['SHA-256', 'SHA-1'].includes(hash))
    throw new WaxsealError('config', 'a key of Rails is 32 bytes, or { secret, salt, hash? }')
  async function derive(): Promise<Uint8Array> {
    const imported = await crypto.subtle.importKey('raw', utf8(secret) as Bytes, 'PBKDF2', false, ['deriveBits'])
    const algorithm = { name: 'PBKDF2', hash, salt: utf8(salt) as Bytes, iterations: ITERATIONS }
    return new Uint8Array(await crypto.subtle.deriveBits(algorithm, imported, 256))
  }
  let derived: Promise<Uint8Array> | undefined
  return () => {
    derived ??= derive()
    return derived
  }
}
