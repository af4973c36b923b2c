import { type KeyCall, type KeyProvider, type KeyProviderDriver, WaxsealError, type WrapContext } from '@waxseal/core'
import { DEFAULT_ATTEMPT_TIMEOUT_MS, type Environment, type KeyServiceOptions, keyProvider } from '@waxseal/core/keys'
import { type AwsKmsClient, callOptions, fetchClient } from './client.js'
import { type AwsCredentialSource, environmentCredentials, keptCredentials } from './credentials.js'
import { endpointOf } from './endpoint.js'
import { config, fromClient, incomplete } from './errors.js'
import { inRegion, isRegion, type KeyArn, parseKeyArn, regionOfArn } from './key-arn.js'
import { createKeyResolver } from './key-resolver.js'
import { decodeWrapped, encodeWrapped } from './wrapped-key.js'

export interface AwsKmsOptions extends KeyServiceOptions {
  /** ARN of a symmetric key, alias ARN, `alias/name` or key id. An ARN of a key needs no call to be resolved. */
  readonly keyId: string
  /** kid of the envelopes, default `aws-kms`; permanent and public. */
  readonly id?: string | undefined
  /** Generation of the key-encryption key, default 0; raise it when another key wraps. */
  readonly version?: number | undefined
  /**
   * Other keys whose wraps still open: where the alias, or `keyId`, led before. An ARN is of this `version`; `{ arn, version }` of the
   * generation in which it wrapped, and of no other.
   */
  readonly earlierKeys?: readonly (string | { readonly arn: string; readonly version: number })[] | undefined
  /** Who makes data keys: this process, wrapped by Encrypt (`local`, default), or KMS, by GenerateDataKey (`service`). */
  readonly dataKeys?: 'local' | 'service' | undefined
  /** Default: that of the ARN, else AWS_REGION or AWS_DEFAULT_REGION of `env`. */
  readonly region?: string | undefined
  /** Default: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN of `env`. */
  readonly credentials?: AwsCredentialSource | undefined
  /** The FIPS endpoint of the region. Default: AWS_USE_FIPS_ENDPOINT of `env`, else not. */
  readonly fips?: boolean | undefined
  /** Another endpoint, `https://…` or loopback: a VPC endpoint, an emulator. Default: AWS_ENDPOINT_URL_KMS of `env`, else the region's. */
  readonly endpoint?: string | undefined
  /** Where settings are read from: process.env, a Worker's env. Nothing is read from anywhere else. */
  readonly env?: Environment | undefined
  /** Default: the runtime's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** The clock of signatures, milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
  /**
   * The AWS SDK's client, in place of region, credentials, endpoint, fips and fetch: `new KMS({ region, maxAttempts: 1 })` of
   * `@aws-sdk/client-kms`. Attempts are made here; the SDK's own would multiply them.
   */
  readonly client?: AwsKmsClient | undefined
}

/**
 * A key provider on a symmetric key of AWS KMS. The wrap context is the encryption context, which KMS binds and CloudTrail logs in clear.
 * `config` for options that do not fit; nothing is asked before the first use.
 *
 * @example
 * const sealer = createSealer({ keys: awsKms({ keyId: 'alias/orders', env: process.env }) })
 */
export function awsKms(options: AwsKmsOptions): KeyProvider {
  const { keyId, id = 'aws-kms', version = 0, dataKeys = 'local', earlierKeys = [], env = {}, client: given } = options
  if (typeof keyId !== 'string' || !/^[\w:/-]{1,2048}$/.test(keyId)) config('keyId is the ARN, alias or id of a key')
  if (dataKeys !== 'local' && dataKeys !== 'service') config("dataKeys is 'local' or 'service'")
  if (
    given &&
    [options.region, options.credentials, options.endpoint, options.fips, options.fetch].some((option) => option !== undefined)
  )
    config('with a client, region, credentials, endpoint, fips and fetch are its own')
  const region = options.region ?? regionOfArn(keyId) ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION
  if (!given && (!region || !isRegion(region))) config('a region is needed: region, an ARN, or AWS_REGION in env')
  const client =
    given ??
    fetchClient({
      region: region!,
      endpoint: endpointOf(region!, options, env),
      credentials: keptCredentials(options.credentials ?? environmentCredentials(env)),
      fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
      now: options.now ?? Date.now,
    })
  const keyHere = (arn: string): KeyArn => {
    const parsed = parseKeyArn(arn) ?? config('earlierKeys holds ARNs of keys')
    return region ? inRegion(parsed, region) : parsed
  }
  const earlier = earlierKeys.map((entry) => {
    const { arn, version: generation } = typeof entry === 'string' ? { arn: entry, version } : entry
    return { ...keyHere(arn), generation: String(generation) }
  })
  const pinned = parseKeyArn(keyId)
  const resolve = createKeyResolver({
    client,
    keyId,
    pinned: pinned && keyHere(keyId),
    timeoutMs: options.attemptTimeoutMs ?? DEFAULT_ATTEMPT_TIMEOUT_MS,
  })

  /** The configured key that a wrapped key names, in the generation that its wrap context names. */
  async function keyOf(name: string, context: WrapContext, call: KeyCall): Promise<KeyArn> {
    // The version of a stored key is its own, and says nothing of the generation that wrapped it.
    const within = (generation: string) => context.use === 'stored' || generation === context.version
    const known = earlier.find((arn) => arn.keyId === name && within(arn.generation))
    if (known) return known
    // Of another generation, the current key has wrapped nothing.
    if (within(String(version))) {
      const current = await resolve(call, name)
      if (current.keyId === name) return current
    }
    throw new WaxsealError('key_not_found', 'AWS KMS: another key wrapped this one; list it in earlierKeys if it is yours')
  }

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
        const { text: KeyId, keyId: name } = await resolve(call)
        const answer = await client.encrypt({ KeyId, Plaintext: key, EncryptionContext: { ...context } }, callOptions(call))
        return encodeWrapped(name, answer.CiphertextBlob ?? incomplete())
      }),
    unwrapKey: (wrapped, context, call) =>
      asked(async () => {
        const { keyId: name, blob } = decodeWrapped(wrapped)
        const { text: KeyId } = await keyOf(name, context, call)
        const answer = await client.decrypt({ KeyId, CiphertextBlob: blob, EncryptionContext: { ...context } }, callOptions(call))
        if (parseKeyArn(answer.KeyId ?? '')?.keyId !== name) return incomplete()
        return answer.Plaintext ?? incomplete()
      }),
    ...(dataKeys === 'service' ? { generateDataKey } : {}),
    rewrapKey: (wrapped, context, call) =>
      asked(async () => {
        const { keyId: name, blob } = decodeWrapped(wrapped)
        const [source, target] = [await keyOf(name, context, call), await resolve(call)]
        const answer = await client.reEncrypt(
          {
            CiphertextBlob: blob,
            SourceKeyId: source.text,
            SourceEncryptionContext: { ...context },
            DestinationKeyId: target.text,
            DestinationEncryptionContext: { ...context },
          },
          callOptions(call),
        )
        return encodeWrapped(target.keyId, answer.CiphertextBlob ?? incomplete())
      }),
    check: (call) =>
      asked(async () => {
        const { KeyMetadata } = await client.describeKey({ KeyId: keyId }, callOptions(call))
        if (KeyMetadata?.KeyState !== 'Enabled') throw new WaxsealError('key_suspended', 'AWS KMS: the key is not enabled')
      }),
  }

  function generateDataKey(context: WrapContext, call: KeyCall) {
    return asked(async () => {
      const { text: KeyId, keyId: name } = await resolve(call)
      const answer = await client.generateDataKey(
        { KeyId, KeySpec: 'AES_256', EncryptionContext: { ...context } },
        callOptions(call),
      )
      return {
        key: answer.Plaintext ?? incomplete(),
        wrapped: encodeWrapped(name, answer.CiphertextBlob ?? incomplete()),
      }
    })
  }

  return keyProvider(driver, options)
}
