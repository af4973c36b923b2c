/** Every reason for which Waxseal refuses; a new one is a minor release. */
export type WaxsealErrorCode =
  | 'config'
  | 'malformed'
  | 'unsupported_version'
  | 'unsupported_suite'
  | 'unsupported_compression'
  | 'too_large'
  | 'not_serialisable'
  | 'already_sealed'
  | 'document_changed'
  | 'field_not_sealed'
  | 'plaintext_rejected'
  | 'sealing_disabled'
  | 'context_required'
  | 'scope_unsupported'
  | 'key_not_found'
  | 'key_not_resident'
  | 'key_suspended'
  | 'key_destroyed'
  | 'key_retired'
  | 'named_key_required'
  | 'open_failed'
  | 'access_denied'
  | 'throttled'
  | 'provider_unavailable'
  | 'timeout'
  | 'aborted'
  | 'fips_unavailable'
  | 'conflict'
  | 'closed'

const MARK = Symbol.for('waxseal.error')
const RETRYABLE = ['throttled', 'provider_unavailable', 'timeout', 'key_not_resident']

/**
 * The one error that Waxseal throws. Its message names the setting, the limit or the length, never a byte of plaintext or key.
 *
 * @example
 * try { await sealer.open(sealed, { context }) } catch (error) {
 *   if (WaxsealError.is(error) && error.retryable) return retryLater()
 *   throw error
 * }
 */
export class WaxsealError extends Error {
  readonly code: WaxsealErrorCode
  /** True where the same call may succeed later: throttled, provider_unavailable, timeout, key_not_resident. */
  readonly retryable: boolean
  /** Milliseconds after which the same call may be worth another try, where a key service or the circuit breaker has said so. */
  declare readonly retryAfterMs?: number

  constructor(code: WaxsealErrorCode, message: string, options?: { cause?: unknown; retryAfterMs?: number | undefined }) {
    super(message, options)
    this.code = code
    this.retryable = RETRYABLE.includes(code)
    if (options?.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
  }

  override get name(): string {
    return 'WaxsealError'
  }

  get [MARK](): true {
    return true
  }

  /** Tells a WaxsealError from anything else, also across duplicated copies of this package. */
  static is(value: unknown): value is WaxsealError {
    return typeof value === 'object' && value !== null && (value as { [MARK]?: unknown })[MARK] === true
  }
}

/** Throws; an expression, so that it can stand behind `??` and `||`. */
export function fail(code: WaxsealErrorCode, message: string): never {
  throw new WaxsealError(code, message)
}

/** Wrong key, wrong context and tampering are one error. */
export const openFailed = (): never => fail('open_failed', 'the value could not be opened')
