import type { KeyCall } from '@waxseal/core'
import { type Environment, isToken, kept, obtained } from '@waxseal/core/keys'
import { config } from './errors.js'

/** Credentials of AWS, as the AWS SDK's credential providers return them. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** From shortly before then on they are fetched again. */
  readonly expiration?: Date | undefined
}

/** Credentials, or a function that gets them: `fromNodeProviderChain()` of the AWS SDK fits. */
export type AwsCredentialSource = AwsCredentials | (() => AwsCredentials | Promise<AwsCredentials>)

export interface Credentials {
  get(call: Pick<KeyCall, 'now'>): Promise<AwsCredentials>
  /** Forgets credentials that the service did not take. */
  drop(credentials: AwsCredentials): void
}

const EARLY_MS = 300_000

/** Keeps credentials until shortly before they expire; one fetch for all who wait. */
export function keptCredentials(source: AwsCredentialSource): Credentials {
  if (typeof source !== 'function') {
    const fixed = checked(source)
    return { get: async () => fixed, drop() {} }
  }
  const { get, drop } = kept({
    async fetch({ now }) {
      const value = checked(await obtained('AWS KMS', source))
      const { expiration } = value
      return { value, goodForMs: expiration ? expiration.getTime() - EARLY_MS - now() : Number.POSITIVE_INFINITY }
    },
  })
  return { get: (call) => get(call), drop }
}

/** The credentials of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. */
export function environmentCredentials(env: Environment): AwsCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  if (!accessKeyId || !secretAccessKey)
    return config('it needs credentials, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in env')
  return { accessKeyId, secretAccessKey, sessionToken }
}

function checked({ accessKeyId, secretAccessKey, sessionToken, expiration }: AwsCredentials): AwsCredentials {
  if (![accessKeyId, secretAccessKey, ...(sessionToken ? [sessionToken] : [])].every(isToken))
    return config('credentials are an accessKeyId and a secretAccessKey, and a sessionToken for temporary ones')
  return Object.freeze({ accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined, expiration })
}
