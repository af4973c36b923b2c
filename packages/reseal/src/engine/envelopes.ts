import { type EnvelopeInfo, selectFields, WaxsealError } from '@waxseal/core'
import type { ResealItem } from './target.js'

/** One envelope of an item, and whose key it needs. */
export interface HeldEnvelope {
  readonly envelope: string | Uint8Array
  readonly scope: string | undefined
  /** The group of a document that it is, '' where there are none. */
  readonly group: string
}

/** True for what claims to be an envelope, of whichever version (spec section 8). */
export const looksSealed = (value: unknown): value is string | Uint8Array =>
  typeof value === 'string' ? /^wax[1-9][0-9]*\./.test(value) : value instanceof Uint8Array && value[0] === 0xc1

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array)

/** Every string of a document that claims to be an envelope, wherever it stands. */
export function sealedStrings(value: unknown): string[] {
  const found: string[] = []
  for (const level of levelsOf(value))
    for (const each of level) if (typeof each === 'string' && looksSealed(each)) found.push(each)
  return found
}

/** A document by levels, not by calls: one that nests deeper than the stack must end no run and no count. */
function* levelsOf(document: unknown): Generator<readonly unknown[]> {
  let level: readonly unknown[] = [document]
  while (level.length > 0) {
    yield level
    level = level.filter(isObject).flatMap((each) => Object.values(each))
  }
}

/** Levels of a document; none that was sealed has nearly as many (spec section 8). */
const MAX_LEVELS = 1000

function checkLevels(document: unknown): void {
  let count = 0
  for (const _ of levelsOf(document))
    if (++count > MAX_LEVELS) throw new WaxsealError('too_large', `a document nests at most ${MAX_LEVELS} levels deep`)
}

/** The envelopes of an item that resealing is about; undefined where it holds none of the kind that it should. */
export async function envelopesOf(
  item: ResealItem,
  inspect: (envelope: string) => EnvelopeInfo,
): Promise<HeldEnvelope[] | undefined> {
  const { sealed, policy, scope, scopes } = item
  if (!policy) return looksSealed(sealed) ? [{ envelope: sealed, scope, group: '' }] : undefined
  if (!isObject(sealed)) return undefined
  checkLevels(sealed)
  if (policy.form === 'inline') return (await inlineEnvelopes(item, inspect)).map((envelope) => ({ envelope, scope, group: '' }))
  const { $wax } = sealed
  if (typeof $wax === 'string') return [{ envelope: $wax, scope, group: '' }]
  if (!isObject($wax)) return undefined
  const { $id: _, ...bundles } = $wax
  const held: HeldEnvelope[] = []
  for (const [group, envelope] of Object.entries(bundles)) {
    if (typeof envelope !== 'string') return undefined
    held.push({ envelope, scope: (scopes && Object.hasOwn(scopes, group) ? scopes[group] : undefined) ?? scope, group })
  }
  return held
}

/**
 * The strings of an inline document that are envelopes. One that only looks like an envelope is nobody's, unless it stands in a field
 * of the policy: then what is wrong with it is thrown.
 */
export async function inlineEnvelopes(
  { sealed, policy }: ResealItem,
  inspect: (envelope: string) => EnvelopeInfo,
): Promise<string[]> {
  const damaged = new Map<unknown, unknown>()
  const whole = sealedStrings(sealed).filter((text) => {
    try {
      return inspect(text)
    } catch (error) {
      damaged.set(text, error)
      return false
    }
  })
  if (damaged.size > 0)
    for (const { value } of await selectFields(sealed, policy!)) if (damaged.has(value)) throw damaged.get(value)
  return whole
}

/** The value with every string that is a key of the map replaced; what does not change is shared. */
export function withStrings(value: unknown, replacements: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return replacements.get(value) ?? value
  if (Array.isArray(value)) return value.map((element) => withStrings(element, replacements))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withStrings(member, replacements)]))
}
