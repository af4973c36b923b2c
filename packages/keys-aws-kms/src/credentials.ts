import { type KeyCall, WaxsealError } from '@waxseal/core'

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
  get(call: KeyCall): Promise<AwsCredentials>
  /** Forgets credentials that the service did not take. */
  drop(credentials: AwsCredentials): void
}

type Environment = Readonly<Record<string, string | undefined>>

const EARLY_MS = 300_000
const PENDING_MS = 10_000

/** Keeps credentials until shortly before they expire; one fetch for all who wait. */
export function keptCredentials(source: AwsCredentialSource): Credentials {
  if (typeof source !== 'function') {
    const fixed = checked(source)
    return { get: async () => fixed, drop() {} }
  }
  let kept: AwsCredentials | undefined
  let pending: { readonly credentials: Promise<AwsCredentials>; readonly since: number } | undefined

  async function fetchCredentials(get: () => AwsCredentials | Promise<AwsCredentials>): Promise<AwsCredentials> {
    let got: AwsCredentials
    try {
      got = await get()
    } catch (error) {
      // What went wrong may hold a secret: it is not passed on.
      throw WaxsealError.is(error) ? error : new WaxsealError('provider_unavailable', 'AWS KMS: the credentials could not be had')
    }
    kept = checked(got)
    return kept
  }

  return {
    async get({ now }) {
      if (kept && (!kept.expiration || kept.expiration.getTime() - EARLY_MS > now())) return kept
      // What does not come is not waited for by those who come later.
      if (!pending || performance.now() - pending.since > PENDING_MS) {
        const own = {
          since: performance.now(),
          credentials: fetchCredentials(source).finally(() => {
            if (pending === own) pending = undefined
          }),
        }
        pending = own
      }
      return pending.credentials
    },
    drop(credentials) {
      if (kept === credentials) kept = undefined
    },
  }
}

/** The credentials of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. */
export function environmentCredentials(env: Environment): AwsCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  if (!accessKeyId || !secretAccessKey)
    throw new WaxsealError('config', 'AWS KMS needs credentials, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in env')
  return { accessKeyId, secretAccessKey, sessionToken }
}

function checked({ accessKeyId, secretAccessKey, sessionToken, expiration }: AwsCredentials): AwsCredentials {
  const texts = [accessKeyId, secretAccessKey, ...(sessionToken ? [sessionToken] : [])]
  if (!texts.every((text) => typeof text === 'string' && /^[\x21-\x7e]+$/.test(text)))
    throw new WaxsealError(
      'config',
      'AWS KMS: credentials are an accessKeyId and a secretAccessKey, and a sessionToken for temporary ones',
    )
  return Object.freeze({ accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined, expiration })
}
