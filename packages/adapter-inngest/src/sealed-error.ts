import { ERROR, errorText, memberOf, parseErrorText, SCRUBBED, type StoredObject } from '@waxseal/adapter-kit'
import { NonRetriableError, RetryAfterError } from 'inngest'

const SECONDS_OR_DATE = /^(\d{1,9}|\d{4}-\d\d-\d\dT[\d:.]{8,16}Z)$/

/** What is thrown to Inngest in place of an error. Inngest goes by its name and `retryAfter`, and stores name, message and stack. */
export class SealedError extends Error {
  declare readonly retryAfter?: string

  constructor(name: string, message: string, retryAfter?: string) {
    super(message)
    Object.defineProperty(this, 'name', { value: name })
    this.stack = `${name}: ${SCRUBBED}`
    if (retryAfter !== undefined) Object.assign(this, { retryAfter })
  }
}

/** The stored form of an error, to be thrown with what Inngest reads off the error itself. */
export function sealedError(error: unknown, stored: StoredObject): SealedError {
  const name = memberOf(error, 'name')
  const text = errorText(stored)
  if (error instanceof NonRetriableError || name === 'NonRetriableError') return new SealedError('NonRetriableError', text)
  if (error instanceof RetryAfterError || name === 'RetryAfterError') {
    const { retryAfter } = error as RetryAfterError
    if (typeof retryAfter === 'string' && SECONDS_OR_DATE.test(retryAfter))
      return new SealedError('RetryAfterError', text, retryAfter)
    return new SealedError('Error', text)
  }
  return new SealedError(String(stored.name), text)
}

/** The sealed details in the message of an error, or undefined where Inngest speaks itself or nothing was kept. */
export function sealedDetails(message: unknown): StoredObject | undefined {
  const stored = parseErrorText(message)
  return stored?.[ERROR] === undefined ? undefined : stored
}
