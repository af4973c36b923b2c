import { type KeyCall, WaxsealError } from '@waxseal/core'
import { toBase64url } from '@waxseal/core/keys'
import type { KeyOperation, VaultClient, VaultKey } from './client.js'
import { fail, incomplete, member, vaultError } from './errors.js'
import { type KeyName, type KeyVersion, type Vault, versionOf } from './vault.js'

interface CallOptions {
  readonly abortSignal?: AbortSignal
}

/** What the SDK's client for one version of a key does. `CryptographyClient` of `@azure/keyvault-keys` fits. */
export interface AzureCryptographyClient {
  wrapKey(algorithm: 'RSA-OAEP-256' | 'A256KW', key: Uint8Array, options?: CallOptions): Promise<AzureCryptographyResult>
  unwrapKey(algorithm: 'RSA-OAEP-256' | 'A256KW', key: Uint8Array, options?: CallOptions): Promise<AzureCryptographyResult>
  sign(algorithm: 'PS256' | 'ES256', digest: Uint8Array, options?: CallOptions): Promise<AzureCryptographyResult>
  encrypt(
    parameters: { algorithm: 'A256GCM'; plaintext: Uint8Array; additionalAuthenticatedData?: Uint8Array },
    options?: CallOptions,
  ): Promise<AzureCryptographyResult>
  decrypt(
    parameters: {
      algorithm: 'A256GCM'
      ciphertext: Uint8Array
      iv: Uint8Array
      authenticationTag: Uint8Array
      additionalAuthenticatedData?: Uint8Array
    },
    options?: CallOptions,
  ): Promise<AzureCryptographyResult>
}

export interface AzureCryptographyResult {
  readonly result: Uint8Array
  readonly keyID?: string | undefined
  readonly iv?: Uint8Array | undefined
  readonly authenticationTag?: Uint8Array | undefined
}

/** The SDK's client of one vault. `KeyClient` of `@azure/keyvault-keys` fits. */
export interface AzureKeyClient {
  getKey(
    name: string,
    options?: CallOptions & { version?: string },
  ): Promise<{
    readonly key?: unknown
    readonly id?: string | undefined
    readonly properties: { readonly enabled?: boolean | undefined }
  }>
  getCryptographyClient(name: string, options?: { keyVersion?: string }): AzureCryptographyClient
}

/**
 * The Azure SDK's client of a vault, for the option `client`. What its answers name must be of the vault and key that were asked, as over
 * fetch. Attempts are the provider's: `retryOptions: { maxRetries: 0 }`.
 *
 * @example
 * const client = fromKeyClient(new KeyClient(vaultUrl, credential, { retryOptions: { maxRetries: 0 } }))
 * const keys = azureKeyVault({ keyId, signingKey: 'orders-signing', signingPublicKeys: [jwk], client })
 */
export const fromKeyClient =
  (client: AzureKeyClient): ((vault: Vault) => VaultClient) =>
  (vault) =>
    sdkClient(vault, client)

function sdkClient(vault: Vault, client: AzureKeyClient): VaultClient {
  const optionsOf = ({ signal }: KeyCall): CallOptions => (signal ? { abortSignal: signal } : {})

  return {
    async getKey(key: KeyName, call: KeyCall): Promise<VaultKey> {
      const version = key.version === undefined ? {} : { version: key.version }
      const answer = await asked(() => client.getKey(key.name, { ...optionsOf(call), ...version }), false)
      return {
        version: versionOf(vault, answer.id, key),
        enabled: answer.properties.enabled === true,
        jwk: textJwk(answer.key),
      }
    },
    async operate(operation, key, input, answered, call) {
      const opens = operation === 'unwrapkey' || operation === 'decrypt'
      const cryptography = client.getCryptographyClient(key.name, { keyVersion: key.version })
      const answer = await asked(() => run(cryptography, operation, input, optionsOf(call)), opens)
      if (answer.keyID !== undefined) versionOf(vault, answer.keyID, key as KeyVersion)
      const bytes = { value: answer.result, iv: answer.iv, tag: answer.authenticationTag }
      // Copies: some of the SDK's results are views of memory that it shares.
      return Object.fromEntries(answered.map((name) => [name, Uint8Array.from(bytes[name] ?? incomplete())])) as never
    },
  }
}

type Input = Readonly<Record<string, string | Uint8Array>>

function run(client: AzureCryptographyClient, operation: KeyOperation, input: Input, options: CallOptions) {
  const { alg, value, iv, tag, aad } = input as Readonly<Record<'alg' | 'value' | 'iv' | 'tag' | 'aad', never>>
  switch (operation) {
    case 'wrapkey':
      return client.wrapKey(alg, value, options)
    case 'unwrapkey':
      return client.unwrapKey(alg, value, options)
    case 'sign':
      return client.sign(alg, value, options)
    case 'encrypt':
      return client.encrypt({ algorithm: alg, plaintext: value, additionalAuthenticatedData: aad }, options)
    case 'decrypt':
      return client.decrypt(
        { algorithm: alg, ciphertext: value, iv, authenticationTag: tag, additionalAuthenticatedData: aad },
        options,
      )
  }
}

/** The SDK has the parts of a public key as bytes. */
const textJwk = (key: unknown): unknown =>
  Object.fromEntries(
    ['kty', 'crv', 'n', 'e', 'x', 'y'].map((name) => {
      const part = member(key, name)
      return [name, part instanceof Uint8Array ? toBase64url(part) : part]
    }),
  )

async function asked<T>(call: () => Promise<T>, opens: boolean): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (WaxsealError.is(error)) throw error
    const { name, statusCode, code, details, response } = Object(error) as Readonly<Record<string, unknown>>
    if (name === 'AbortError') return fail('aborted', 'the call was aborted')
    if (typeof statusCode !== 'number') {
      const credential = name === 'CredentialUnavailableError' || name === 'AuthenticationRequiredError'
      return fail(credential ? 'access_denied' : 'provider_unavailable', 'the SDK could not ask the vault')
    }
    const retryAfter = Number(
      (member(response, 'headers') as { get?(name: string): string | undefined } | undefined)?.get?.('retry-after'),
    )
    const said = member(details, 'error') === undefined && typeof code === 'string' ? { error: { code } } : details
    return vaultError(statusCode, said, { opens, retryAfterMs: retryAfter >= 0 ? retryAfter * 1000 : undefined })
  }
}
