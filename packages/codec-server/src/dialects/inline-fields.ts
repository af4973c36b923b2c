import { type FieldPolicyOptions, selectFields, WaxsealError } from '@waxseal/core'
import { pairsOf, type Surface } from '../opening/place.js'
import type { Json } from './payloads.js'

/** The fields of a document that are sealed each where it stands. Such an envelope does not say so, and is bound to its place. */
export interface InlineFields {
  readonly document: unknown
  readonly pointers: ReadonlySet<string>
  /** What identifies elements of arrays that such fields stand in. */
  readonly elementIds: FieldPolicyOptions['elementIds']
}

const MAX_FIELDS = 100

const malformed = (message: string): never => {
  throw new WaxsealError('malformed', message)
}

/** Those of the policy of the request's surface, or those that the request lists as `fields`; undefined where neither is there. */
export async function inlineFieldsOf(surface: Surface | undefined, body: Json): Promise<InlineFields | undefined> {
  const policy = surface?.policy?.form === 'inline' ? surface.policy : listed(body)
  if (!policy) return undefined
  const { document } = body
  const { fields, elementIds } = policy
  try {
    const selected = await selectFields(document, { fields, elementIds, form: 'inline' })
    return { document, elementIds, pointers: new Set(selected.map(({ pointer }) => pointer)) }
  } catch (error) {
    return WaxsealError.is(error) ? malformed('fields select nothing in this document') : Promise.reject(error)
  }
}

function listed({ fields, elementIds }: Json): Pick<FieldPolicyOptions, 'fields' | 'elementIds'> | undefined {
  if (fields === undefined) return undefined
  if (!Array.isArray(fields) || fields.length > MAX_FIELDS || !fields.every((field) => typeof field === 'string'))
    return malformed(`fields is a list of at most ${MAX_FIELDS} selectors`)
  return { fields, elementIds: elementIds === undefined ? undefined : pairsOf(elementIds, 'elementIds') }
}
