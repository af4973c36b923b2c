import { backend } from '#backend'
import { fail } from '../errors.js'
import { compareUtf8, utf8Encode } from '../format/bytes.js'
import { canonicalText } from '../format/canonical-json.js'
import { isPlainObject, MAX_DEPTH } from '../format/json.js'
import { lookUp, MISSING } from './pointer.js'
import { type FieldPolicy, isGroupName } from './policy.js'

export type Root = Record<string, unknown>

/** What `$wax` holds: one bundle under the name '', or an id and one bundle a group. */
export interface WaxMember {
  readonly id: string
  readonly bundles: ReadonlyMap<string, string>
}

/** A root that is no object travels as the member `$doc` of one. */
export const DOC = '$doc'

export const withoutWax = ({ $wax: _, ...rest }: Root): Root => rest

export const encodeWax = (grouped: boolean, { id, bundles }: WaxMember): unknown =>
  grouped ? Object.fromEntries([['$id', id], ...bundles]) : bundles.get('')

export function decodeWax(wax: unknown, grouped: boolean): WaxMember {
  if (!grouped)
    return typeof wax === 'string' ? { id: '', bundles: new Map([['', wax]]) } : fail('malformed', '$wax is no string')
  if (!isPlainObject(wax)) return fail('malformed', '$wax is no object of groups')
  const { $id: id, ...rest } = wax
  const bundles = Object.entries(rest)
  const whole = bundles.every(([name, bundle]) => isGroupName(name) && typeof bundle === 'string')
  if (typeof id !== 'string' || backend.fromBase64url(id)?.length !== 16 || !whole || bundles.length < 1 || bundles.length > 16)
    return fail('malformed', '$wax is no object of $id and 1 to 16 groups')
  return { id, bundles: new Map(bundles as [string, string][]) }
}

/** The pairs that bind a bundle to its group, to the document's other groups and to the clear members. */
export function bundlePairs(names: Iterable<string>, name: string, id: string, clear: string | undefined): [string, string][] {
  const pairs: [string, string][] = clear === undefined ? [] : [['$clear', clear]]
  if (name !== '') pairs.push(['$group', name], ['$groups', [...names].sort().join()], ['$id', id])
  return pairs
}

/** `$clear`: SHA-256 of the RFC 8785 form of the stored document without `$wax`, or of the listed members of it. */
export function clearHash(stored: Root, { authenticate }: FieldPolicy): string | undefined {
  if (authenticate === undefined) return undefined
  const clear = withoutWax(stored)
  const members = () =>
    [...new Set(authenticate)].sort(compareUtf8).flatMap((pointer) => {
      const value = lookUp(clear, pointer)
      return value === MISSING ? [] : [[pointer, value]]
    })
  return backend.toBase64url(backend.sha256(utf8Encode(canonicalText(authenticate === 'all' ? clear : members(), MAX_DEPTH + 2))))
}
