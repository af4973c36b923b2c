import type { KeyCall } from '@waxseal/core'
import { type AccessTokens, fromBase64url, requestService, toBase64url } from '@waxseal/core/keys'
import { incomplete, member, vaultError } from './errors.js'
import { type KeyName, type KeyVersion, type Vault, versionOf } from './vault.js'

/** A key version as the vault shows it. */
export interface VaultKey {
  readonly version: string
  readonly enabled: boolean
  /** The public part, with Azure's names of key types: RSA, RSA-HSM, EC, EC-HSM, oct-HSM. */
  readonly jwk: unknown
}

export type KeyOperation = 'wrapkey' | 'unwrapkey' | 'encrypt' | 'decrypt' | 'sign'

/** The few calls of Key Vault that are made. */
export interface VaultClient {
  getKey(key: KeyName, call: KeyCall): Promise<VaultKey>
  /** `input` is sent as base64url; `answered` tells which members of the answer are bytes, and wanted. */
  operate<Name extends 'value' | 'iv' | 'tag'>(
    operation: KeyOperation,
    key: KeyVersion,
    input: { readonly alg: string } & Readonly<Record<string, string | Uint8Array>>,
    answered: readonly Name[],
    call: KeyCall,
  ): Promise<Readonly<Record<Name, Uint8Array>>>
}

export interface VaultClientOptions {
  readonly vault: Vault
  readonly tokens: AccessTokens
  readonly fetch: typeof globalThis.fetch
}

const API_VERSION = '7.4'

/** Key Vault over fetch. Asked once more with a fresh token where it did not take the one it got; its challenge is not read. */
export function fetchClient({ vault, tokens, fetch }: VaultClientOptions): VaultClient {
  async function send(path: string, body: string | undefined, opens: boolean, call: KeyCall, again = true): Promise<unknown> {
    const token = await tokens.get(call)
    const answer = await requestService({
      service: 'Azure Key Vault',
      fetch,
      url: `${vault.endpoint}/keys/${path}?api-version=${API_VERSION}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body,
      signal: call.signal,
    })
    if (answer.status === 200) return answer.json
    if (answer.status === 401) {
      tokens.drop(token)
      if (again && (await tokens.get(call)) !== token) return send(path, body, opens, call, false)
    }
    return vaultError(answer.status, answer.json, { opens, retryAfterMs: answer.retryAfterMs })
  }

  return {
    async getKey(key, call) {
      const path = key.version === undefined ? key.name : `${key.name}/${key.version}`
      const answer = await send(path, undefined, false, call)
      const jwk = member(answer, 'key')
      return {
        version: versionOf(vault, member(jwk, 'kid'), key),
        enabled: member(member(answer, 'attributes'), 'enabled') === true,
        jwk,
      }
    },
    async operate(operation, key, input, answered, call) {
      const encoded = Object.entries(input).map(([name, value]) => [name, typeof value === 'string' ? value : toBase64url(value)])
      const opens = operation === 'unwrapkey' || operation === 'decrypt'
      const path = `${key.name}/${key.version}/${operation}`
      const answer = await send(path, JSON.stringify(Object.fromEntries(encoded)), opens, call)
      versionOf(vault, member(answer, 'kid'), key)
      const bytes = answered.map((name) => [name, fromBase64url(member(answer, name)) ?? incomplete()])
      return Object.fromEntries(bytes)
    },
  }
}
