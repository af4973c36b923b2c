import { type FieldPolicyOptions, fieldPolicy, WaxsealError } from '@waxseal/core'
import { HttpError } from '../http/answers.js'
import type { Field } from '../opening/opener.js'
import { pairsOf, type Surface } from '../opening/place.js'
import { memberAt } from '../policy/disclose.js'
import { isJsonObject, type Json } from './payloads.js'

/** The fields of a document that are sealed each where it stands. Such an envelope does not say so, and is bound to its place. */
export interface InlineFields {
  /** The field that this member of the document is; undefined where the selectors name none there. */
  fieldAt(pointer: string, sealed: string): Field | undefined
}

const MAX_FIELDS = 100
/** Levels of a pointer; what is selected further down is never looked at. */
const MAX_TOKENS = 64
/** Elements of arrays that fields of one call stand in, each array counted for each of its fields. */
const MAX_ELEMENTS = 2_000_000

const malformed = (message: string): never => {
  throw new WaxsealError('malformed', message)
}

const tokensOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Those of the policy of the request's surface, or those that the request lists as `fields`; undefined where neither is there. */
export function inlineFieldsOf(surface: Surface | undefined, body: Json): InlineFields | undefined {
  const policy = surface?.policy?.form === 'inline' ? surface.policy : listed(body)
  if (!policy) return undefined
  const { fields = [], elementIds } = policy
  try {
    fieldPolicy({ fields, elementIds, form: 'inline' })
  } catch (error) {
    if (WaxsealError.is(error)) malformed('fields and elementIds are selectors and pointers')
    throw error
  }
  return createInlineFields(body.document, fields, elementIds)
}

function listed({ fields, elementIds }: Json): Pick<FieldPolicyOptions, 'fields' | 'elementIds'> | undefined {
  if (fields === undefined) return undefined
  if (!Array.isArray(fields) || fields.length > MAX_FIELDS || !fields.every((field) => typeof field === 'string'))
    return malformed(`fields is a list of at most ${MAX_FIELDS} selectors`)
  return { fields, elementIds: elementIds === undefined ? undefined : pairsOf(elementIds, 'elementIds') }
}

/**
 * Asks the selectors of every envelope that is found, and does not search the document for what they select: a caller chooses both.
 */
function createInlineFields(
  document: unknown,
  fields: readonly string[],
  elementIds: FieldPolicyOptions['elementIds'],
): InlineFields {
  const selectors = fields.map(tokensOf).filter(({ length }) => length <= MAX_TOKENS)
  const idNames = Object.entries(elementIds ?? {}).map(([array, name]) => [tokensOf(array), name] as const)
  const idNameAt = (path: readonly string[]): string | undefined =>
    idNames.find(
      ([array]) => array.length === path.length && array.every((token, at) => token === '*' || token === path[at]),
    )?.[1]
  const identified = new Map<readonly unknown[], readonly unknown[]>()
  let elements = 0

  /** The elements of an array, of each no more than what identifies it. */
  function identifiedIn(array: readonly unknown[], name: string | undefined): readonly unknown[] {
    elements += array.length
    if (elements > MAX_ELEMENTS)
      throw new HttpError({ status: 413, code: 'too_large', message: 'too many fields stand in too long lists' })
    const known = identified.get(array) ?? array.map((element) => identityOf(element, name))
    identified.set(array, known)
    return known
  }

  /** The way to a field and what tells its place, without all that stands beside it. */
  function wayTo(tokens: readonly string[], value: unknown, depth: number): unknown {
    const token = tokens[depth]
    if (token === undefined) return value
    const way = wayTo(tokens, memberAt(value, `/${escaped(token)}`), depth + 1)
    if (Array.isArray(value)) {
      const name = idNameAt(tokens.slice(0, depth))
      const all = identifiedIn(value, name)
      return all.with(Number(token), isJsonObject(way) ? { ...(all[Number(token)] as Json | null), ...way } : way)
    }
    return Object.fromEntries([[token, way]])
  }

  return {
    fieldAt(pointer, sealed) {
      const tokens = tokensOf(pointer)
      // Within a text of JSON, or a document that was opened, nothing is a member of this one.
      if (memberAt(document, pointer) !== sealed || !selectors.some((selector) => names(selector, tokens))) return undefined
      return { document: wayTo(tokens, document, 0), pointer, elementIds }
    },
  }
}

const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1')

const identityOf = (element: unknown, name: string | undefined): unknown =>
  name !== undefined && isJsonObject(element) && Object.hasOwn(element, name) ? Object.fromEntries([[name, element[name]]]) : null

/** Whether a selector names a pointer: `*` is one level, `**` any number of them. */
function names(selector: readonly string[], pointer: readonly string[]): boolean {
  // Of each beginning of the selector, whether it names what was read of the pointer so far.
  let fits = [true]
  for (const token of selector) fits.push(token === '**' && fits.at(-1)!)
  for (const name of pointer) {
    const next = [false]
    for (const [at, token] of selector.entries())
      next.push(token === '**' ? fits[at + 1]! || next[at]! : fits[at]! && (token === '*' || token === name))
    fits = next
  }
  return fits.at(-1)!
}
