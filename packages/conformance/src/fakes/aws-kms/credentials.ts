import { WaxsealError } from '@waxseal/core'
import { toBase64 } from '../base64.js'
import { randomBytes, toHex } from '../bytes.js'

/** An access key of the fake; with a session token where it is temporary. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Milliseconds since the epoch, on the fake's clock. */
  readonly expiresAt?: number
}

export interface CredentialOptions {
  /** With a session token. Default: where the credentials expire. */
  readonly session?: boolean
  /** Milliseconds since the epoch, on the fake's clock. Default: never. */
  readonly expiresAt?: number
}

export interface CredentialStore {
  create(options?: CredentialOptions): AwsCredentials
  add(credentials: AwsCredentials): AwsCredentials
  remove(accessKeyId: string): void
  find(accessKeyId: string): AwsCredentials | undefined
}

/** The access keys that the fake knows. */
export function createCredentialStore(): CredentialStore {
  const known = new Map<string, AwsCredentials>()
  const add = (credentials: AwsCredentials): AwsCredentials => {
    if (!/^\w{16,128}$/.test(credentials.accessKeyId) || credentials.secretAccessKey.length < 16)
      throw new WaxsealError('config', 'accessKeyId has 16 to 128 letters and digits, secretAccessKey at least 16 characters')
    known.set(credentials.accessKeyId, Object.freeze({ ...credentials }))
    // Not frozen: the vendor's SDK writes notes of its own into the credentials that it is given.
    return { ...credentials }
  }
  return Object.freeze({
    add,
    create({ expiresAt, session = expiresAt !== undefined }: CredentialOptions = {}) {
      return add({
        accessKeyId: `${session ? 'ASIA' : 'AKIA'}${toHex(randomBytes(8)).toUpperCase()}`,
        secretAccessKey: toBase64(randomBytes(30)),
        ...(session ? { sessionToken: toBase64(randomBytes(120)) } : {}),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      })
    },
    remove(accessKeyId: string) {
      known.delete(accessKeyId)
    },
    find: (accessKeyId: string) => known.get(accessKeyId),
  })
}
