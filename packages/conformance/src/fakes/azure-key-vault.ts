import { WaxsealError } from '@waxseal/core'
import { corruptAnswer } from './azure-key-vault/corrupt.js'
import type {
  AzureKeyPlace,
  AzureKeyVersionPlace,
  FakeAzureKeyVault,
  FakeAzureKeyVaultOptions,
} from './azure-key-vault/fake-azure-key-vault.js'
import { type AzureKey, type AzureKeyVersion, addKeyVersion } from './azure-key-vault/key.js'
import { makeKey } from './azure-key-vault/key-creation.js'
import { errorReply } from './azure-key-vault/reply.js'
import { type AzureServer, azureAnswer, azureOperation, azurePlace, type KeyStore } from './azure-key-vault/server.js'
import { AUDIENCES, azureTokens } from './azure-key-vault/tokens.js'
import { freshBytes, toBase64url } from './encoding.js'
import { Refusal, type Reply } from './exchange.js'
import { serviceFetch } from './service-fetch.js'

const config = (message: string): never => {
  throw new WaxsealError('config', `fake Azure Key Vault: ${message}`)
}

const originOf = (name: string, url: string): string => (URL.canParse(url) ? new URL(url).origin : config(`${name} is a URL`))

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
  identityEndpoint = 'http://169.254.130.9:8081/msi/token',
  weakAlgorithms = false,
  tokenLifetimeSeconds = 3599,
  now = Date.now,
}: FakeAzureKeyVaultOptions = {}): FakeAzureKeyVault {
  if (!(tokenLifetimeSeconds > 0)) config('tokenLifetimeSeconds is a number of seconds')
  const [tenantId, clientId, managedClientId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  const [clientSecret, identityHeader] = [toBase64url(freshBytes(30)), toBase64url(freshBytes(30))]
  const tokens = azureTokens()
  const assertions = new Set<string>()
  const store = (kind: KeyStore['kind']): KeyStore => ({ kind, keys: new Map(), weakAlgorithms })
  const server: AzureServer = {
    vaultUrl: originOf('vaultUrl', vaultUrl),
    hsmUrl: originOf('hsmUrl', hsmUrl),
    identityEndpoint,
    stores: { vault: store('vault'), 'managed-hsm': store('managed-hsm') },
    identities: { tenantId, clientId, clientSecret, assertions, managedClientId, identityHeader, tokenLifetimeSeconds, tokens },
    access: new Map(),
    firewalled: false,
  }
  const baseOf = (kind: KeyStore['kind']): string => (kind === 'vault' ? server.vaultUrl : server.hsmUrl)
  const keyOf = (name: string, { store: kind = 'vault' }: AzureKeyPlace = {}): AzureKey =>
    server.stores[kind].keys.get(name.toLowerCase()) ?? config(`no key ${name} in the ${kind}`)
  const versionsOf = (name: string, { version, ...place }: AzureKeyVersionPlace = {}): AzureKeyVersion[] => {
    const found = keyOf(name, place).versions.filter((candidate) => version === undefined || candidate.version === version)
    return found.length > 0 ? found : config(`no version ${version} of key ${name}`)
  }
  const identified = (kind: KeyStore['kind'], { name }: AzureKey, { version }: AzureKeyVersion) => ({
    kid: `${baseOf(kind)}/keys/${name}/${version}`,
    version,
  })
  const update: FakeAzureKeyVault['updateKey'] = (name, { enabled, notBefore, expires, operations }, place) => {
    for (const version of versionsOf(name, place)) {
      if (enabled !== undefined) version.enabled = enabled
      if (notBefore !== undefined) version.notBefore = notBefore ?? undefined
      if (expires !== undefined) version.expires = expires ?? undefined
      if (operations !== undefined) version.operations = operations
      version.updatedAt = now()
    }
  }

  return Object.freeze<FakeAzureKeyVault>({
    name: 'azure-key-vault',
    vaultUrl: server.vaultUrl,
    hsmUrl: server.hsmUrl,
    tenantId,
    clientId,
    clientSecret,
    managedClientId,
    identityEndpoint,
    identityHeader,
    ...serviceFetch({
      name: 'azure-key-vault',
      now,
      listens: (url) => azurePlace(server, url) !== undefined,
      operation: (method, url) => azureOperation(server, method, url),
      answer: (exchange) => azureAnswer(server, exchange),
      corrupt: corruptAnswer,
      refuse(fault, { url }) {
        const at = azurePlace(server, url)?.at
        const reply = refusalOf(fault.kind, at === 'vault' || at === 'managed-hsm')
        const seconds = fault.kind === 'throttled' ? fault.retryAfterSeconds : undefined
        return seconds === undefined ? reply : { ...reply, headers: { ...reply.headers, 'retry-after': String(seconds) } }
      },
    }),

    issueToken({ audience = 'vault', lifetimeSeconds = tokenLifetimeSeconds, clientId: client = clientId, ...options } = {}) {
      const named = Object.hasOwn(AUDIENCES, audience) ? AUDIENCES[audience as keyof typeof AUDIENCES] : audience
      const [notBefore, expires] = [now(), now() + lifetimeSeconds * 1000]
      return tokens.issue({ audience: named, clientId: client, tenantId: options.tenantId ?? tenantId, notBefore, expires })
    },
    setFederatedAssertion(assertion) {
      assertions.clear()
      assertions.add(assertion)
    },
    setAccess: (client, permissions, { code = 'ForbiddenByPolicy' } = {}) =>
      void server.access.set(client, { permissions, code }),
    setFirewall(blocks) {
      server.firewalled = blocks
    },

    async createKey(name, { store: asked, kty = 'RSA', ...options } = {}) {
      const kind = asked ?? (kty === 'oct-HSM' ? 'managed-hsm' : 'vault')
      const { key, version } = await makeKey(server.stores[kind], name, { kty, ...options }, now()).catch(asConfig)
      return identified(kind, key, version)
    },
    async rotateKey(name, place = {}) {
      const key = keyOf(name, place)
      const { operations } = key.versions.at(-1)!
      return identified(place.store ?? 'vault', key, await addKeyVersion(key, { operations }, now()))
    },
    updateKey: update,
    disableKey: (name, place) => update(name, { enabled: false }, place),
    enableKey: (name, place) => update(name, { enabled: true }, place),
    deleteKey(name, { inProgress = false, ...place } = {}) {
      keyOf(name, place).state = inProgress ? 'being-deleted' : 'deleted'
    },
    recoverKey(name, place) {
      keyOf(name, place).state = 'live'
    },
    purgeKey(name, place = {}) {
      const { name: known } = keyOf(name, place)
      server.stores[place.store ?? 'vault'].keys.delete(known.toLowerCase())
    },
  })
}

function refusalOf(kind: 'throttled' | 'server_error' | 'unavailable', keys: boolean): Reply {
  if (!keys) {
    const [status, error] = {
      throttled: [429, 'too_many_requests'],
      server_error: [500, 'server_error'],
      unavailable: [503, 'temporarily_unavailable'],
    }[kind] as [number, string]
    return { status, body: { error, error_description: 'Try again later.' } }
  }
  if (kind === 'server_error') return errorReply(500, 'InternalServerError', 'The server encountered an internal error.')
  if (kind === 'unavailable') return errorReply(503, 'ServiceUnavailable', 'The service is temporarily unavailable.')
  const message = 'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached'
  return errorReply(429, 'Throttled', message)
}

// What the service would refuse is a mistake of the test where the test asks for it.
function asConfig(error: unknown): never {
  if (!(error instanceof Refusal)) throw error
  return config((error.reply.body as { error: { message: string } }).error.message)
}
