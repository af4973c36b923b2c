import { ERROR, errorText, JobError, memberOf, type StoredObject } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import type { SealOptions } from './seal-options.js'

/** What a worker of OJS is given to report: it stores the message and the stack. */
export function reported(stored: StoredObject, final: boolean, nonRetryable: SealOptions['nonRetryable']): Error {
  const text = errorText(stored)
  if (!final || !nonRetryable) return Object.assign(new JobError(stored, text), final ? { retryable: false } : {})
  const error = nonRetryable(text)
  error.stack = errorText({ ...stored, [ERROR]: undefined })
  return error
}

/** Whether a handler's error tells the SDK not to try again; Waxseal's own errors speak of something else. */
export const isFinal = (error: unknown): boolean => memberOf(error, 'retryable') === false && !WaxsealError.is(error)
