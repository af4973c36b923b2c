import { type EnvelopeInfo, selectFields } from '@waxseal/core'
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
  if (looksSealed(value)) return typeof value === 'string' ? [value] : []
  return isObject(value) ? Object.values(value).flatMap(sealedStrings) : []
}

/** The envelopes of an item that resealing is about; undefined where it holds none of the kind that it should. */
export async function envelopesOf(
  item: ResealItem,
  inspect: (envelope: string) => EnvelopeInfo,
): Promise<HeldEnvelope[] | undefined> {
  const { sealed, policy, scope, scopes } = item
  if (!policy) return looksSealed(sealed) ? [{ envelope: sealed, scope, group: '' }] : undefined
  if (!isObject(sealed)) return undefined
  if (policy.form === 'inline') return (await inlineEnvelopes(item, inspect)).map((envelope) => ({ envelope, scope, group: '' }))
  const { $wax } = sealed
  if (typeof $wax === 'string') return [{ envelope: $wax, scope, group: '' }]
  if (!isObject($wax)) return undefined
  const { $id: _, ...bundles } = $wax
  const held: HeldEnvelope[] = []
  for (const [group, envelope] of Object.entries(bundles)) {
    if (typeof envelope !== 'string') return undefined
    held.push({ envelope, scope: scopes?.[group] ?? scope, group })
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
