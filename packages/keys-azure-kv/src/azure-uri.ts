import type { KeyProvider } from '@waxseal/core'
import { type OpenKeysOptions, parseKeyUri, uriNumber } from '@waxseal/core/keys'
import { type AzureKeyVaultOptions, azureKeyVault } from './azure-key-vault.js'

/**
 * Opens `azure://VAULT.vault.azure.net/keys/NAME?signing-key=NAME&id=…&version=…&algorithm=…&credential=managed-identity&endpoint=…`,
 * for the registry of `openKeys`. A URI holds no public keys: those of the signing key are read from the vault, as with
 * `signingPublicKeys: 'vault'`.
 *
 * @example
 * openKeys('azure://orders.vault.azure.net/keys/orders?signing-key=orders-signing', { azure: azureUri }, { env: process.env })
 */
export function azureUri(uri: string, { env }: OpenKeysOptions): KeyProvider {
  const names = ['signing-key', 'id', 'version', 'algorithm', 'credential', 'endpoint']
  const { path, parameters } = parseKeyUri(uri, 'azure', names)
  const { 'signing-key': signingKey, id, version, algorithm, credential, endpoint } = parameters
  return azureKeyVault({
    keyId: `https://${path}`,
    signingKey,
    signingPublicKeys: signingKey === undefined ? undefined : 'vault',
    id,
    version: uriNumber('version', version),
    algorithm: algorithm as AzureKeyVaultOptions['algorithm'],
    credential: credential as 'managed-identity' | undefined,
    endpoint,
    env,
  })
}
