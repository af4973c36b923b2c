interface KeyName {
  readonly kid: string
  readonly version?: number | undefined
}

interface CurrentKey {
  readonly kid: string
  readonly version: number
  readonly suite: 'aes-256-gcm' | 'chacha20-poly1305'
  readonly wrapped: boolean
}

/** What the engine asks for, in the shape that `@waxseal/reseal` gives it. */
export type Narrowing =
  | { readonly on: readonly KeyName[]; readonly unknown?: boolean | undefined }
  | { readonly notOn: CurrentKey }

// What begins an envelope, of whichever version and of those known (spec section 8).
const ENVELOPE = /wax[1-9][0-9]*\./
const HEADS = /wax1\.c(256|20)(w|x|wx|)\./g
const WRAPPED = /wax1\.c(256|20)w/
const TOKENS = { 'aes-256-gcm': 'c256', 'chacha20-poly1305': 'c20' } as const

/**
 * Whether a text is asked for. An envelope is ASCII and stands in a text as it is, wherever it is: the text tells what may name a key,
 * and only parsing tells whether it does.
 */
export function isAsked(narrow: Narrowing | undefined, text: string): boolean {
  if (!narrow || 'notOn' in narrow) return true
  const names = ({ kid, version }: KeyName) => text.includes(version === undefined ? `.${kid}~` : `.${kid}~${version}.`)
  if (narrow.on.some(names) || WRAPPED.test(text)) return true
  return narrow.unknown === true && ENVELOPE.test(text.replace(HEADS, ''))
}

/** Whether an envelope is on the current key, and that is not asked for. */
export function isCurrent(narrow: Narrowing | undefined, sealed: unknown): boolean {
  if (!narrow || !('notOn' in narrow) || typeof sealed !== 'string') return false
  const { kid, version, suite, wrapped } = narrow.notOn
  const forms = wrapped ? ['w', 'wx'] : ['', 'x']
  return forms.some((form) => sealed.startsWith(`wax1.${TOKENS[suite]}${form}.${kid}~${version}.`))
}
