import { WaxsealError } from '@waxseal/core'
import { withTurnedBit } from '../base64.js'
import { type Call, createServiceFake, type ServiceFake } from '../service-fake.js'
import { CLOUD_SCOPES, createAccessTokens } from './access-tokens.js'
import { createKeyStore, type GcpKeyControl } from './key-store.js'
import { decrypt, encrypt, getCryptoKey } from './operations.js'
import { GoogleRefusal, googleError, plainError, refuse, refusePlainly } from './refusal.js'
import { type Route, routeOf } from './routes.js'
import { createServiceAccount, openServiceAccount, type ServiceAccount, type ServiceAccountKey } from './service-account.js'
import { exchange, metadata } from './token-servers.js'

export interface FakeGcpKmsOptions {
  /** Default `waxseal-fake`. */
  readonly projectId?: string
  /** The key file of the first service account. Default: a new one, whose key takes a moment to make. */
  readonly serviceAccount?: ServiceAccountKey
  /** How long an access token is valid. Default 3599. */
  readonly tokenLifetimeSeconds?: number
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number
}

/** What is denied; a member left out is any. */
export interface GcpDenial {
  /** The e-mail address of a service account. */
  readonly principal?: string
  /** As in `cloudkms.cryptoKeyVersions.useToDecrypt`. */
  readonly permission?: string
  readonly keyName?: string
}

export interface AccessTokenOptions {
  /** Default: the first service account. */
  readonly principal?: string
  /** Default `https://www.googleapis.com/auth/cloudkms`. */
  readonly scopes?: readonly string[]
  /** Default: `tokenLifetimeSeconds` of the fake. */
  readonly lifetimeSeconds?: number
}

export interface FakeGcpKms extends ServiceFake, GcpKeyControl {
  readonly projectId: string
  /** The content of a key file. */
  readonly serviceAccount: ServiceAccountKey
  /** Whom the metadata server speaks for. */
  readonly machineEmail: string
  /** A symmetric key that is there from the start. */
  readonly keyName: string
  /** Another service account; its key file. */
  createServiceAccount(accountId: string): Promise<ServiceAccountKey>
  /** The account's signatures and tokens are refused from now on. */
  deleteServiceAccount(email: string): void
  /** An access token without asking for one. */
  createAccessToken(options?: AccessTokenOptions): string
  /** Every access token given so far is refused from now on. */
  revokeAccessTokens(): void
  /** Requests that this describes get PERMISSION_DENIED. */
  deny(denial?: GcpDenial): void
  /** Takes every denial back. */
  allow(): void
}

/**
 * Google Cloud KMS in the process: encrypt, decrypt and cryptoKeys.get over REST v1, the token endpoint and the metadata server,
 * told apart by host and, at any other host, by path. It verifies tokens and the checksums both ways, encrypts with AES-256-GCM
 * and the associated data, and knows versions, their states and the primary one.
 *
 * @example
 * const kms = await createFakeGcpKms()
 * const keys = gcpKmsKeys({ keyName: kms.keyName, serviceAccount: kms.serviceAccount, fetch: kms.fetch })
 */
export async function createFakeGcpKms({
  projectId = 'waxseal-fake',
  serviceAccount,
  tokenLifetimeSeconds = 3599,
  now = Date.now,
}: FakeGcpKmsOptions = {}): Promise<FakeGcpKms> {
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(projectId))
    throw new WaxsealError('config', 'createFakeGcpKms: projectId has 6 to 30 lower-case letters, digits and hyphens')
  const accounts = new Map<string, ServiceAccount>()
  const machineEmail = `machine@${projectId}.iam.gserviceaccount.com`
  const accountOf = (email: string): ServiceAccount | undefined => accounts.get(email)
  const add = (account: ServiceAccount): ServiceAccountKey => {
    accounts.set(account.key.client_email, account)
    return account.key
  }
  const first = add(await (serviceAccount ? openServiceAccount(serviceAccount) : createServiceAccount(projectId, 'waxseal')))
  const tokens = createAccessTokens(accountOf)
  const tokenServer = { tokens, accountOf, lifetimeSeconds: tokenLifetimeSeconds, projectId, machineEmail }
  const keys = createKeyStore(projectId, now)
  const denials: GcpDenial[] = []

  const authorize = (principal: string) => (permission: string, keyName: string) => {
    const known = principal === machineEmail || accounts.has(principal)
    const applies = (denial: GcpDenial): boolean =>
      (denial.principal ?? principal) === principal &&
      (denial.permission ?? permission) === permission &&
      (denial.keyName ?? keyName) === keyName
    if (!known || !keyName.startsWith(`projects/${projectId}/`) || denials.some(applies))
      refuse('PERMISSION_DENIED', `Permission '${permission}' denied on resource '${keyName}' (or it may not exist).`)
  }

  async function perform(call: Call, route: Route, at: number): Promise<Response> {
    if (route.operation === 'token') return exchange(call, at, tokenServer)
    if (route.operation === 'metadata') return metadata(call, at, tokenServer)
    if (route.operation === 'unknown') return refusePlainly(404, 'The requested URL was not found on this server.')
    const surroundings = { keys, now: at, authorize: authorize(await tokens.principalOf(call, at)) }
    const request = { keyName: route.keyName, version: route.version, body: call.body }
    if (route.operation === 'GetCryptoKey') return Response.json(getCryptoKey(request, surroundings))
    const type = call.headers.get('content-type')?.split(';')[0]
    if (type !== 'application/json') refuse('INVALID_ARGUMENT', `Invalid content type: ${type ?? 'none'}`)
    return Response.json(await (route.operation === 'Encrypt' ? encrypt : decrypt)(request, surroundings))
  }

  const service = createServiceFake({
    name: 'gcp-kms',
    now,
    // Not there without TLS, nor with it at the metadata server.
    listens: (call) => !routeOf(call).wrongScheme,
    operationOf: (call) => routeOf(call).operation,
    async answer(call, at) {
      try {
        return await perform(call, routeOf(call), at)
      } catch (error) {
        if (error instanceof GoogleRefusal) return error.response()
        throw error
      }
    },
    failure: (kind, call) => FAILURES[kind](routeOf(call).operation),
    corrupted: (members) => withTurnedBit(members, 'plaintext', 'ciphertext'),
  })

  const keyName = keys.control.createKey({ cryptoKeyId: 'waxseal' })
  return Object.freeze({
    ...service,
    ...keys.control,
    projectId,
    serviceAccount: first,
    machineEmail,
    keyName,
    createServiceAccount: async (accountId: string) => add(await createServiceAccount(projectId, accountId)),
    deleteServiceAccount: (email: string) => void accounts.delete(email),
    createAccessToken({
      principal = first.client_email,
      scopes = CLOUD_SCOPES.slice(0, 1),
      lifetimeSeconds = tokenLifetimeSeconds,
    }: AccessTokenOptions = {}) {
      return tokens.issue({ email: principal, scopes, expiresAt: now() + lifetimeSeconds * 1000 })
    },
    revokeAccessTokens: tokens.revoke,
    deny: (denial: GcpDenial = {}) => void denials.push(Object.freeze({ ...denial })),
    allow: () => void denials.splice(0),
  })
}

type Failure = (operation: Route['operation']) => Response

// The token endpoint and the metadata server have forms of their own.
const failure =
  (google: () => Response, status: number, oauth: string): Failure =>
  (operation) => {
    if (operation === 'token') return Response.json({ error: oauth }, { status })
    return operation === 'metadata' ? plainError(status, oauth) : google()
  }

const FAILURES = {
  throttled: failure(() => googleError('RESOURCE_EXHAUSTED', 'Quota exceeded.'), 429, 'rate_limit_exceeded'),
  server_error: failure(() => googleError('INTERNAL', 'Internal error encountered.'), 500, 'internal_failure'),
  unavailable: failure(() => googleError('UNAVAILABLE', 'The service is unavailable.'), 503, 'temporarily_unavailable'),
}
