import { WaxsealError } from '@waxseal/core'
import { withTurnedBit } from '../base64.js'
import { type Call, createServiceFake, type ServiceFake } from '../service-fake.js'
import { authenticate } from './authentication.js'
import { type AwsCredentials, type CredentialOptions, createCredentialStore } from './credentials.js'
import { OPERATIONS, readInput } from './input.js'
import { type AwsKeyControl, createKeyControl } from './key-control.js'
import { createKeyStore, type KmsKey } from './key-store.js'
import { operations } from './operations.js'
import { jsonResponse, KmsRefusal, refusalResponse, refuse } from './refusal.js'

export interface FakeAwsKmsOptions {
  /** Where keys are made unless told. Default `us-east-1`. */
  readonly region?: string
  /** 12 digits. Default `111122223333`. */
  readonly accountId?: string
  /** The first access key. Default: a random one. */
  readonly credentials?: AwsCredentials
  /** Stands before the type of the key service's own errors, as in `com.amazonaws.kms#`. Default: nothing. */
  readonly errorPrefix?: string
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number
}

/** What is denied; a member left out is any. */
export interface AwsDenial {
  readonly accessKeyId?: string
  /** As in `Decrypt`. */
  readonly operation?: string
  /** The ARN of a key. */
  readonly keyArn?: string
}

export interface FakeAwsKms extends ServiceFake, AwsKeyControl {
  readonly region: string
  readonly accountId: string
  /** Access key to sign with. */
  readonly credentials: AwsCredentials
  /** ARN of a symmetric key that is there from the start, `aliasName` leads to it. */
  readonly keyArn: string
  /** `alias/waxseal`. */
  readonly aliasName: string
  createCredentials(options?: CredentialOptions): AwsCredentials
  /** The access key is unknown from now on. */
  deleteCredentials(accessKeyId: string): void
  /** Requests that this describes get AccessDeniedException. */
  deny(denial?: AwsDenial): void
  /** Takes every denial back. */
  allow(): void
}

const TARGET = 'TrentService.'
// Also the FIPS and dual-stack hosts. Any other host serves every region, and the signature says which.
const HOST = /^kms(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/

/**
 * AWS KMS in the process: Encrypt, Decrypt, GenerateDataKey, ReEncrypt and DescribeKey over AWS JSON 1.1. It verifies the
 * Signature Version 4 of every request, encrypts with AES-256-GCM and the encryption context as associated data, and knows
 * regions, aliases, multi-Region keys, rotation and the states of keys. Grants and enclaves are refused.
 *
 * @example
 * const kms = createFakeAwsKms()
 * const keys = awsKms({ keyId: kms.keyArn, credentials: kms.credentials, fetch: kms.fetch })
 */
export function createFakeAwsKms({
  region = 'us-east-1',
  accountId = '111122223333',
  credentials: first,
  errorPrefix = '',
  now = Date.now,
}: FakeAwsKmsOptions = {}): FakeAwsKms {
  if (!/^[0-9]{12}$/.test(accountId)) throw new WaxsealError('config', 'createFakeAwsKms: accountId has 12 digits')
  const store = createKeyStore(accountId)
  const credentials = createCredentialStore()
  const control = createKeyControl({ store, region, now })
  const denials: AwsDenial[] = []

  const authorize = (accessKeyId: string, operation: string) => (key: KmsKey) => {
    const applies = (denial: AwsDenial): boolean =>
      (denial.accessKeyId ?? accessKeyId) === accessKeyId &&
      (denial.operation ?? operation) === operation &&
      (denial.keyArn ?? key.arn) === key.arn
    if (denials.some(applies))
      refuse(
        'AccessDeniedException',
        `User: ${accessKeyId} is not authorized to perform: kms:${operation} on resource: ${key.arn}`,
      )
  }

  const operationOf = ({ headers }: Call): string => {
    const target = headers.get('x-amz-target') ?? ''
    const operation = target.startsWith(TARGET) ? target.slice(TARGET.length) : ''
    return OPERATIONS.includes(operation) ? operation : 'unknown'
  }

  async function perform(call: Call, at: number): Promise<object> {
    const operation = operationOf(call)
    const { method, url, headers, body } = call
    const known = method === 'POST' && url.pathname === '/' && url.search === '' && operation !== 'unknown'
    if (!known || headers.get('content-type') !== 'application/x-amz-json-1.1') refuse('UnknownOperationException', '')
    const [, endpoint] = HOST.exec(headers.get('host') ?? url.host) ?? []
    const caller = await authenticate(call, { credentials, region: endpoint, now: at })
    const input = readInput(operation, body)
    if (input.GrantTokens?.length) refuse('InvalidGrantTokenException', 'The grant token is not valid.')
    const surroundings = { keys: store, accountId, region: caller.region, now: at }
    return operations[operation]!(input, { ...surroundings, authorize: authorize(caller.accessKeyId, operation) })
  }

  const service = createServiceFake({
    name: 'aws-kms',
    now,
    // Not there without TLS.
    listens: ({ url }) => url.protocol === 'https:' || !HOST.test(url.host),
    operationOf,
    async answer(call, at) {
      try {
        return jsonResponse(await perform(call, at))
      } catch (error) {
        if (error instanceof KmsRefusal) return refusalResponse(error, errorPrefix)
        throw error
      }
    },
    failure: (kind) => refusalResponse(FAILURES[kind], errorPrefix),
    corrupted: (members) => withTurnedBit(members, 'Plaintext', 'CiphertextBlob'),
  })

  const aliasName = 'alias/waxseal'
  const keyArn = control.createKey({ description: 'there from the start' })
  control.createAlias(aliasName, keyArn)
  return Object.freeze({
    ...service,
    ...control,
    region,
    accountId,
    keyArn,
    aliasName,
    credentials: first ? credentials.add(first) : credentials.create(),
    createCredentials: credentials.create,
    deleteCredentials: credentials.remove,
    deny: (denial: AwsDenial = {}) => void denials.push(Object.freeze({ ...denial })),
    allow: () => void denials.splice(0),
  })
}

const FAILURES = {
  throttled: new KmsRefusal('ThrottlingException', 'Rate exceeded'),
  server_error: new KmsRefusal('KMSInternalException', 'An internal exception occurred.'),
  unavailable: new KmsRefusal('ServiceUnavailableException', 'The service is unavailable.'),
}
