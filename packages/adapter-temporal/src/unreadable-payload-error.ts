import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'

/**
 * A payload that does not open and never will: tampered with, in clear, or sealed under a key that is not there. Its name is the type
 * of the failure, for `retry: { nonRetryableErrorTypes: ['UnreadablePayloadError'] }` of activities; what may open later is
 * thrown as the WaxsealError that it is.
 */
export class UnreadablePayloadError extends Error {
  readonly code: WaxsealErrorCode

  constructor(cause: unknown) {
    const code = WaxsealError.is(cause) ? cause.code : 'malformed'
    super(`a payload does not open (${code})`)
    this.code = code
  }

  override get name(): string {
    return 'UnreadablePayloadError'
  }
}
