import type { KeyCall } from '@waxseal/core'
import { fromBase64, requestService, toBase64 } from '@waxseal/core/keys'
import type { Credentials } from './credentials.js'
import { incomplete, isSkew, isStaleCredential, kmsError } from './errors.js'
import { signed } from './signature.js'

type EncryptionContext = Record<string, string>
interface CallOptions {
  readonly abortSignal?: AbortSignal
}

/** The few calls of KMS that are made. The `KMS` class of `@aws-sdk/client-kms` fits, made with `maxAttempts: 1`. */
export interface AwsKmsClient {
  encrypt(
    input: { KeyId: string; Plaintext: Uint8Array; EncryptionContext: EncryptionContext },
    options?: CallOptions,
  ): Promise<{ CiphertextBlob?: Uint8Array | undefined; KeyId?: string | undefined }>
  decrypt(
    input: { KeyId: string; CiphertextBlob: Uint8Array; EncryptionContext: EncryptionContext },
    options?: CallOptions,
  ): Promise<{ Plaintext?: Uint8Array | undefined; KeyId?: string | undefined }>
  generateDataKey(
    input: { KeyId: string; KeySpec: 'AES_256'; EncryptionContext: EncryptionContext },
    options?: CallOptions,
  ): Promise<{ Plaintext?: Uint8Array | undefined; CiphertextBlob?: Uint8Array | undefined; KeyId?: string | undefined }>
  reEncrypt(
    input: {
      CiphertextBlob: Uint8Array
      SourceKeyId: string
      SourceEncryptionContext: EncryptionContext
      DestinationKeyId: string
      DestinationEncryptionContext: EncryptionContext
    },
    options?: CallOptions,
  ): Promise<{ CiphertextBlob?: Uint8Array | undefined; KeyId?: string | undefined }>
  describeKey(
    input: { KeyId: string },
    options?: CallOptions,
  ): Promise<{ KeyMetadata?: { Arn?: string | undefined; KeyState?: string | undefined } | undefined }>
}

export interface FetchClientOptions {
  readonly region: string
  /** `https://host[:port]`, without a path. */
  readonly endpoint: string
  readonly credentials: Credentials
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

const MAX_SKEW_MS = 12 * 3_600_000
const BLOBS = ['CiphertextBlob', 'Plaintext']

/** KMS over fetch: AWS JSON 1.1, signed here. Signed again once by the service's clock, or with fresh credentials. */
export function fetchClient({ region, endpoint, credentials, fetch, now }: FetchClientOptions): AwsKmsClient {
  const { host } = new URL(endpoint)
  let skewMs = 0

  async function send(operation: string, body: string, signal: AbortSignal | undefined, again: boolean): Promise<unknown> {
    const used = await credentials.get({ now })
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` }
    const answer = await requestService({
      service: 'AWS KMS',
      fetch,
      url: `${endpoint}/`,
      headers: await signed({ host, service: 'kms', region, headers, body, at: now() + skewMs }, used),
      body,
      signal,
    })
    if (answer.status === 200) return answer.json
    const { __type, message, Message } = (answer.json ?? {}) as { __type?: unknown; message?: unknown; Message?: unknown }
    const name = typeof __type === 'string' ? __type.slice(__type.lastIndexOf('#') + 1) : ''
    if (again && isSkew(name, String(message ?? Message ?? ''))) {
      const serverTime = Date.parse(answer.headers.get('date') ?? '')
      // Whoever answers may date signatures by some hours, and no further.
      if (Math.abs(serverTime - now()) <= MAX_SKEW_MS) {
        skewMs = serverTime - now()
        return send(operation, body, signal, false)
      }
    }
    if (again && isStaleCredential(name)) {
      credentials.drop(used)
      if ((await credentials.get({ now })) !== used) return send(operation, body, signal, false)
    }
    throw kmsError(name, answer.status, answer.retryAfterMs)
  }

  const call =
    (operation: string) =>
    async (input: Readonly<Record<string, unknown>>, { abortSignal }: CallOptions = {}): Promise<object> => {
      const encoded = Object.entries(input).map(([name, value]) => [name, value instanceof Uint8Array ? toBase64(value) : value])
      const answer = await send(operation, JSON.stringify(Object.fromEntries(encoded)), abortSignal, true)
      if (typeof answer !== 'object' || answer === null) return incomplete()
      return Object.fromEntries(
        Object.entries(answer).map(([name, value]) => [name, BLOBS.includes(name) ? (fromBase64(value) ?? incomplete()) : value]),
      )
    }

  return {
    encrypt: call('Encrypt'),
    decrypt: call('Decrypt'),
    generateDataKey: call('GenerateDataKey'),
    reEncrypt: call('ReEncrypt'),
    describeKey: call('DescribeKey'),
  }
}

/** The signal in the form that clients take. */
export const callOptions = ({ signal }: KeyCall): CallOptions => (signal ? { abortSignal: signal } : {})
