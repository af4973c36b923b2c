import type { KeyProvider } from '@waxseal/core'
import { DEFAULT_ATTEMPT_TIMEOUT_MS, type Environment, type KeyServiceOptions, keyProvider } from '@waxseal/core/keys'
import { type AzureCredential, vaultTokens } from './auth.js'
import { fetchClient, type VaultClient } from './client.js'
import { config } from './errors.js'
import { createKeyReader } from './key-reader.js'
import type { SigningPublicKey } from './public-key.js'
import { createSigningKey } from './signing-key.js'
import { parseKeyId, parseKeyName, type Vault } from './vault.js'
import { aesGcmWrapping, aesKeyWrapping, rsaWrapping, type Wrapping, type WrappingOptions } from './wrapping.js'

export interface AzureKeyVaultOptions extends KeyServiceOptions {
  /**
   * The id of the key, `https://NAME.vault.azure.net/keys/NAME` or of `managedhsm.azure.net`. Its newest version wraps, looked up every
   * ten minutes, or the one that stands behind a further slash. Every version of it opens.
   */
  readonly keyId: string
  /** How the key wraps: `RSA-OAEP-256` (default), or `A256KW` or `A256GCM` where it is an AES key of a managed HSM. */
  readonly algorithm?: 'RSA-OAEP-256' | 'A256KW' | 'A256GCM' | undefined
  /** With RSA: the name of the key of the same vault that signs what was wrapped, RSA or P-256. `NAME/VERSION` for one of its versions. */
  readonly signingKey?: string | undefined
  /** With RSA: whose signatures count, the keys before a rotation too; or `'vault'`: those of every version of `signingKey`, as the vault says. */
  readonly signingPublicKeys?: readonly SigningPublicKey[] | 'vault' | undefined
  /** kid of the envelopes, default `azure-kv`; permanent and public. */
  readonly id?: string | undefined
  /** Generation of the key-encryption key, default 0; raise it when another key wraps. */
  readonly version?: number | undefined
  /** A credential of `@azure/identity`, or `'managed-identity'`. Default: what `env` says. */
  readonly credential?: AzureCredential | 'managed-identity' | undefined
  /** Where settings are read from: process.env, a Worker's env. Nothing is read from anywhere else. */
  readonly env?: Environment | undefined
  /** A loopback address at which an emulator stands in for the vault. */
  readonly endpoint?: string | undefined
  /** Default: the runtime's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** The Azure SDK's client, in place of credential, endpoint and fetch: `fromKeyClient` of `@waxseal/keys-azure-kv/sdk`. */
  readonly client?: ((vault: Vault) => VaultClient) | undefined
}

/**
 * A key provider on a key of Azure Key Vault or Managed HSM. An RSA key has no associated data and its public part wraps for anybody:
 * a second key of the vault signs each wrapped key with its wrap context, and that is checked, locally, before anything is unwrapped.
 * `config` for options that do not fit; nothing is asked before the first use.
 *
 * @example
 * const keys = azureKeyVault({ keyId, signingKey: 'orders-signing', signingPublicKeys: [jwk], env: process.env })
 * const sealer = createSealer({ keys })
 */
export function azureKeyVault(options: AzureKeyVaultOptions): KeyProvider {
  const { keyId, id = 'azure-kv', version, credential, env = {}, endpoint, fetch = globalThis.fetch.bind(globalThis) } = options
  const { vault, key } = parseKeyId(keyId, endpoint)
  if (options.client && [credential, endpoint, options.fetch].some((option) => option !== undefined))
    config('with a client, credential, endpoint and fetch are its own')
  const client = options.client
    ? options.client(vault)
    : fetchClient({ vault, tokens: vaultTokens({ vault, credential, env, fetch }), fetch })
  const reader = createKeyReader(client, options.attemptTimeoutMs ?? DEFAULT_ATTEMPT_TIMEOUT_MS)
  const { context, wrap, unwrap } = wrappingOf(options, { client, reader, key })
  return keyProvider(
    {
      id,
      version,
      capabilities: { context },
      wrapKey: wrap,
      unwrapKey: unwrap,
      async check(call) {
        reader.forget(key)
        await reader.read(key, call)
      },
    },
    options,
  )
}

function wrappingOf({ algorithm, signingKey, signingPublicKeys }: AzureKeyVaultOptions, options: WrappingOptions): Wrapping {
  if (algorithm === undefined || algorithm === 'RSA-OAEP-256') {
    if (!signingKey || !signingPublicKeys)
      return config("RSA needs signingKey and signingPublicKeys, or signingPublicKeys: 'vault'")
    const name = parseKeyName(signingKey, 'signingKey is')
    // Who may unwrap is not thereby to sign, and no key serves two purposes.
    if (name.name.toLowerCase() === options.key.name.toLowerCase())
      return config('signingKey is another key than the one that wraps')
    return rsaWrapping(options, createSigningKey({ ...options, key: name, publicKeys: signingPublicKeys }))
  }
  if (signingKey !== undefined || signingPublicKeys !== undefined)
    return config('only RSA takes signingKey and signingPublicKeys')
  if (algorithm === 'A256KW') return aesKeyWrapping(options)
  return algorithm === 'A256GCM' ? aesGcmWrapping(options) : config("algorithm is 'RSA-OAEP-256', 'A256KW' or 'A256GCM'")
}
