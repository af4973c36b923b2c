import { fail } from '../pii-error.js'
import { applyEdits, settledEdits } from './edits.js'
import { checkDetector, NOT_REDACTED, replacerOf, type TextRedactionOptions } from './replacement.js'

/**
 * A text in which every finding is replaced; the very same text where there is none. What was redacted stays as it is.
 * Where the detector throws, the result is `[not redacted: error]`. Throws `config` where an option does not fit, `malformed` for
 * what is no text.
 *
 * @example
 * redactText('write to jane@example.com', { detector }) // 'write to j•••@example.com'
 * redactText('write to jane@example.com', { detector, replace: 'type' }) // 'write to [EMAIL]'
 * redactText(text, { detector, replace: (value, { type }) => pseudonyms.of(value, type) })
 */
export function redactText(text: string, options: TextRedactionOptions): string {
  checkDetector(options.detector, 'detectText')
  replacerOf(options.replace)
  if (typeof text !== 'string') fail('malformed', 'a text is a string')
  try {
    const edits = settledEdits(text, options)
    return edits.length > 0 ? applyEdits(text, edits) : text
  } catch {
    return NOT_REDACTED
  }
}
