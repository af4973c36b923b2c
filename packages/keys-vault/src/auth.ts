import type { KeyCall } from '@waxseal/core'
import { type Environment, isToken, obtained, readTextFile } from '@waxseal/core/keys'
import { familyOf, pathOf } from './address.js'
import type { SendToVault } from './client.js'
import { config, loginError, vaultError } from './errors.js'
import { type Lease, type Login, leaseOf } from './lease.js'

/** A token of Vault that somebody else got, and for how long it is good. */
export interface VaultToken {
  readonly token: string
  /** Milliseconds from now; Infinity for a token without end. */
  readonly expiresInMs: number
}

/** How a token is had. */
export type VaultAuth =
  | { readonly method: 'token'; readonly token: string }
  | {
      readonly method: 'approle'
      readonly roleId: string
      readonly secretId: string
      /** Default `approle`. */
      readonly mount?: string | undefined
    }
  | {
      readonly method: 'kubernetes'
      readonly role: string
      /** The service account's token, or what reads it; asked at every log-in. Default: the file at `jwtPath`. */
      readonly jwt?: string | (() => string | Promise<string>) | undefined
      /** Default `/var/run/secrets/kubernetes.io/serviceaccount/token`. */
      readonly jwtPath?: string | undefined
      /** Default `kubernetes`. */
      readonly mount?: string | undefined
    }
  /** For any other method of log-in: asked again before the token expires, and when it is refused. */
  | (() => VaultToken | Promise<VaultToken>)

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token'
const TOKEN_FILE = "Vault: the file of the service account's token"

/** Checks how tokens are had, and makes a log-in of it; nothing is asked. */
export function authOf(auth: VaultAuth | undefined, env: Environment, send: SendToVault): Login {
  if (typeof auth === 'function') return { again: true, run: () => supplied(auth) }
  const given = auth ?? { method: 'token', token: familyOf(env).token ?? config(NEEDED) }
  switch (given.method) {
    case 'token': {
      const { token } = given
      if (!isToken(token)) return config('a token is of printable characters')
      return { again: false, run: (call) => lookedUp(send, token, call) }
    }
    case 'approle': {
      const [role_id, secret_id] = [text('roleId', given.roleId), text('secretId', given.secretId)]
      return { again: true, run: loggedIn(send, given.mount ?? 'approle', async () => ({ role_id, secret_id })) }
    }
    case 'kubernetes': {
      const role = text('role', given.role)
      const { jwt, jwtPath = SERVICE_ACCOUNT, mount = 'kubernetes' } = given
      const read = jwt === undefined ? () => readTextFile(jwtPath, TOKEN_FILE) : typeof jwt === 'function' ? jwt : () => jwt
      return { again: true, run: loggedIn(send, mount, async () => ({ role, jwt: await secretOf(read) })) }
    }
    default:
      return config("auth is of method 'token', 'approle' or 'kubernetes', or a function")
  }
}

const NEEDED = 'a token is needed: auth, or VAULT_TOKEN in env, or BAO_TOKEN beside BAO_ADDR'

const text = (name: string, value: unknown): string =>
  isToken(value) ? value : config(`${name} is text of printable characters without spaces`)

const secretOf = async (read: () => string | Promise<string>): Promise<string> => {
  const jwt = await obtained('Vault', read)
  return text('jwt', typeof jwt === 'string' ? jwt.trim() : jwt)
}

async function supplied(get: () => VaultToken | Promise<VaultToken>): Promise<Lease> {
  const { token, expiresInMs } = (await obtained('Vault', get)) ?? {}
  if (!(expiresInMs > 0)) config('a token comes with expiresInMs, its milliseconds from now')
  return { token: text('token', token), ttlMs: expiresInMs, renewable: false }
}

function loggedIn(send: SendToVault, mount: string, credentials: () => Promise<Record<string, string>>) {
  const path = `auth/${pathOf('mount', mount)}/login`
  return async ({ signal }: KeyCall): Promise<Lease> => {
    const { status, json, retryAfterMs } = await send({ path, body: await credentials() }, undefined, signal)
    if (status !== 200) throw loginError(status, json, retryAfterMs)
    return leaseOf((json as { auth?: unknown } | null)?.auth)
  }
}

/** How long a token lives that was handed to us, where it may ask; else it is used until it is refused. */
async function lookedUp(send: SendToVault, token: string, { signal }: KeyCall): Promise<Lease> {
  const response = await send({ path: 'auth/token/lookup-self' }, token, signal)
  const { status, json, retryAfterMs } = response
  if (status !== 200) {
    const error = vaultError(status, json, retryAfterMs)
    if (error.retryable) throw error
    return { token, ttlMs: Number.POSITIVE_INFINITY, renewable: false }
  }
  const { ttl, renewable } = ((json as { data?: unknown } | null)?.data ?? {}) as { ttl?: unknown; renewable?: unknown }
  return leaseOf({ client_token: token, lease_duration: ttl, renewable })
}
