import type { KeyCall } from '@waxseal/core'
import { requestService, type ServiceResponse, toBase64 } from '@waxseal/core/keys'
import type { Credentials } from './credentials.js'
import { incomplete, kmsError } from './errors.js'

interface Checksum {
  readonly value: number
}

interface CallOptions {
  /** Milliseconds. */
  readonly timeout: number
  /** Attempts are made by the provider. */
  readonly retry: null
  readonly signal?: AbortSignal
}

interface KeyVersion {
  readonly name?: string | null
  readonly state?: string | number | null
}

/** The few calls of Cloud KMS that are made. `KeyManagementServiceClient` of `@google-cloud/kms` fits. */
export interface GcpKmsClient {
  encrypt(
    request: {
      name: string
      plaintext: Uint8Array
      plaintextCrc32c: Checksum
      additionalAuthenticatedData: Uint8Array
      additionalAuthenticatedDataCrc32c: Checksum
    },
    options: CallOptions,
  ): Promise<
    [
      {
        name?: string | null
        ciphertext?: Uint8Array | string | null
        ciphertextCrc32c?: unknown
        verifiedPlaintextCrc32c?: boolean | null
        verifiedAdditionalAuthenticatedDataCrc32c?: boolean | null
      },
      ...unknown[],
    ]
  >
  decrypt(
    request: {
      name: string
      ciphertext: Uint8Array
      ciphertextCrc32c: Checksum
      additionalAuthenticatedData: Uint8Array
      additionalAuthenticatedDataCrc32c: Checksum
    },
    options: CallOptions,
  ): Promise<[{ plaintext?: Uint8Array | string | null; plaintextCrc32c?: unknown }, ...unknown[]]>
  getCryptoKey(
    request: { name: string },
    options: CallOptions,
  ): Promise<[{ name?: string | null; primary?: KeyVersion | null }, ...unknown[]]>
}

export interface FetchClientOptions {
  /** `https://host[:port]`, without a path. */
  readonly endpoint: string
  readonly credentials: Credentials
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

/** Cloud KMS over fetch: REST v1. Asked again once with a fresh token where the service does not take the one it got. */
export function fetchClient({ endpoint, credentials, fetch, now }: FetchClientOptions): GcpKmsClient {
  async function send(path: string, body: string | undefined, signal: AbortSignal | undefined): Promise<object> {
    const ask = (token: string): Promise<ServiceResponse> =>
      requestService({
        service: 'Google Cloud KMS',
        fetch,
        url: `${endpoint}/v1/${path}`,
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body,
        signal,
      })
    const token = await credentials.get({ now, signal })
    const answer = await ask(token)
    if (answer.status !== 401) return accepted(answer)
    credentials.drop(token, Date.parse(answer.headers.get('date') ?? ''))
    const fresh = await credentials.get({ now, signal })
    return accepted(fresh === token ? answer : await ask(fresh))
  }

  const post =
    (verb: string) =>
    async ({ name, ...input }: Readonly<Record<string, unknown>>, { signal }: CallOptions): Promise<[object]> => {
      const members = Object.entries(input).map(([member, value]) => [member, encoded(value)])
      return [await send(`${name}:${verb}`, JSON.stringify(Object.fromEntries(members)), signal)]
    }

  return {
    encrypt: post('encrypt'),
    decrypt: post('decrypt'),
    getCryptoKey: async ({ name }, { signal }) => [await send(name, undefined, signal)],
  }
}

/** The members of an answer that is one; else what the service refused. */
function accepted({ status, json, retryAfterMs }: ServiceResponse): object {
  if (status === 200) return typeof json === 'object' && json !== null ? json : incomplete()
  const { error } = (json ?? {}) as { error?: { status?: unknown; message?: unknown; details?: unknown } }
  const name = typeof error?.status === 'string' ? error.status : ''
  throw kmsError(name, String(error?.message ?? ''), status, retryAfterMs ?? retryDelayMs(error?.details))
}

/** Bytes in base64, 64-bit integers as text: JSON of protocol buffers. */
const encoded = (value: unknown): string => (value instanceof Uint8Array ? toBase64(value) : String((value as Checksum).value))

/** What RetryInfo among the details of an error asks for, in milliseconds. */
function retryDelayMs(details: unknown): number | undefined {
  for (const detail of Array.isArray(details) ? details : []) {
    const [, seconds] = /^(\d{1,6}(?:\.\d{1,9})?)s$/.exec(String((detail as { retryDelay?: unknown } | null)?.retryDelay)) ?? []
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000)
  }
  return undefined
}

/** Signal and time limit in the form that clients take; a new object each time, which Google's client writes to. */
export const callOptions = ({ signal }: KeyCall, timeout: number): CallOptions => ({
  timeout,
  retry: null,
  ...(signal ? { signal } : {}),
})
