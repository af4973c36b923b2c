import { type Detector, selectFields } from '@waxseal/core'
import { mask } from '@waxseal/pii'
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
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && Object.keys(value).length > 0

const isWhole = (grant: Grant): boolean => {
  const [first] = grant
  return first?.give === 'clear' && !first.pointers && !first.types
}

async function typesIn(value: unknown, detector: Detector | undefined): Promise<ReadonlyMap<string, string>> {
  const found = detector ? await detector.detectDocument(value) : []
  return new Map([...found].map((finding) => [finding.pointer, `${(finding as { type?: unknown }).type}`]))
}

/**
 * Applies grants to what was opened; what no region covers was in clear all along and stays. Names of members within a part of which
 * nothing is given are withheld with it.
 */
export async function disclose(value: unknown, regions: readonly Region[], detector: Detector | undefined): Promise<Disclosed> {
  const counts = { clear: 0, masked: 0, nothing: 0 }
  if (regions.every(({ grant }) => isWhole(grant))) return { value, counts: { ...counts, clear: regions.length } }

  const types = await typesIn(value, detector)
  const selected = await selections(value, regions)
  const grants = new Map(regions.map(({ pointer, grant }) => [pointer, grant]))

  const fits = (clause: Clause, pointer: string): boolean => {
    const pointers = selected.get(clause)
    if (pointers && ![...lineage(pointer)].some((each) => pointers.has(each))) return false
    return !clause.types || clause.types.includes(types.get(pointer) ?? '')
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
    return { value: give === 'clear' ? current : masked(current, types.get(pointer)) }
  }

  function shown(current: unknown, pointer: string): unknown {
    const grant = grants.get(pointer)
    if (grant) return (granted(current, pointer, grant) ?? { value: WITHHELD }).value
    return isContainer(current) ? mapped(current, (name, member) => shown(member, `${pointer}/${escaped(name)}`)) : current
  }

  return { value: shown(value, ''), counts }
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
  mask(typeof value === 'string' || typeof value === 'number' ? String(value) : '', type)
