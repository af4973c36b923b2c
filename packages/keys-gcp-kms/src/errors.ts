import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { openFailed } from '@waxseal/core/keys'

/** What Google says by the name of a status, in the order of its gRPC codes from 1 on. HTTP statuses tell less: several are 400. */
const CODES: Readonly<Record<string, WaxsealErrorCode>> = {
  CANCELLED: 'provider_unavailable',
  UNKNOWN: 'provider_unavailable',
  INVALID_ARGUMENT: 'config',
  DEADLINE_EXCEEDED: 'timeout',
  NOT_FOUND: 'key_not_found',
  ALREADY_EXISTS: 'config',
  PERMISSION_DENIED: 'access_denied',
  RESOURCE_EXHAUSTED: 'throttled',
  FAILED_PRECONDITION: 'key_suspended',
  ABORTED: 'provider_unavailable',
  OUT_OF_RANGE: 'config',
  UNIMPLEMENTED: 'config',
  INTERNAL: 'provider_unavailable',
  UNAVAILABLE: 'provider_unavailable',
  DATA_LOSS: 'provider_unavailable',
  UNAUTHENTICATED: 'access_denied',
}

/** What the token endpoint says (RFC 6749, section 5.2). */
const GRANT_CODES: Readonly<Record<string, WaxsealErrorCode>> = {
  invalid_grant: 'access_denied',
  invalid_client: 'access_denied',
  unauthorized_client: 'access_denied',
  access_denied: 'access_denied',
}

/** Where tokens are had there is often no more than the status. */
const byStatus = (status: number): WaxsealErrorCode => {
  if (status >= 500 || status === 408) return 'provider_unavailable'
  return status === 429 ? 'throttled' : status === 401 || status === 403 ? 'access_denied' : 'config'
}

/** Throws `config`, with the service's name before the message. */
export function config(message: string): never {
  throw new WaxsealError('config', `Google Cloud KMS: ${message}`)
}

/** What came is not what Cloud KMS answers. */
export const incomplete = (): never => {
  throw new WaxsealError('provider_unavailable', 'Google Cloud KMS answered incompletely')
}

/** Something was changed on its way there or back: worth another try, as the service advises. */
export const damaged = (): never => {
  throw new WaxsealError('provider_unavailable', 'Google Cloud KMS: a checksum does not match')
}

/** The code for a status whose meaning depends on the text, as this service writes it. */
function byText(name: string, message: string): WaxsealErrorCode | undefined {
  // A part of a resource name is not what is looked for.
  if (name === 'FAILED_PRECONDITION') return /(?<![\w/-])DESTROYED(?![\w/-])/.test(message) ? 'key_destroyed' : undefined
  if (name !== 'INVALID_ARGUMENT') return undefined
  // Another associated data, another key and a damaged ciphertext are not told apart.
  if (/\bDecryption failed\b/.test(message)) return 'open_failed'
  return /\bchecksum\b|crc32c\b/.test(message) ? 'provider_unavailable' : undefined
}

/**
 * Our error for a status of Google. One that is not known is a refusal to go on; none at all is the word of something before it (a proxy,
 * a load balancer), which says nothing of the key.
 */
export function kmsError(name: string, message: string, status: number | undefined, retryAfterMs?: number): WaxsealError {
  const known = Object.hasOwn(CODES, name) ? CODES[name] : undefined
  const foreign = name === '' || status === undefined ? 'provider_unavailable' : byStatus(status)
  const code = byText(name, message) ?? known ?? (status === 429 ? 'throttled' : foreign)
  const shown = known ? name : `status ${status ?? 'unknown'}`
  return code === 'open_failed' ? openFailed() : new WaxsealError(code, `Google Cloud KMS: ${shown}`, { retryAfterMs })
}

/** Our error for an answer without a token. */
export function tokenError(service: string, error: unknown, status: number, retryAfterMs?: number): WaxsealError {
  const name = typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? error : ''
  const code = Object.hasOwn(GRANT_CODES, name) ? GRANT_CODES[name]! : byStatus(status)
  return new WaxsealError(code, `${service} gave no token: ${name || `status ${status}`}`, { retryAfterMs })
}

/**
 * Our error for whatever a client throws. Google's has the number of a gRPC status; over REST, in version 5, that of an HTTP one, and
 * the answer as its message.
 */
export function fromClient(error: unknown): WaxsealError {
  if (WaxsealError.is(error)) return error
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  const text = typeof message === 'string' ? message : ''
  if (Number(code) >= 100) {
    const { status, message: said } = answered(text)
    if (typeof status === 'string') return kmsError(status, String(said), Number(code))
    // Of where the client has its tokens.
    return new WaxsealError(byStatus(Number(code)), `Google Cloud KMS: status ${Number(code)}`)
  }
  const name = typeof code === 'number' ? Object.keys(CODES)[code - 1] : code
  return kmsError(typeof name === 'string' ? name : '', text, undefined)
}

function answered(text: string): { readonly status?: unknown; readonly message?: unknown } {
  try {
    return JSON.parse(text).error ?? {}
  } catch {
    return {}
  }
}
