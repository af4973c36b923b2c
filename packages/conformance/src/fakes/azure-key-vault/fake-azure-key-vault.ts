import { toBase64Url } from '../base64.js'
import { randomBytes } from '../bytes.js'
import { respond, responseOf } from '../exchange.js'
import { createServiceFake, type ServiceFake } from '../service-fake.js'
import { withTurnedBits } from './corrupt.js'
import { type AzureKeyControl, config, createKeyControl } from './key-control.js'
import type { AzurePermission } from './operations.js'
import { failureOf } from './reply.js'
import { type AzureServer, azureAnswer, azureOperation, azurePlace, type DeniedCode, isStore, type KeyStore } from './server.js'
import { AUDIENCES, azureTokens } from './tokens.js'

export interface FakeAzureKeyVaultOptions {
  /** Default `https://waxseal.vault.azure.net`. */
  readonly vaultUrl?: string
  /** Default `https://waxseal.managedhsm.azure.net`. */
  readonly hsmUrl?: string
  /** Default: a new one, and the same for the two below. */
  readonly tenantId?: string
  /** The application that gets tokens by client credentials. */
  readonly clientId?: string
  readonly clientSecret?: string
  /** The `IDENTITY_ENDPOINT` of App Service. Default `http://169.254.130.9:8081/msi/token`. */
  readonly identityEndpoint?: string
  /** Whether RSA-OAEP with SHA-1 is done, too. Default false. */
  readonly weakAlgorithms?: boolean
  /** How long tokens last, in seconds. Default 3,599. */
  readonly tokenLifetimeSeconds?: number
  /** The service's clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number
}

export interface AzureTokenOptions {
  /** `vault`, `managed-hsm` or the URL of another resource. Default `vault`. */
  readonly audience?: string
  readonly lifetimeSeconds?: number
  /** Default: the application. */
  readonly clientId?: string
  readonly tenantId?: string
}

/**
 * Key Vault and Managed HSM, with what hands out tokens for them: Entra ID, the metadata of virtual machines and App Service.
 * They are told apart by host or, on a loopback address, by path: there the HSM's paths begin with `/managedhsm`.
 */
export interface FakeAzureKeyVault extends ServiceFake, AzureKeyControl {
  readonly vaultUrl: string
  readonly hsmUrl: string
  readonly tenantId: string
  /** The application that gets tokens by client credentials. */
  readonly clientId: string
  readonly clientSecret: string
  /** The managed identity. */
  readonly managedClientId: string
  readonly identityEndpoint: string
  /** What App Service puts into `IDENTITY_HEADER`. */
  readonly identityHeader: string
  /** A token that was not asked for over HTTP. */
  issueToken(options?: AzureTokenOptions): string
  /** Accepts an assertion of workload identity, and from then on none that was accepted before. */
  setFederatedAssertion(assertion: string): void
  /** What a client may do from now on. Default everything. `code` is the inner code of the refusal, default `ForbiddenByPolicy`. */
  setAccess(clientId: string, permissions: readonly AzurePermission[], options?: { readonly code?: DeniedCode }): void
  setFirewall(blocks: boolean): void
}

/**
 * A key vault and a managed HSM without keys, and the endpoints that hand out tokens for them.
 *
 * @example
 * const azure = createFakeAzureKeyVault()
 * const { kid } = await azure.createKey('orders')
 * await azure.fetch(`${kid}/wrapkey?api-version=7.4`, {
 *   method: 'POST',
 *   headers: { 'content-type': 'application/json', authorization: `Bearer ${azure.issueToken()}` },
 *   body: JSON.stringify({ alg: 'RSA-OAEP-256', value: 'AAECAwQFBgcICQoLDA0ODw' }),
 * })
 */
export function createFakeAzureKeyVault({
  vaultUrl = 'https://waxseal.vault.azure.net',
  hsmUrl = 'https://waxseal.managedhsm.azure.net',
  tenantId = crypto.randomUUID(),
  clientId = crypto.randomUUID(),
  clientSecret = toBase64Url(randomBytes(30)),
  identityEndpoint = 'http://169.254.130.9:8081/msi/token',
  weakAlgorithms = false,
  tokenLifetimeSeconds = 3599,
  now = Date.now,
}: FakeAzureKeyVaultOptions = {}): FakeAzureKeyVault {
  if (!(tokenLifetimeSeconds > 0)) config('tokenLifetimeSeconds is a number of seconds')
  for (const id of [tenantId, clientId]) if (!UUID.test(id)) config('tenantId and clientId are UUIDs')
  const [managedClientId, identityHeader] = [crypto.randomUUID(), toBase64Url(randomBytes(30))]
  const urls = { vault: originOf('vaultUrl', vaultUrl), 'managed-hsm': originOf('hsmUrl', hsmUrl) }
  const tokens = azureTokens()
  const assertions = new Set<string>()
  const store = (kind: KeyStore['kind']): KeyStore => ({ kind, keys: new Map(), weakAlgorithms })
  const server: AzureServer = {
    vaultUrl: urls.vault,
    hsmUrl: urls['managed-hsm'],
    identityEndpoint,
    stores: { vault: store('vault'), 'managed-hsm': store('managed-hsm') },
    identities: { tenantId, clientId, clientSecret, assertions, managedClientId, identityHeader, tokenLifetimeSeconds, tokens },
    access: new Map(),
    firewalled: false,
  }
  const service = createServiceFake({
    name: 'azure-key-vault',
    now,
    listens: ({ url }) => azurePlace(server, url) !== undefined,
    operationOf: (call) => azureOperation(server, call),
    answer: (call, at) => respond(() => azureAnswer(server, { ...call, now: at })),
    failure: (kind, { url }) => responseOf(failureOf(kind, isStore(azurePlace(server, url)) ? 'keys' : 'tokens')),
    corrupted: withTurnedBits,
  })
  return Object.freeze({
    ...service,
    ...createKeyControl(server.stores, urls, now),
    vaultUrl: server.vaultUrl,
    hsmUrl: server.hsmUrl,
    tenantId,
    clientId,
    clientSecret,
    managedClientId,
    identityEndpoint,
    identityHeader,
    issueToken({ audience = 'vault', lifetimeSeconds = tokenLifetimeSeconds, ...options }: AzureTokenOptions = {}) {
      const named = Object.hasOwn(AUDIENCES, audience) ? AUDIENCES[audience as KeyStore['kind']] : audience
      const [notBefore, expires] = [now(), now() + lifetimeSeconds * 1000]
      return tokens.issue({ clientId, tenantId, ...options, audience: named, notBefore, expires })
    },
    setFederatedAssertion(assertion: string) {
      assertions.clear()
      assertions.add(assertion)
    },
    setAccess(client: string, permissions: readonly AzurePermission[], options: { readonly code?: DeniedCode } = {}) {
      server.access.set(client, { permissions, code: options.code ?? 'ForbiddenByPolicy' })
    },
    setFirewall(blocks: boolean) {
      server.firewalled = blocks
    },
  })
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const originOf = (name: string, url: string): string => (URL.canParse(url) ? new URL(url).origin : config(`${name} is a URL`))
