import type { Detector } from '../detector.js'
import { kindOf } from '../masking/kind.js'
import { mask } from '../masking/mask.js'
import { fail } from '../pii-error.js'

/**
 * What stands in place of a finding: `mask` (what its type lets people recognise it by, see `mask`), `type` (`[EMAIL]`), or what a
 * function makes of it. Where the function throws, or returns no text, the type is shown.
 */
export type Replacement = 'mask' | 'type' | ((value: string, finding: { readonly type: string }) => string)

export interface TextRedactionOptions {
  readonly detector: Pick<Detector, 'detectText'>
  /** Default `mask`. */
  readonly replace?: Replacement | undefined
}

export type Replacer = (value: string, finding: { readonly type: string }) => string

/** Stands for what could not be looked at. */
export const NOT_REDACTED = '[not redacted: error]'

export const label = (type: string): string => `[${type}]`

/** The type in pseudonyms of what only rules name. */
const UNTYPED = 'FIELD'
const ALL_MARKS = /^•+$/
/** A pseudonym behind the type that its value is found as, or of another type with a version like that by default. */
const TOKEN = /^_[a-z0-9-]{1,16}_[0-9a-hjkmnp-tv-z]{16,51}$/
const OTHER_TOKEN = /^([A-Z][A-Z0-9_./-]{0,63})_v\d{1,4}_[0-9a-hjkmnp-tv-z]{16,51}$/
/** What `mask` leaves: of addresses, of names, of what ends in a few digits, of IBANs, networks, vendors and wallets, of all else. */
const MASKED = [
  /^[\p{L}\p{N}]?\p{M}{0,4}•+@(?!.*\d{6})(?:[\p{L}\p{M}\d-]{1,63}\.)+[\p{L}\p{M}\d-]{2,63}$/u,
  /^\p{L}?\p{M}{0,4}•+(?: \p{L}?\p{M}{0,4}•+){0,19}$/u,
  /^(?:•+[ -]){1,2}[\dA-Za-z]{2,4}$/,
  /^[A-Z]{2}•• •••• [\dA-Z]{2,4}$/,
  /^\d{1,3}\.\d{1,3}\.•••\.•••$/,
  /^[\da-f]{1,4}:[\da-f]{1,4}:•••$/i,
  /^(?:[\da-f]{2}([:-]?)(?:[\da-f]{2}\1){2}••\1••\1••|[\da-f]{4}\.[\da-f]{2}••\.••••)$/i,
  /^(?=[\d•]*[a-z])\w{4}•••\w{5}$/i,
  /^[•:. -]+$/,
]
const LONGEST_MASK = 320

/** Secrets are written like pseudonyms as well: among them, only one of a type that is known and none of secrets is a pseudonym. */
function isOtherToken(value: string, isSecret: boolean): boolean {
  const type = OTHER_TOKEN.exec(value)?.[1]
  return type !== undefined && !(isSecret && type !== UNTYPED && ['secret', 'other'].includes(kindOf(type)))
}

/** Whether a found text is what a redaction left: a label, a pseudonym, a mask; of a secret, marks alone. */
export function isRedacted(value: string, type: string): boolean {
  const isSecret = kindOf(type) === 'secret'
  if (value === label(type) || isOtherToken(value, isSecret)) return true
  if (value.startsWith(type) && TOKEN.test(value.slice(type.length))) return true
  if (!value.includes('••') || value.length > LONGEST_MASK) return false
  return isSecret ? ALL_MARKS.test(value) : MASKED.some((shape) => shape.test(value))
}

/** One for every call: it knows what it returned. Throws `config`. */
export function replacerOf(replace: Replacement = 'mask'): Replacer {
  if (replace === 'mask') return (value, { type }) => mask(value, type)
  if (replace === 'type') return (_value, { type }) => label(type)
  if (typeof replace !== 'function') fail('config', "replace is 'mask', 'type' or a function")
  // What the function returned may be found as well: it stays, or nothing would ever come to rest.
  const returned = new Set<string>()
  return (value, finding) => {
    if (returned.has(value)) return value
    let text: unknown
    try {
      text = replace(value, finding)
    } catch {}
    const shown = typeof text === 'string' ? text : label(finding.type)
    returned.add(shown)
    return shown
  }
}

export function checkDetector(detector: Partial<Detector> | undefined, ...methods: ('detectText' | 'detectDocument')[]): void {
  for (const method of methods)
    if (typeof detector?.[method] !== 'function') fail('config', `a detector with ${method} is needed`)
}
