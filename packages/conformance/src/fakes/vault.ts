import { WaxsealError } from '@waxseal/core'
import { freshBytes, toBase64url } from './encoding.js'
import { isLoopback, Refusal } from './exchange.js'
import { serviceFetch } from './service-fetch.js'
import { corruptAnswer } from './vault/corrupt.js'
import type { FakeVault, FakeVaultOptions, VaultPlace, VaultTokenOptions } from './vault/fake-vault.js'
import { changeVersions, type KvMount, writeVersion } from './vault/kv-secret.js'
import { type Namespace, newMount, newNamespace, trimSlashes } from './vault/namespace.js'
import { errorReply } from './vault/reply.js'
import { type VaultServer, vaultAnswer, vaultOperation } from './vault/server.js'
import { tokenStore } from './vault/tokens.js'
import { configure } from './vault/transit-admin.js'
import { addVersion, newTransitKey, type TransitKey, type TransitMount } from './vault/transit-key.js'

const config = (message: string): never => {
  throw new WaxsealError('config', `fake vault: ${message}`)
}

/**
 * A Vault server that has nothing but a root token: mount engines, write policies, make keys.
 *
 * @example
 * const vault = createFakeVault()
 * vault.mount('transit', 'transit')
 * vault.createKey('orders')
 * vault.setPolicy('app', { 'transit/encrypt/orders': ['update'], 'transit/decrypt/orders': ['update'] })
 * const token = vault.createToken({ policies: ['app'] })
 * await vault.fetch(`${vault.address}/v1/transit/encrypt/orders`, {
 *   method: 'POST',
 *   headers: { 'X-Vault-Token': token },
 *   body: JSON.stringify({ plaintext: 'aGVsbG8=' }),
 * })
 */
export function createFakeVault({
  address = 'https://vault.test:8200',
  activeAddress = 'https://vault-active.test:8200',
  flavor = 'vault',
  now = Date.now,
}: FakeVaultOptions = {}): FakeVault {
  if (!URL.canParse(address) || !URL.canParse(activeAddress)) config('address and activeAddress are URLs')
  const origins = [new URL(address).origin, new URL(activeAddress).origin]
  const namespaces = new Map([['', newNamespace('')]])
  const tokens = tokenStore()
  const server: VaultServer = { flavor, activeAddress: origins[1]!, namespaces, tokens, state: 'active', behind: false }
  const rootLease = { ttlSeconds: 0, maxTtlSeconds: 0, renewable: false }
  const rootToken = `hvs.${toBase64url(freshBytes(18))}`
  tokens.issue({ namespace: '', policies: ['root'], path: 'auth/token/root', ...rootLease }, now(), rootToken)

  const namespaceOf = (name = ''): Namespace => namespaces.get(trimSlashes(name)) ?? config(`no namespace ${name}`)
  const kv = ({ mount = 'secret', namespace }: VaultPlace = {}): KvMount => {
    const found = namespaceOf(namespace).mounts.get(`${trimSlashes(mount)}/`)
    return found?.type === 'kv' ? found : config(`no kv engine at ${mount}`)
  }
  const transit = ({ mount = 'transit', namespace }: VaultPlace = {}): TransitMount => {
    const found = namespaceOf(namespace).mounts.get(`${trimSlashes(mount)}/`)
    return found?.type === 'transit' ? found : config(`no transit engine at ${mount}`)
  }
  const keyOf = (name: string, place?: VaultPlace): TransitKey => transit(place).keys.get(name) ?? config(`no key ${name}`)
  const lease = ({ ttlSeconds = 3600, maxTtlSeconds = 0, renewable = true }: VaultTokenOptions) => {
    for (const seconds of [ttlSeconds, maxTtlSeconds])
      if (!Number.isFinite(seconds) || seconds < 0) config('ttlSeconds and maxTtlSeconds are seconds')
    return { ttlSeconds, maxTtlSeconds, renewable }
  }

  return Object.freeze<FakeVault>({
    name: 'vault',
    address: origins[0]!,
    rootToken,
    ...serviceFetch({
      name: 'vault',
      now,
      listens: (url) => origins.includes(url.origin) || isLoopback(url),
      operation: (method, url) => vaultOperation(server, method, url),
      answer: (exchange) => vaultAnswer(server, exchange),
      corrupt: corruptAnswer,
      refuse(fault, { url }) {
        if (fault.kind === 'server_error') return errorReply(500, 'internal error')
        if (fault.kind === 'unavailable') return errorReply(500, 'local node not active but active cluster node not found')
        const reply = errorReply(429, `request path "${url.pathname.replace(/^\/v1\//, '')}": rate limit quota exceeded`)
        const { retryAfterSeconds: seconds } = fault
        return seconds === undefined ? reply : { ...reply, headers: { ...reply.headers, 'retry-after': String(seconds) } }
      },
    }),

    setState(state, { behind = false } = {}) {
      server.state = state
      server.behind = behind
    },
    createNamespace(name) {
      if (namespaces.has(trimSlashes(name))) config(`namespace ${name} is there already`)
      namespaces.set(trimSlashes(name), newNamespace(trimSlashes(name)))
    },
    mount(path, type, { namespace } = {}) {
      const { mounts } = namespaceOf(namespace)
      const at = `${trimSlashes(path)}/`
      if (at === '/' || mounts.has(at)) config(`nothing can be mounted at ${at}`)
      mounts.set(at, newMount(type))
    },
    setPolicy: (name, rules, { namespace } = {}) => void namespaceOf(namespace).policies.set(name, { ...rules }),

    createToken(options = {}) {
      const { name } = namespaceOf(options.namespace)
      const { policies = [] } = options
      return tokens.issue({ namespace: name, policies, path: 'auth/token/create', ...lease(options) }, now()).id
    },
    revokeToken: (token) => tokens.revoke(token),
    createAppRole(options = {}) {
      const { policies = [], secretIdUses = 0, namespace } = options
      const [roleId, secretId] = [crypto.randomUUID(), crypto.randomUUID()]
      const secretIds = new Map([[secretId, secretIdUses || Number.POSITIVE_INFINITY]])
      namespaceOf(namespace).appRoles.push({ roleId, policies, secretIds, ...lease(options) })
      return { roleId, secretId }
    },
    createKubernetesRole(name, options) {
      const { policies = [], jwts, namespace } = options
      namespaceOf(namespace).kubernetesRoles.set(name, { policies, jwts: new Set(jwts), ...lease(options) })
    },

    writeSecret(path, data, place) {
      const mount = kv(place)
      writeVersion(mount, path, data, now())
      return mount.secrets.get(path)!.current
    },
    deleteSecret: (path, versions, place) => changeVersions(kv(place), path, versions, 'delete', now()),
    undeleteSecret: (path, versions, place) => changeVersions(kv(place), path, versions, 'undelete', now()),
    destroySecret: (path, versions, place) => changeVersions(kv(place), path, versions, 'destroy', now()),

    createKey(name, { type = 'aes256-gcm96', derived = false, ...place } = {}) {
      const { keys } = transit(place)
      if (keys.has(name)) config(`key ${name} is there already`)
      keys.set(
        name,
        asConfig(() => newTransitKey(name, type, derived, now())),
      )
    },
    rotateKey(name, place) {
      const key = keyOf(name, place)
      addVersion(key, now())
      return key.versions.length
    },
    configureKey: (name, change, place) => asConfig(() => configure(keyOf(name, place), change)),
    softDeleteKey(name, place) {
      keyOf(name, place).softDeleted = true
    },
    restoreKey(name, place) {
      keyOf(name, place).softDeleted = false
    },
    deleteKey(name, place) {
      transit(place).keys.delete(keyOf(name, place).name)
    },
    setUpsert(allowed, place) {
      transit(place).disableUpsert = !allowed
    },
  })
}

/**
 * A Vault server as `vault server -dev` starts it, and with transit: the key/value engine at `secret`, transit at `transit`,
 * both open to the root token.
 *
 * @example
 * const vault = createFakeDevVault()
 * vault.writeSecret('waxseal/root', { key: generateKey() })
 */
export function createFakeDevVault(options?: FakeVaultOptions): FakeVault {
  const vault = createFakeVault(options)
  vault.mount('secret', 'kv')
  vault.mount('transit', 'transit')
  return vault
}

// What the server would refuse is a mistake of the test where the test asks for it.
function asConfig<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return config((error.reply.body as { errors: string[] }).errors[0] ?? 'refused')
  }
}
