import { SEALED_ENCODING } from '@waxseal/core'
import { isExactNumber, parseExactly } from '../../http/json.js'

/** A place in a document where something sealed stands. */
export interface Sealed {
  /** A JSON Pointer; through texts that are JSON as well. */
  readonly pointer: string
  /** A value; a payload of Temporal or Open Job Spec; an object some of whose fields are in `$wax`. */
  readonly kind: 'value' | 'payload' | 'fields'
  /** What is sent to be opened. */
  readonly stored: unknown
  /** Enough of it to be told what it is. */
  readonly header: unknown
  readonly length: number
}

export interface SealedDocument {
  readonly root: unknown
  readonly sealed: ReadonlyMap<string, Sealed>
  /** What texts hold that are JSON with something sealed in it, by their pointer. */
  readonly texts: ReadonlyMap<string, unknown>
}

type Json = Readonly<Record<string, unknown>>

/** As deep as the server goes. */
const MAX_DEPTH = 64

export const isContainer = (value: unknown): value is Json | readonly unknown[] =>
  typeof value === 'object' && value !== null && !isExactNumber(value)
const isObject = (value: unknown): value is Json => isContainer(value) && !Array.isArray(value)

export const pointerTo = (pointer: string, name: string | number): string =>
  `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`

const looksSealed = (value: unknown): value is string => typeof value === 'string' && /^wax[1-9][0-9]*\./.test(value)
const looksLikeBytes = (value: unknown): value is string => typeof value === 'string' && /^\\xc101[0-9a-f]/.test(value)

function isPayload({ data, metadata, encoding, ojs_encoded: isOjs }: Json): boolean {
  const named = isOjs === true ? encoding : isObject(metadata) ? metadata.encoding : undefined
  return typeof data === 'string' && (named === SEALED_ENCODING || named === btoa(SEALED_ENCODING))
}

/** The bundles of an object whose fields are sealed. */
function bundlesOf({ $wax }: Json): readonly string[] {
  if (looksSealed($wax)) return [$wax]
  return isObject($wax) ? Object.values($wax).filter(looksSealed) : []
}

function kindOf(value: unknown): Omit<Sealed, 'pointer'> | undefined {
  if (looksSealed(value) || looksLikeBytes(value)) return { kind: 'value', stored: value, header: value, length: value.length }
  if (!isObject(value)) return undefined
  if (isPayload(value)) return { kind: 'payload', stored: value, header: value, length: String(value.data).length }
  const bundles = Object.hasOwn(value, '$wax') ? bundlesOf(value) : []
  if (bundles.length === 0) return undefined
  const length = bundles.reduce((sum, bundle) => sum + bundle.length, 0)
  return { kind: 'fields', stored: value, header: { $wax: value.$wax }, length }
}

function nestedJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value) || !value.includes('wax')) return undefined
  try {
    return parseExactly(value)
  } catch {
    return undefined
  }
}

/** Finds what is sealed in a document, as far as it can be told without asking. RangeError for one that nests too deep. */
export function findSealed(root: unknown): SealedDocument {
  const sealed = new Map<string, Sealed>()
  const texts = new Map<string, unknown>()

  /** Whether there is something sealed in it. */
  function walk(value: unknown, pointer: string, depth: number): boolean {
    if (depth > MAX_DEPTH) throw new RangeError(`A document nests at most ${MAX_DEPTH} levels deep.`)
    const found = kindOf(value)
    if (found) sealed.set(pointer, { pointer, ...found })
    if (found && found.kind !== 'fields') return true
    const nested = nestedJson(value)
    if (nested !== undefined) {
      if (!walk(nested, pointer, depth + 1)) return false
      texts.set(pointer, nested)
      return true
    }
    if (!isContainer(value)) return found !== undefined
    let any = found !== undefined
    for (const [name, member] of Object.entries(value)) {
      // What is in `$wax` is told with the object that it is of.
      if (found && name === '$wax') continue
      if (walk(member, pointerTo(pointer, name), depth + 1)) any = true
    }
    return any
  }

  walk(root, '', 0)
  return { root, sealed, texts }
}

/** A document out of what somebody pasted or dropped: JSON, the first line of JSON Lines, or an envelope alone. */
export function readDocument(text: string): { readonly root: unknown; readonly note?: string } {
  const trimmed = text.trim()
  if ([looksSealed, looksLikeBytes].some((looks) => looks(trimmed))) return { root: trimmed }
  try {
    return { root: parseExactly(trimmed) }
  } catch (error) {
    const lines = trimmed.split('\n')
    if (lines.length > 1 && /^[[{"]/.test(trimmed)) {
      try {
        return { root: parseExactly(lines[0]!), note: `line 1 of ${lines.length.toLocaleString('en-GB')}` }
      } catch {
        // Then it is no JSON Lines either.
      }
    }
    throw new SyntaxError(whyNot(error, trimmed))
  }
}

function whyNot(error: unknown, text: string): string {
  const place = /line (\d+) column (\d+)/.exec(String((error as Error)?.message))
  if (text === '') return 'There is nothing in it.'
  return place ? `This is no JSON: it breaks off in line ${place[1]}, column ${place[2]}.` : 'This is no JSON.'
}
