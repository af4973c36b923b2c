import { type Detector, selectFields } from '@waxseal/core'
import { type DocumentFinding, mask } from '@waxseal/pii'
import { isExactNumber, rounded } from '../http/json.js'
import type { Clause, Disclosure, Grant } from './policy.js'

/** What stands for a part that is withheld. */
export const WITHHELD = '[sealed]'

/** A part that an envelope held, and what the caller may see of it. */
export interface Region {
  /** Where it stands: a JSON Pointer, '' for all. */
  readonly pointer: string
  readonly grant: Grant
}

/** How many values were given out how. */
export type DisclosureCounts = Readonly<Record<Disclosure, number>>

export interface Disclosed {
  readonly value: unknown
  readonly counts: DisclosureCounts
}

const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1')

/** The pointer and all that it stands beneath. */
function* lineage(pointer: string): Generator<string> {
  for (let at = pointer.length; at > 0; at = pointer.lastIndexOf('/', at - 1)) yield pointer.slice(0, at)
}

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Uint8Array) &&
  !isExactNumber(value) &&
  Object.keys(value).length > 0

/** Whether all of it is given as it is. */
export const isWhole = (grant: Grant): boolean => {
  const [first] = grant
  return first?.give === 'clear' && !first.pointers && !first.types
}

/** What a detector says of a member: `types` that are somewhere in it, and the one that it is as a whole, if it is one. */
interface Typed {
  readonly types: ReadonlySet<string>
  readonly whole: string | undefined
}

async function typesIn(value: unknown, detector: Detector | undefined): Promise<ReadonlyMap<string, Typed>> {
  const found = detector ? await detector.detectDocument(value) : []
  return new Map([...(found as Iterable<DocumentFinding>)].map((finding) => [finding.pointer, typedOf(value, finding)]))
}

function typedOf(document: unknown, { pointer, type, findings = [], byName, declared }: DocumentFinding): Typed {
  const value = memberAt(document, pointer)
  const text = typeof value === 'string' ? value : String(value)
  const isAll = findings.some(
    ({ start, end }) => end - start > 0 && text.slice(0, start).trim() === '' && text.slice(end).trim() === '',
  )
  const types = new Set([type, ...findings.map((each) => each.type)])
  return { types, whole: byName || declared || isAll ? type : undefined }
}

/** Undefined where there is none. */
export function memberAt(document: unknown, pointer: string): unknown {
  let current = document
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined
    current = (current as Record<string, unknown>)[name]
  }
  return current
}

/**
 * Applies grants to what was opened; what no region covers was in clear all along and stays. Names of members within a part of which
 * nothing is given are withheld with it.
 */
export async function disclose(value: unknown, regions: readonly Region[], detector: Detector | undefined): Promise<Disclosed> {
  const counts = { clear: 0, masked: 0, nothing: 0 }
  if (regions.every(({ grant }) => isWhole(grant))) return { value, counts: { ...counts, clear: regions.length } }

  const seen = rounded(value)
  const types = await typesIn(seen, detector)
  const selected = await selections(seen, regions)
  const grants = new Map(regions.map(({ pointer, grant }) => [pointer, grant]))

  const fits = (clause: Clause, pointer: string): boolean => {
    const pointers = selected.get(clause)
    if (pointers && ![...lineage(pointer)].some((each) => pointers.has(each))) return false
    return !clause.types || isOfTypes(clause, clause.types, types.get(pointer))
  }

  /** Undefined where nothing of it is given. */
  function granted(current: unknown, pointer: string, grant: Grant): { readonly value: unknown } | undefined {
    if (isContainer(current)) {
      const parts = new Map(
        Object.entries(current).map(([name, member]) => [name, granted(member, `${pointer}/${escaped(name)}`, grant)]),
      )
      if ([...parts.values()].every((part) => part === undefined)) return undefined
      return { value: mapped(current, (name) => parts.get(name)?.value ?? (parts.get(name) ? null : WITHHELD)) }
    }
    const give = grant.find((clause) => fits(clause, pointer))?.give ?? 'nothing'
    counts[give]++
    if (give === 'nothing') return undefined
    return { value: give === 'clear' ? current : masked(current, types.get(pointer)?.whole) }
  }

  function shown(current: unknown, pointer: string): unknown {
    const grant = grants.get(pointer)
    if (grant) return (granted(current, pointer, grant) ?? { value: WITHHELD }).value
    return isContainer(current) ? mapped(current, (name, member) => shown(member, `${pointer}/${escaped(name)}`)) : current
  }

  return { value: shown(value, ''), counts }
}

/** To withhold a member, one type somewhere in it is enough; to show it, it must be nothing else. */
function isOfTypes({ give }: Clause, types: readonly string[], typed: Typed | undefined): boolean {
  if (!typed) return false
  if (give === 'nothing') return types.some((type) => typed.types.has(type))
  return typed.whole !== undefined && [...typed.types].every((type) => types.includes(type))
}

/** A copy of an object or array with other members; `__proto__` is a name like any other. */
function mapped(container: object, change: (name: string, member: unknown) => unknown): unknown {
  if (Array.isArray(container)) return container.map((member, at) => change(String(at), member))
  return Object.fromEntries(Object.entries(container).map(([name, member]) => [name, change(name, member)]))
}

/** What the pointers of each clause select. */
async function selections(value: unknown, regions: readonly Region[]): Promise<ReadonlyMap<Clause, ReadonlySet<string>>> {
  const found = new Map<Clause, ReadonlySet<string>>()
  for (const clause of regions.flatMap(({ grant }) => grant)) {
    if (!clause.pointers || found.has(clause)) continue
    const fields = isContainer(value) ? await selectFields(value, { fields: clause.pointers }) : []
    found.set(clause, new Set(fields.map(({ pointer }) => pointer)))
  }
  return found
}

/** Texts and numbers as their type lets them be recognised; of everything else, not even whether it is true. */
const masked = (value: unknown, type: string | undefined): string =>
  mask(typeof value === 'string' || typeof value === 'number' ? String(value) : isExactNumber(value) ? value.rawJSON : '', type)
