import { toBase64Url } from '../base64.js'
import { randomBytes } from '../bytes.js'
import { isLoopback, respond, responseOf } from '../exchange.js'
import { createServiceFake, type ServiceFake } from '../service-fake.js'
import { createAccessControl, type VaultAccessControl } from './access-control.js'
import { withTurnedBits } from './corrupt.js'
import { createEngineControl, type VaultEngineControl } from './engine-control.js'
import { newNamespace } from './namespace.js'
import { config } from './place.js'
import { errorReply } from './reply.js'
import { type VaultServer, vaultAnswer, vaultOperation } from './server.js'
import type { VaultState } from './system.js'
import { tokenStore } from './tokens.js'

export interface FakeVaultOptions {
  /** Where it listens, besides loopback addresses. Default `https://vault.test:8200`. */
  readonly address?: string
  /** Where a standby sends requests to; the fake listens there too, as the active node. Default `https://vault-active.test:8200`. */
  readonly activeAddress?: string
  /** OpenBao differs: `datakey` takes associated data, and keys can be deleted softly. Default `vault`. */
  readonly flavor?: 'vault' | 'openbao'
  /** Default: a new one. */
  readonly rootToken?: string
  /** The server's clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number
}

/** A Vault or OpenBao server with the key/value (version 2) and transit engines. */
export interface FakeVault extends ServiceFake, VaultAccessControl, VaultEngineControl {
  readonly address: string
  readonly rootToken: string
  /** Sealed: 503 to all but the two of `sys`. Standby: 307 to the active address. `behind`: 412, where it is a performance standby. */
  setState(state: VaultState, options?: { readonly behind?: boolean }): void
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
  rootToken = `hvs.${toBase64Url(randomBytes(18))}`,
  now = Date.now,
}: FakeVaultOptions = {}): FakeVault {
  if (!URL.canParse(address) || !URL.canParse(activeAddress)) config('address and activeAddress are URLs')
  if (!/^[!-~]+$/.test(rootToken)) config('rootToken is of printable ASCII without spaces')
  const origins = [new URL(address).origin, new URL(activeAddress).origin]
  const namespaces = new Map([['', newNamespace('')]])
  const tokens = tokenStore()
  const server: VaultServer = { flavor, activeAddress: origins[1]!, namespaces, tokens, state: 'active', behind: false }
  const rootLease = { ttlSeconds: 0, maxTtlSeconds: 0, renewable: false }
  tokens.issue({ namespace: '', policies: ['root'], path: 'auth/token/root', ...rootLease }, now(), rootToken)
  const service = createServiceFake({
    name: 'vault',
    now,
    listens: ({ url }) => origins.includes(url.origin) || isLoopback(url),
    operationOf: (call) => vaultOperation(server, call),
    answer: (call, at) => respond(() => vaultAnswer(server, { ...call, now: at })),
    failure: (kind, { url }) => responseOf(errorReply(...FAILURES[kind](url.pathname.replace(/^\/v1\//, '')))),
    corrupted: withTurnedBits,
  })
  return Object.freeze({
    ...service,
    ...createAccessControl(namespaces, tokens, now),
    ...createEngineControl(namespaces, now),
    address: origins[0]!,
    rootToken,
    setState(state: VaultState, { behind = false }: { readonly behind?: boolean } = {}) {
      server.state = state
      server.behind = behind
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

const FAILURES: Readonly<Record<'throttled' | 'server_error' | 'unavailable', (path: string) => [number, string]>> = {
  throttled: (path) => [429, `request path "${path}": rate limit quota exceeded`],
  server_error: () => [500, 'internal error'],
  unavailable: () => [500, 'local node not active but active cluster node not found'],
}
