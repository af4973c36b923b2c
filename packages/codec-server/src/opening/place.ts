import { type FieldPolicyOptions, WaxsealError } from '@waxseal/core'
import { isJsonObject } from '../dialects/payloads.js'

export type Pairs = Readonly<Record<string, string>>

/** A kind of thing that people look at: jobs, rows, sessions. */
export interface Surface {
  /** Where it belongs: pairs that are fixed, and names of those that a request gives: `{ app: 'billing', job: '{job}' }`. */
  readonly context: Pairs
  /** Of documents: the policy they were sealed under, where it is inline or authenticates clear members. Else none is needed. */
  readonly policy?: FieldPolicyOptions | undefined
}
export type Surfaces = Readonly<Record<string, Surface>>

/** What a request says of where its envelopes belong; the policy judges it, and opening proves it. */
export interface Claim {
  readonly context?: Pairs | undefined
  readonly surface?: { readonly name: string; readonly values?: Pairs | undefined } | undefined
  readonly scope?: string | undefined
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 1024 && value.isWellFormed()

/** Reads pairs that a caller sent; `malformed` unless all are texts. */
export function pairsOf(value: unknown, what: string): Pairs {
  if (!isJsonObject(value)) throw new WaxsealError('malformed', `${what} is an object of texts`)
  const entries = Object.entries(value)
  if (
    entries.length > 32 ||
    (entries.length === 1 && entries[0]![0] === 'stored') ||
    !entries.every((entry): entry is [string, string] => entry.every(isText) && !entry[0].startsWith('$'))
  )
    throw new WaxsealError('malformed', `${what} is an object of at most 32 texts`)
  return Object.fromEntries(entries)
}

/** The surface that a request names; undefined where it names none. `malformed` for one that is not configured. */
export function surfaceOf({ surface }: Claim, surfaces: Surfaces): Surface | undefined {
  if (!surface) return undefined
  if (!Object.hasOwn(surfaces, surface.name)) throw new WaxsealError('malformed', 'the surface is not known here')
  return surfaces[surface.name]
}

/** The context that a request claims; undefined where it claims none. `malformed` for a surface that lacks a value. */
export function claimedContext(claim: Claim, surfaces: Surfaces): Pairs | undefined {
  const surface = surfaceOf(claim, surfaces)
  if (!surface) return claim.context
  if (claim.context) throw new WaxsealError('malformed', 'a request names a context or a surface, not both')
  const values = claim.surface?.values ?? {}
  return Object.fromEntries(
    Object.entries(surface.context).map(([pair, text]) => {
      const wanted = /^\{([^{}]+)\}$/.exec(text)?.[1]
      if (wanted === undefined) return [pair, text]
      if (!Object.hasOwn(values, wanted)) throw new WaxsealError('malformed', `the surface needs a value for ${wanted}`)
      return [pair, values[wanted]!]
    }),
  )
}
