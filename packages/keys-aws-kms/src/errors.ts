import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { openFailed } from '@waxseal/core/keys'

/**
 * What KMS says, by the name of its exception and never by HTTP status: the reference and the service differ there. Throttling comes
 * as 400.
 */
const CODES: Readonly<Record<string, WaxsealErrorCode>> = {
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  TooManyRequestsException: 'throttled',
  LimitExceededException: 'throttled',
  RequestLimitExceeded: 'throttled',
  KMSInternalException: 'provider_unavailable',
  KeyUnavailableException: 'provider_unavailable',
  DependencyTimeoutException: 'provider_unavailable',
  InternalFailure: 'provider_unavailable',
  InternalServerError: 'provider_unavailable',
  ServiceUnavailable: 'provider_unavailable',
  ServiceUnavailableException: 'provider_unavailable',
  RequestTimeout: 'provider_unavailable',
  AccessDeniedException: 'access_denied',
  KMSInvalidGrantTokenException: 'access_denied',
  InvalidGrantTokenException: 'access_denied',
  NotAuthorized: 'access_denied',
  OptInRequired: 'access_denied',
  ExpiredTokenException: 'access_denied',
  ExpiredToken: 'access_denied',
  UnrecognizedClientException: 'access_denied',
  InvalidClientTokenId: 'access_denied',
  InvalidSignatureException: 'access_denied',
  SignatureDoesNotMatch: 'access_denied',
  IncompleteSignature: 'access_denied',
  MissingAuthenticationTokenException: 'access_denied',
  RequestTimeTooSkewed: 'access_denied',
  RequestExpired: 'access_denied',
  CredentialsProviderError: 'access_denied',
  NotFoundException: 'key_not_found',
  DisabledException: 'key_suspended',
  KMSInvalidStateException: 'key_suspended',
  InvalidCiphertextException: 'open_failed',
  IncorrectKeyException: 'open_failed',
  InvalidKeyUsageException: 'config',
  UnsupportedOperationException: 'config',
  UnknownOperationException: 'config',
  ValidationException: 'config',
  SerializationException: 'config',
  InvalidArnException: 'config',
  AbortError: 'aborted',
  TimeoutError: 'timeout',
}

/** Throws `config`, with the service's name before the message. */
export function config(message: string): never {
  throw new WaxsealError('config', `AWS KMS: ${message}`)
}

/** What came is not what KMS answers. */
export const incomplete = (): never => {
  throw new WaxsealError('provider_unavailable', 'AWS KMS answered incompletely')
}

/** Clocks that differ; the request is signed again by the service's. */
export const isSkew = (name: string, message: string): boolean =>
  name === 'RequestTimeTooSkewed' ||
  name === 'RequestExpired' ||
  (name === 'InvalidSignatureException' && /^Signature (expired|not yet current)/.test(message))

/** Credentials that are worth fetching again. */
export const isStaleCredential = (name: string): boolean =>
  [
    'ExpiredTokenException',
    'ExpiredToken',
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'InvalidSignatureException',
  ].includes(name)

/** Our error for an exception of KMS; what is not known is an outage where the service failed, else a refusal to go on. */
export function kmsError(name: string, status: number | undefined, retryAfterMs?: number): WaxsealError {
  const known = Object.hasOwn(CODES, name) ? CODES[name] : undefined
  // Without a name it is the word of something before KMS (a proxy, a load balancer), which says nothing of the key.
  const outage = name === '' || status === undefined || status >= 500
  const code = known ?? (status === 429 ? 'throttled' : outage ? 'provider_unavailable' : 'config')
  const shown = /^[A-Za-z]{1,64}$/.test(name) ? name : `status ${status ?? 'unknown'}`
  return code === 'open_failed' ? openFailed() : new WaxsealError(code, `AWS KMS: ${shown}`, { retryAfterMs })
}

/** Our error for whatever a client throws. */
export function fromClient(error: unknown): WaxsealError {
  if (WaxsealError.is(error)) return error
  const { name, $metadata } = (error ?? {}) as { name?: unknown; $metadata?: { httpStatusCode?: number } }
  return kmsError(typeof name === 'string' ? name : '', $metadata?.httpStatusCode)
}
