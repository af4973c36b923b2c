import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { openFailed } from '@waxseal/core/keys'

/** What Key Vault says by HTTP status: its codes (Throttled, Forbidden, KeyNotFound, …) say no more, and differ among its places. */
const STATUSES: Readonly<Record<number, WaxsealErrorCode>> = {
  400: 'config',
  401: 'access_denied',
  // By policy, role, firewall or the key's own list of operations.
  403: 'access_denied',
  404: 'key_not_found',
  405: 'config',
  // The key is being deleted, or deleted and recoverable.
  409: 'key_suspended',
  415: 'config',
  429: 'throttled',
}

/** Inner codes that say of a 403 that it is the key's, not the caller's. */
const SUSPENDED = ['KeyDisabled', 'KeyExpired', 'KeyNotYetValid']

/** Throws our error for an answer of the vault. `opens`: the request came out of an envelope, so what does not fit there is not genuine. */
export function vaultError(
  status: number,
  body: unknown,
  { opens, retryAfterMs }: { readonly opens: boolean; readonly retryAfterMs: number | undefined },
): never {
  const error = member(body, 'error')
  const name = codeOf(member(error, 'innererror') ?? member(error, 'innerError')) || codeOf(error)
  if (opens && status === 400 && name === 'BadParameter') return openFailed()
  // Without a code it is the word of something before the vault (a proxy, a gateway), which says nothing of the key.
  const own = name !== '' || status === 401 || status === 429
  const code = SUSPENDED.includes(name) ? 'key_suspended' : ((own ? STATUSES[status] : undefined) ?? 'provider_unavailable')
  return fail(code, name || `status ${status}`, retryAfterMs)
}

/** Throws our error for an answer of who gives tokens. */
export function tokenError(status: number, retryAfterMs: number | undefined): never {
  // The managed identity of a machine that has just started is not there yet: 404 and 410.
  const refused = status >= 400 && status < 500 && ![404, 408, 410].includes(status)
  const code = status === 429 ? 'throttled' : refused ? 'access_denied' : 'provider_unavailable'
  return fail(code, `no token was had, status ${status}`, retryAfterMs)
}

/** Throws, with the service's name before the message. */
export function fail(code: WaxsealErrorCode, message: string, retryAfterMs?: number): never {
  throw new WaxsealError(code, `Azure Key Vault: ${message}`, { retryAfterMs })
}

export const config = (message: string): never => fail('config', message)

/** What came is not what the service answers. */
export const incomplete = (): never => fail('provider_unavailable', 'the answer is incomplete')

/** A member of what may be anything. */
export const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined

function codeOf(error: unknown): string {
  const code = member(error, 'code')
  return typeof code === 'string' && /^[A-Za-z]{1,64}$/.test(code) ? code : ''
}
