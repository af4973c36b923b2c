import { type FieldPolicyOptions, type OpenedDocument, type Sealer, WaxsealError } from '@waxseal/core'
import type { Region } from '../policy/disclose.js'
import type { Admission, Admitted } from './admission.js'
import type { CodecCall, Tally } from './codec-call.js'

export type Document = Readonly<Record<string, unknown>>

/** A document whose fields were restored, and what of them the caller may see. */
export interface RestoredDocument {
  readonly value: unknown
  readonly regions: readonly Region[]
  /** Of the first envelope that was opened. */
  readonly first: Admitted
}

const isBundle = (entry: readonly [string, unknown]): entry is [string, string] => typeof entry[1] === 'string'

/** The bundles of a document by group, '' where it has no groups. */
function bundlesOf({ $wax }: Document): [string, string][] {
  if (typeof $wax === 'string') return [['', $wax]]
  const { $id: _, ...groups } = (typeof $wax === 'object' && $wax !== null ? $wax : {}) as Record<string, unknown>
  const bundles = Object.entries(groups).filter(isBundle)
  return bundles.length > 0 ? bundles : malformed()
}

const malformed = (): never => {
  throw new WaxsealError('malformed', '$wax holds no bundle')
}

/** The groups that this caller may open; `access_denied` where there is none. */
function admitGroups(admission: Admission, call: CodecCall, bundles: readonly [string, string][], tally: Tally) {
  const admitted = new Map<string, Admitted>()
  let refusal: unknown
  for (const [group, bundle] of bundles) {
    try {
      admitted.set(group, admission.admit(call, bundle, tally, group || undefined))
    } catch (error) {
      if (!WaxsealError.is(error) || error.code !== 'access_denied') throw error
      refusal = error
    }
  }
  if (admitted.size === 0) throw refusal
  return admitted
}

const isSamePlace = (a: Admitted, b: Admitted): boolean =>
  JSON.stringify([a.context, a.opening]) === JSON.stringify([b.context, b.opening])

/** Where members of a document stand once its wrapping is taken off: a root that was no object travels as `$doc`. */
const unwrapped = (document: Document, pointer: string): string =>
  Object.hasOwn(document, '$doc') ? pointer.slice('/$doc'.length) : pointer

/** Opens the bundles of a document that a caller may open. `policy` only where it authenticates clear members. */
export async function openBundles(
  { sealer, admission }: { readonly sealer: Sealer; readonly admission: Admission },
  call: CodecCall,
  document: Document,
  tally: Tally,
  policy: FieldPolicyOptions | undefined,
): Promise<RestoredDocument> {
  const bundles = bundlesOf(document)
  const admitted = admitGroups(admission, call, bundles, tally)
  const [first] = admitted.values() as Iterable<Admitted> as [Admitted]
  const grouped = typeof document.$wax !== 'string'
  const fields = grouped ? { groups: Object.fromEntries(bundles.map(([group]) => [group, []])) } : { fields: [] }
  // One opening opens all: none may have been judged by another place than that.
  for (const each of admitted.values()) if (!isSamePlace(each, first)) malformed()

  const open = (groups: readonly string[]): Promise<OpenedDocument> =>
    sealer.openFields(document, policy ?? fields, {
      ...first.opening,
      signal: call.signal,
      details: true,
      ...(grouped && { groups }),
    })

  const regions: Region[] = []
  // Each group alone as well: what one of them restored is judged by its own grant.
  for (const [group, { grant }] of admitted) {
    const { restored } = await open([group])
    regions.push(...restored.map((pointer) => ({ pointer: unwrapped(document, pointer), grant })))
  }
  return { value: (await open([...admitted.keys()])).value, regions, first }
}
