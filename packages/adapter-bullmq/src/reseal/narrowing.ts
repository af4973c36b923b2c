import { currentHead, ENVELOPE, HEAD, locatorOf, type Narrowing, WRAPPED } from '@waxseal/adapter-kit/reseal'

const envelope = new RegExp(ENVELOPE)
const heads = new RegExp(HEAD, 'g')
const wrapped = new RegExp(WRAPPED)

/**
 * Whether a text is asked for. An envelope is ASCII and stands in a text as it is, wherever it is: the text tells what may name a key,
 * and only parsing tells whether it does.
 */
export function isAsked(narrow: Narrowing | undefined, text: string): boolean {
  if (!narrow || 'notOn' in narrow) return true
  if (narrow.on.some((key) => text.includes(locatorOf(key))) || wrapped.test(text)) return true
  return narrow.unknown === true && envelope.test(text.replace(heads, ''))
}

/** Whether an envelope is on the current key, and that is not asked for. */
export const isCurrent = (narrow: Narrowing | undefined, sealed: unknown): boolean =>
  narrow !== undefined &&
  'notOn' in narrow &&
  typeof sealed === 'string' &&
  new RegExp(`^${currentHead(narrow.notOn)}`).test(sealed)
