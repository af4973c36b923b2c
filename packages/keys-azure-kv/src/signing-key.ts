import type { KeyCall } from '@waxseal/core'
import { openFailed } from '@waxseal/core/keys'
import type { VaultClient } from './client.js'
import { config, incomplete } from './errors.js'
import type { KeyReader } from './key-reader.js'
import { type PublicKey, publicKey, type SigningPublicKey } from './public-key.js'
import type { KeyName } from './vault.js'

/** The key of the vault that signs wraps, and the public keys that tell whether it did. */
export interface SigningKey {
  /** Runs with the version that signs now. */
  current<T>(call: KeyCall, run: (version: string) => Promise<T>): Promise<T>
  /** Has the vault sign, and checks that what it made will be accepted. */
  sign(message: Uint8Array, version: string, call: KeyCall): Promise<Uint8Array>
  /** `open_failed` unless the signature is one of the vault's over the message. */
  verify(message: Uint8Array, signature: Uint8Array, version: string, call: KeyCall): Promise<void>
}

export interface SigningKeyOptions {
  readonly key: KeyName
  readonly publicKeys: readonly SigningPublicKey[] | 'vault'
  readonly client: VaultClient
  readonly reader: KeyReader
}

const MAX_PUBLIC_KEYS = 16

export function createSigningKey({ key, publicKeys, client, reader }: SigningKeyOptions): SigningKey {
  const { name } = key
  const configured = publicKeys === 'vault' ? undefined : parsedKeys(publicKeys)

  /** The vault's own word for the public key of a version of this key. */
  const told = async (version: string, call: KeyCall): Promise<PublicKey> =>
    publicKey((await reader.read({ name, version }, call)).jwk) ??
    config('the signing key is an RSA key of 2048 bits or more, or a P-256 key')

  async function accepts(message: Uint8Array, signature: Uint8Array, version: string, call: KeyCall): Promise<boolean> {
    if (!configured) return (await told(version, call)).verify(message, signature).catch(() => false)
    for (const known of configured)
      if (await known.verify(message, signature).catch(() => config('a signing public key is none'))) return true
    return false
  }

  return {
    current: (call, run) => reader.current(key, call, run),
    async sign(message, version, call) {
      const own = await told(version, call)
      const value = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(message)))
      const { value: signature } = await client.operate('sign', { name, version }, { alg: own.algorithm, value }, ['value'], call)
      if (await accepts(message, signature, version, call)) return signature
      // Sealing with what nobody would open again must not succeed.
      if (configured && (await own.verify(message, signature).catch(() => false)))
        return config('the vault signs with a key that is not among signingPublicKeys')
      reader.forget({ name, version })
      return incomplete()
    },
    async verify(message, signature, version, call) {
      if (!(await accepts(message, signature, version, call))) openFailed()
    },
  }
}

function parsedKeys(publicKeys: readonly SigningPublicKey[]): readonly PublicKey[] {
  if (!Array.isArray(publicKeys) || publicKeys.length < 1 || publicKeys.length > MAX_PUBLIC_KEYS)
    return config(`signingPublicKeys is a list of 1 to ${MAX_PUBLIC_KEYS} public keys, or 'vault'`)
  return publicKeys.map(
    (given) =>
      publicKey(given) ?? config('signingPublicKeys holds public keys, as JWK or PEM: RSA of 2048 bits or more, or P-256'),
  )
}
