import type { KeyCall } from '@waxseal/core'
import { type Environment, requestService } from '@waxseal/core/keys'
import { addressOf, namespaceOf } from './address.js'
import { authOf, type VaultAuth } from './auth.js'
import { checkWarnings, config, vaultError } from './errors.js'
import { createSession } from './session.js'

/**
 * A client of Vault that makes the requests in place of this package; that of `node-vault` fits. It must follow no redirect: node-vault does,
 * and takes token and data key along.
 */
export interface VaultClient {
  read(path: string): Promise<unknown>
  write(path: string, data: Readonly<Record<string, string>>): Promise<unknown>
}

export interface VaultConnectionOptions {
  /** `https://host:port`, or loopback. Default: VAULT_ADDR or BAO_ADDR of `env`; there is no other. */
  readonly address?: string | undefined
  /** Takes `http://` beyond loopback, where something else encrypts. Default false. */
  readonly allowHttp?: boolean | undefined
  /** Default: VAULT_NAMESPACE or BAO_NAMESPACE of `env`, else none. */
  readonly namespace?: string | undefined
  /** How a token is had. Default: VAULT_TOKEN or BAO_TOKEN of `env`. */
  readonly auth?: VaultAuth | undefined
  /** Where settings are read from: process.env, a Worker's env. Nothing is read from anywhere else. */
  readonly env?: Environment | undefined
  /** Default: the runtime's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** A client of Vault, in place of address, allowHttp, namespace, auth and fetch: `nodeVault({ … })` of `node-vault`. */
  readonly client?: VaultClient | undefined
}

export interface VaultResponse {
  readonly status: number
  readonly json: unknown
  readonly retryAfterMs?: number | undefined
}

export interface VaultRequest {
  /** Below `/v1/`, encoded. */
  readonly path: string
  /** A request with a body is a POST, one without a GET. */
  readonly body?: Readonly<Record<string, string>> | undefined
}

/** Asks Vault, and answers whatever the status is. */
export type AskVault = (request: VaultRequest, call: Pick<KeyCall, 'now' | 'signal'>) => Promise<VaultResponse>

/** Sends one request under a token, or under none. */
export type SendToVault = (
  request: VaultRequest,
  token: string | undefined,
  signal: AbortSignal | undefined,
) => Promise<VaultResponse>

/** Everything that both of the package's keys ask goes through here. */
export function connectVault(options: VaultConnectionOptions): AskVault {
  const { client, env = {}, address, allowHttp, namespace, auth, fetch } = options
  if (client) {
    if ([address, allowHttp, namespace, auth, fetch].some((option) => option !== undefined))
      config('with a client, address, allowHttp, namespace, auth and fetch are its own')
    return askClient(client)
  }
  const send = sender(addressOf(options, env), namespaceOf(options, env), fetch ?? globalThis.fetch.bind(globalThis))
  const session = createSession(authOf(auth, env, send), send)

  return async (request, call) => {
    const token = await session.token(call)
    const response = await send(request, token, call.signal)
    if (response.status !== 403 || !(await session.refused(token, response, call))) return response
    const fresh = await session.token(call)
    if (fresh === token) return response
    const again = await send(request, fresh, call.signal)
    if (again.status === 403) session.inVain()
    return again
  }
}

function sender(address: string, namespace: string | undefined, fetch: typeof globalThis.fetch): SendToVault {
  return async ({ path, body }, token, signal) => {
    const response = await requestService({
      service: 'Vault',
      fetch,
      url: `${address}/v1/${path}`,
      method: body ? 'POST' : 'GET',
      headers: {
        'x-vault-request': 'true',
        ...(token === undefined ? {} : { 'x-vault-token': token }),
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
      signal,
    })
    checkWarnings(response.json)
    return response
  }
}

/** node-vault throws what is no success, with status and body in `response`. */
function askClient(client: VaultClient): AskVault {
  return async ({ path, body }) => {
    let response: VaultResponse
    try {
      response = { status: 200, json: body ? await client.write(path, body) : await client.read(path) }
    } catch (error) {
      const { statusCode, body: json } = (error as { response?: { statusCode?: unknown; body?: unknown } } | null)?.response ?? {}
      response = { status: typeof statusCode === 'number' ? statusCode : 0, json }
    }
    checkWarnings(response.json)
    return response
  }
}

/** The `data` of a success; an error of the right code for anything else. */
export function dataOf({ status, json, retryAfterMs }: VaultResponse): Readonly<Record<string, unknown>> {
  if (status !== 200) throw vaultError(status, json, retryAfterMs)
  const data = (json as { data?: unknown } | null | undefined)?.data
  if (typeof data !== 'object' || data === null) throw vaultError(0, undefined)
  return data as Record<string, unknown>
}

/** Whether nothing is there, as opposed to no engine that could say so. */
export const isAbsent = ({ status, json }: VaultResponse): boolean => {
  const errors = (json as { errors?: unknown } | null | undefined)?.errors
  return status === 404 && Array.isArray(errors) && errors.length === 0
}
