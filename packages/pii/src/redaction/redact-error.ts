import { type RedactionOptions, redactDocument } from './redact-document.js'

/**
 * An error as it may be shown: of the same class, with message, stack, causes (`cause`, `errors`, `error` and `suppressed`) and members
 * redacted; the same error where nothing is found. The stack repeats the message as it is shown. Anything else that was thrown is
 * redacted as a document. The given error is not changed.
 *
 * @example
 * log(redactError(new TypeError('no such user: jane@example.com'), { detector })) // TypeError: no such user: j•••@example.com
 */
export const redactError = <T>(error: T, options: RedactionOptions): T => redactDocument(error, options)
