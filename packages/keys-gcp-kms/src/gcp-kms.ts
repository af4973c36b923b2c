import type { KeyProvider, KeyProviderDriver } from '@waxseal/core'
import {
  DEFAULT_ATTEMPT_TIMEOUT_MS,
  type Environment,
  type KeyServiceOptions,
  keyProvider,
  openFailed,
  wrapContextBytes,
} from '@waxseal/core/keys'
import { checkedBytes, isZero } from './answer.js'
import { callOptions, fetchClient, type GcpKmsClient } from './client.js'
import { crc32c } from './crc32c.js'
import { credentialsOf, type GcpCredentialSource } from './credentials.js'
import { endpointOf } from './endpoint.js'
import { config, damaged, fromClient, incomplete, kmsError } from './errors.js'
import { checkedKeyName, isVersionOf } from './key-name.js'

export interface GcpKmsOptions extends KeyServiceOptions {
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K`: a symmetric key, never one of its versions. */
  readonly keyName: string
  /** kid of the envelopes, default `gcp-kms`; permanent and public. */
  readonly id?: string | undefined
  /** Generation of the key-encryption key, default 0; it does not count the versions of the key at Google. */
  readonly version?: number | undefined
  /**
   * Key of a service account, parsed or as JSON text; `'metadata'` for the metadata server (its host from GCE_METADATA_HOST of `env`);
   * or a function that gets access tokens. Default: the file of GOOGLE_APPLICATION_CREDENTIALS of `env`, read at the first use; else
   * the metadata server where GCE_METADATA_HOST is set.
   */
  readonly credentials?: GcpCredentialSource | undefined
  /** What a service account's tokens are: signed here (default), or what its token endpoint gives in exchange. */
  readonly tokens?: 'self-signed' | 'exchange' | undefined
  /** Another endpoint, `https://…` or loopback: a regional one, an emulator. Default `https://cloudkms.googleapis.com`. */
  readonly endpoint?: string | undefined
  /** Where settings are read from: process.env, a Worker's env. Nothing is read from anywhere else. */
  readonly env?: Environment | undefined
  /** Default: the runtime's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** The clock of tokens, milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
  /** Google's client, in place of credentials, tokens, endpoint and fetch: `new KeyManagementServiceClient()` of `@google-cloud/kms`. */
  readonly client?: GcpKmsClient | undefined
}

/**
 * A key provider on a symmetric key of Google Cloud KMS. The wrap context is the additional authenticated data, and everything is
 * checked by CRC-32C on its way there and back. `config` for options that do not fit; nothing is asked before the first use.
 *
 * @example
 * const keyName = 'projects/acme-billing/locations/europe/keyRings/jobs/cryptoKeys/orders'
 * const sealer = createSealer({ keys: gcpKms({ keyName, env: process.env }) })
 */
export function gcpKms(options: GcpKmsOptions): KeyProvider {
  const { id = 'gcp-kms', version, env = {}, now = Date.now, attemptTimeoutMs = DEFAULT_ATTEMPT_TIMEOUT_MS } = options
  const keyName = checkedKeyName(options.keyName)
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis)
  const { credentials, tokens, endpoint } = options
  if (options.client && [credentials, tokens, endpoint, options.fetch].some((option) => option !== undefined))
    config('with a client, credentials, tokens, endpoint and fetch are its own')
  const client =
    options.client ??
    fetchClient({
      endpoint: endpointOf(endpoint),
      credentials: credentialsOf({ credentials, tokens, env, fetch, now }),
      fetch,
      now,
    })

  /** Maps whatever a call throws. */
  async function asked<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw fromClient(error)
    }
  }

  const driver: KeyProviderDriver = {
    id,
    version,
    capabilities: { context: 'bound' },
    wrapKey: (key, context, call) =>
      asked(async () => {
        const aad = wrapContextBytes(context)
        const [answer] = await client.encrypt(
          {
            name: keyName,
            plaintext: key,
            plaintextCrc32c: { value: crc32c(key) },
            additionalAuthenticatedData: aad,
            additionalAuthenticatedDataCrc32c: { value: crc32c(aad) },
          },
          callOptions(call, attemptTimeoutMs),
        )
        if (!isVersionOf(keyName, answer.name)) return incomplete()
        if (answer.verifiedPlaintextCrc32c !== true || answer.verifiedAdditionalAuthenticatedDataCrc32c !== true) return damaged()
        return checkedBytes(answer.ciphertext, answer.ciphertextCrc32c)
      }),
    unwrapKey: (wrapped, context, call) =>
      asked(async () => {
        if (wrapped.length === 0) openFailed()
        const aad = wrapContextBytes(context)
        const [answer] = await client.decrypt(
          {
            name: keyName,
            ciphertext: wrapped,
            ciphertextCrc32c: { value: crc32c(wrapped) },
            additionalAuthenticatedData: aad,
            additionalAuthenticatedDataCrc32c: { value: crc32c(aad) },
          },
          callOptions(call, attemptTimeoutMs),
        )
        // Nothing at all was wrapped there, under the right context: that is no outage.
        if (!answer.plaintext?.length && isZero(answer.plaintextCrc32c)) return openFailed()
        return checkedBytes(answer.plaintext, answer.plaintextCrc32c)
      }),
    check: (call) =>
      asked(async () => {
        const [{ name, primary }] = await client.getCryptoKey({ name: keyName }, callOptions(call, attemptTimeoutMs))
        if (name !== keyName) return incomplete()
        if (primary?.state !== 'ENABLED') throw kmsError('FAILED_PRECONDITION', String(primary?.state), undefined)
      }),
  }
  return keyProvider(driver, options)
}
