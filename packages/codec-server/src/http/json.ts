import { WaxsealError } from '@waxseal/core'

const MAX_DEPTH = 100

type WithRaw = typeof JSON & {
  readonly rawJSON?: (text: string) => unknown
  readonly isRawJSON?: (value: unknown) => boolean
}
const { rawJSON, isRawJSON } = JSON as WithRaw

/** Whether a number of JavaScript cannot hold what the text says. */
const isInexact = (value: number, source: string): boolean => {
  // So few digits always survive; there may be millions of such numbers.
  if (source.length < 16 && !/[eE]/.test(source)) return false
  const digits = source.replace(/[eE].*$/, '').replace(/^-?0*\.?0*|\./g, '')
  if (!Number.isFinite(value) || (value === 0 && digits !== '')) return true
  return digits.length > 15 && String(value) !== source
}

/** A number that is kept as it was written. */
export const isExactNumber = (value: unknown): value is { readonly rawJSON: string } => isRawJSON?.(value) === true

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g

/** Without the source of a number, as in Node 20, one that would be rounded is refused. */
function parseStrictly(text: string): unknown {
  const value: unknown = JSON.parse(text)
  for (const [token] of text.matchAll(STRING_OR_NUMBER))
    if (!token.startsWith('"') && isInexact(Number(token), token))
      throw new WaxsealError('malformed', 'a number is larger than this runtime keeps exactly')
  return value
}

function holdsNumber(value: unknown): boolean {
  const left = [value]
  while (left.length > 0) {
    const next = left.pop()
    if (typeof next === 'number') return true
    if (typeof next !== 'object' || next === null) continue
    for (const member of Object.values(next)) if (typeof member !== 'string') left.push(member)
  }
  return false
}

/**
 * The value of a text, in which numbers that JavaScript would round stay as they were written, and are written so again by
 * `JSON.stringify`. `malformed` for such a number where the runtime cannot keep it.
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // Texts in base64 are full of what looks like numbers.
  if (!holdsNumber(value) || !/\d{16}|\d[eE.]/.test(text)) return value
  if (!rawJSON) return parseStrictly(text)
  const revive = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined && isInexact(value, context.source)
      ? rawJSON(context.source)
      : value
  return JSON.parse(text, revive)
}

/** Far deeper than values may be that are sealed as such; of payloads nobody has checked it. */
const MAX_PAYLOAD_DEPTH = 200

/** The value of a payload of JSON; undefined where it is none, or nests deeper than what comes behind can go through. */
export function jsonOfPayload(data: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const value = parseExactly(new TextDecoder('utf-8', { fatal: true }).decode(data))
    return isTooDeep(value, MAX_PAYLOAD_DEPTH) ? undefined : { value }
  } catch {
    return undefined
  }
}

/** A copy in which such numbers are numbers: for what looks for numbers. */
export function rounded(value: unknown): unknown {
  if (isExactNumber(value)) return Number(value.rawJSON)
  if (Array.isArray(value)) return value.map(rounded)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rounded(member)]))
}

/** Whether a value nests deeper than what comes behind can go through by recursion. */
export function isTooDeep(value: unknown, depth: number = MAX_DEPTH): boolean {
  if (depth < 0) return true
  return typeof value === 'object' && value !== null && Object.values(value).some((member) => isTooDeep(member, depth - 1))
}
